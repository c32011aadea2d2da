"""What people are told of, and where: in the marketplace, by mail, or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: The most characters of a notification, of the path that it leads to, and of the key that it is known by.
NOTIFICATION_LENGTH = 240
PATH_LENGTH = 500
KEY_LENGTH = 200

#: How long a notification is kept.
NOTIFICATIONS_KEPT = timedelta(days=90)

#: Unread notifications are counted up to this many.
MOST_UNREAD = 1000


class NotificationEvent(StrEnum):
    """What a notification is about."""

    MESSAGE = "message"
    ORDER = "order"
    REVIEW = "review"
    MODERATION = "moderation"
    REPORT = "report"


class Channel(StrEnum):
    """Where somebody is told."""

    IN_APP = "in_app"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """How an event is called for people, and where they are told of it whatever they choose."""

    label: str
    hint: str
    always: frozenset[Channel] = frozenset()


_KEPT_HERE = frozenset({Channel.IN_APP})

#: What people may choose, in the order of the page. Whatever nobody turned off is told.
NOTIFICATION_RULES: dict[NotificationEvent, NotificationRule] = {
    NotificationEvent.MESSAGE: NotificationRule(
        "Messages", "One mail for what you did not read within some minutes.", _KEPT_HERE
    ),
    NotificationEvent.ORDER: NotificationRule(
        "Orders", "How your orders get on, and what is ordered from your shops."
    ),
    NotificationEvent.REVIEW: NotificationRule(
        "Reviews", "Reviews of what your shops sell, and replies to yours."
    ),
    NotificationEvent.MODERATION: NotificationRule(
        "Decisions of moderators", "What was decided about your shops and listings, and why.", _KEPT_HERE
    ),
    NotificationEvent.REPORT: NotificationRule("Reports", "What became of what you reported."),
}

#: What is mailed whatever people choose, and why; for the page that says so.
ALWAYS_MAILED = (
    (
        "Receipts and payments",
        "What you bought and paid, and money that goes back: proof that you may need.",
    ),
    ("Your account", "Links that you ask for, a new password or e-mail address: so that nobody takes it."),
)


def switch(event: NotificationEvent, channel: Channel) -> str:
    """The name under which an event is turned off in a channel: `order:mail`."""
    return f"{event}:{channel}"


#: Everything that people can turn off.
SWITCHES = tuple(
    switch(event, channel)
    for event, rule in NOTIFICATION_RULES.items()
    for channel in Channel
    if channel not in rule.always
)
