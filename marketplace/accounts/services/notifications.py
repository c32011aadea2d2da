"""Telling people what happened: in the marketplace, and whether also by mail.

Whoever finishes something that concerns somebody says so from its background handler:

    accounts.notify(user_id=owner.pk, event="order", text="New order 7F3K-9Q2D.", path="/sell/kiln/orders/…",
                    key=told.id)
    if accounts.wants_mail(owner.pk, "order"):
        mail.send(told, …)

The bell in the header shows `User.unread_notifications`, which changes in the transaction that stores a
notification or marks it read. So it costs no question: the user is loaded for the header anyway.
"""

from __future__ import annotations

from collections.abc import Mapping

from bson import ObjectId

from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.paging import Page, Position
from ...shared.transactions import transactional
from ..documents import Notification, User
from ..repositories import notifications, users
from ..values import (
    NOTIFICATION_LENGTH,
    NOTIFICATION_RULES,
    Channel,
    NotificationEvent,
)


@transactional
def notify(
    *, user_id: ObjectId, event: str, text: str, path: str, key: str, again: bool = False
) -> Notification | None:
    """Tell somebody that something happened, once for each `key`; None for who was told or wants none of it.

    `event` is one of NotificationEvent, `path` the page where it is seen. The text is cut where it is too
    long; it names no other person. With `again` it is told anew if it was read meanwhile, in the place of
    the one before. People whose account is locked or gone are told nothing.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"A notification leads to a page of this site, not to {path!r}.")
    kind, user = NotificationEvent(event), users.find(pk=user_id)
    if user is None or not user.is_active or not user.is_told(kind, Channel.IN_APP):
        return None
    if again:
        notifications.drop_read(user_id, key)
    line = " ".join(text.split())
    short = line if len(line) <= NOTIFICATION_LENGTH else f"{line[: NOTIFICATION_LENGTH - 1]}…"
    notification = Notification(user_id=user_id, event=kind, text=short, path=path, key=key)
    if not notifications.add_once(notification):
        return None
    users.count_unread(user_id, 1)
    return notification


def wants_mail(user_id: ObjectId, event: str) -> bool:
    """Whether somebody did not turn off mail about such an event; receipts are mailed without asking."""
    user = users.find(pk=user_id)
    return user is None or user.is_told(NotificationEvent(event), Channel.MAIL)


def notifications_of(
    user_id: ObjectId, *, unread: bool = False, at: Position | None = None, limit: int = 24
) -> Page[Notification]:
    """What somebody was told, or what of it is unread, newest first."""
    return notifications.box(user_id, unread=unread, at=at, limit=limit)


def unread_notifications(user: User) -> int:
    """How many notifications somebody did not read; the bell is put right where some of them are too old."""
    counted = notifications.unread(user.pk)
    if counted != user.unread_notifications:
        _recount(user.pk)
        user.unread_notifications = counted
    return counted


@transactional
def read_notification(*, user_id: ObjectId, notification_id: ObjectId) -> Notification:
    """Note that somebody read one notification; raises NotificationNotFound for others'."""
    notification = notifications.of_user(user_id, notification_id)
    if notifications.mark_read(user_id, now(), only=notification_id):
        _recount(user_id)
    return notification


@transactional
def read_notifications(*, user_id: ObjectId, up_to: ObjectId | None = None) -> int:
    """Note that somebody read all of them, or those up to the one that was the newest when they looked.

    Answers how many there were.
    """
    read = notifications.mark_read(user_id, now(), up_to=up_to)
    _recount(user_id)
    return read


def read_notification_of(*, user_id: ObjectId, key: str) -> None:
    """Note that somebody saw by other ways what they were told under this key."""
    found = notifications.unread_under(user_id, key)
    if found is not None:
        read_notification(user_id=user_id, notification_id=found.pk)


def choose_notifications(
    *, user_id: ObjectId, choices: Mapping[NotificationEvent, Mapping[Channel, bool]]
) -> User:
    """Change where somebody is told of what; what is left out stays.

    Raises Invalid for what cannot be turned off.
    """
    user = users.get(user_id)
    for event, channels in choices.items():
        for channel, wanted in channels.items():
            if channel in NOTIFICATION_RULES[event].always and not wanted:
                raise Invalid("This is always told here, so that it reaches you.", field=f"{event}.{channel}")
            user.choose(event, channel, wanted)
    return users.save(user)


@transactional
def _recount(user_id: ObjectId) -> None:
    """Have the bell say what is unread; who is told something at this moment waits for it, or it for them."""
    users.put_unread(user_id, notifications.unread(user_id))
