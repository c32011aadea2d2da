"""What somebody was told, in the browser, and where they want to be told of what."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Notification
from ..repositories import users
from ..schemas import NotificationForm, NotificationQuery, ReadNotifications
from ..values import ALWAYS_MAILED, NOTIFICATION_RULES, Channel, NotificationEvent
from .blueprint import blueprint

#: The drawing beside each kind of notification.
ICONS = {
    NotificationEvent.MESSAGE: "chat",
    NotificationEvent.ORDER: "box",
    NotificationEvent.REVIEW: "heart",
    NotificationEvent.MODERATION: "shield",
    NotificationEvent.REPORT: "flag",
}

#: How the channels are called.
CHANNELS = {Channel.IN_APP: "Here", Channel.MAIL: "By mail"}


@blueprint.get("/notifications")
@access.signed_in
def list_notifications() -> ResponseReturnValue:
    """What somebody was told, newest first by days, and where they are told of what."""
    return _page(None)


@blueprint.post("/notifications/<object_id:notification_id>/open")
@access.signed_in
def open_notification(notification_id: ObjectId) -> ResponseReturnValue:
    """Go to the page where it is seen; the notification is read then."""
    found = services.read_notification(user_id=identity.signed_in_user(), notification_id=notification_id)
    return redirect(found.path, 303)


@blueprint.post("/notifications/<object_id:notification_id>/read")
@access.signed_in
def read_notification(notification_id: ObjectId) -> ResponseReturnValue:
    """Note that a notification is read, and stay."""
    services.read_notification(user_id=identity.signed_in_user(), notification_id=notification_id)
    return redirect(url_for(".list_notifications"), 303)


@blueprint.post("/notifications/read")
@access.signed_in
def read_notifications() -> ResponseReturnValue:
    """Note that all that was shown is read."""
    form = Form.read(ReadNotifications())
    if form.accepted_by(services.read_notifications, user_id=identity.signed_in_user()):
        notify("All read.")
    return redirect(url_for(".list_notifications"), 303)


@blueprint.post("/notifications/settings")
@access.signed_in
def choose_notifications() -> ResponseReturnValue:
    """Save where somebody is told of what."""
    form = Form.read(NotificationForm())
    if form.accepted_by(services.choose_notifications, user_id=identity.signed_in_user()):
        notify("Saved.")
        return redirect(url_for(".list_notifications", _anchor="settings"), 303)
    return _page(form), form.status


def _page(form: Form | None) -> Any:
    """The page; an address that asks for what there is not is answered as its beginning."""
    user = users.get(identity.signed_in_user())
    query = Form.read(NotificationQuery(), _asked())
    unread = bool(query.data.get("unread"))
    listing = cursors.listing_of({"unread": unread})
    at = cursors.decode(query.data.get("cursor"), listing)
    page = services.notifications_of(user.pk, unread=unread, at=at)
    waiting = services.unread_notifications(user)
    chosen = {
        f"{event}.{channel}": "1" if user.is_told(event, channel) else ""
        for event in NOTIFICATION_RULES
        for channel in Channel
    }
    return render_template(
        "accounts/notifications.html",
        days=_by_days(page.items),
        newest=page.items[0].pk if page.items and at is None else None,
        unread=unread,
        waiting=waiting,
        icons=ICONS,
        form=form or Form(chosen),
        rules=NOTIFICATION_RULES,
        channels=CHANNELS,
        always_mailed=ALWAYS_MAILED,
        page=cursors.page_links(page, listing),
    )


def _asked() -> dict[str, str]:
    return {name: request.args[name] for name in ("unread", "cursor") if name in request.args}


def _by_days(found: list[Notification]) -> list[tuple[str, Any, list[Notification]]]:
    """The notifications by days of UTC: what the day is called if it is near, a moment of it, and its own."""
    today = now().date()
    names = {0: "Today", 1: "Yesterday"}
    return [
        (names.get((today - day).days, ""), (rows := list(group))[0].at, rows)
        for day, group in groupby(found, key=lambda one: one.at.date())
    ]
