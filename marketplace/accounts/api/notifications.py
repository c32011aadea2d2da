"""Notifications over JSON, of whoever is signed in."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, cursors, identity
from ...shared.api import Problem
from .. import services
from ..repositories import users
from ..schemas import (
    ChooseNotifications,
    NotificationPageSchema,
    NotificationQuery,
    NotificationSettingsSchema,
    ReadNotifications,
    notification_settings,
)
from .blueprint import blueprint


@blueprint.get("/notifications")
@blueprint.arguments(NotificationQuery, location="query")
@blueprint.response(200, NotificationPageSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def list_notifications(query: dict[str, Any]) -> dict[str, Any]:
    """What you were told within three months, newest first, and how much of it is unread."""
    user, listing = users.get(identity.signed_in_user()), cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    page = services.notifications_of(user.pk, at=at, **query)
    page.extra["unread"] = services.unread_notifications(user)
    return cursors.page_json(page, listing, query["limit"])


@blueprint.post("/notifications/read")
@blueprint.arguments(ReadNotifications)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def read_notifications(asked: dict[str, Any]) -> None:
    """Say that you read all of them, or those up to the newest one that you saw."""
    services.read_notifications(user_id=identity.signed_in_user(), **asked)


@blueprint.post("/notifications/<object_id:notification_id>/read")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def read_notification(notification_id: ObjectId) -> None:
    """Say that you read one notification."""
    services.read_notification(user_id=identity.signed_in_user(), notification_id=notification_id)


@blueprint.get("/notifications/settings")
@blueprint.response(200, NotificationSettingsSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def show_notification_settings() -> dict[str, Any]:
    """Where you are told of what. Receipts, payments and links that you ask for are always mailed."""
    return notification_settings(users.get(identity.signed_in_user()))


@blueprint.patch("/notifications/settings")
@blueprint.arguments(ChooseNotifications)
@blueprint.response(200, NotificationSettingsSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(412, schema=Problem)
@access.signed_in
def choose_notifications(asked: dict[str, Any]) -> dict[str, Any]:
    """Choose where you are told of what; what is left out stays."""
    user = services.choose_notifications(user_id=identity.signed_in_user(), **asked)
    return notification_settings(user)
