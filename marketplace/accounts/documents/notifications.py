"""What somebody was told of in the marketplace."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import DateTimeField, EnumField, StringField

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, PlainText
from ..values import KEY_LENGTH, NOTIFICATION_LENGTH, NOTIFICATIONS_KEPT, PATH_LENGTH, NotificationEvent


class Notification(Aggregate):
    """A sentence for one person about something that happened, and the page where it is seen.

    There is one for each person and `key`, however often it is told. It names no other person, so that
    nobody has to be forgotten in it; it goes by itself.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "notifications",
        "indexes": [
            # What is told once: the notification of this person under this key.
            {"fields": ["user_id", "key"], "name": "key", "unique": True},
            # What somebody was told, newest first.
            {"fields": ["user_id", "-_id"], "name": "box"},
            # What somebody did not read yet, newest first; its number is the bell's.
            {"fields": ["user_id", "read_at", "-_id"], "name": "unread"},
            # What is old goes by itself.
            {"fields": ["expires_at"], "name": "expires_at", "expireAfterSeconds": 0},
        ],
    }

    user_id = IdOf("users", required=True)
    event = EnumField(NotificationEvent, required=True)
    text = PlainText(required=True, min_length=1, max_length=NOTIFICATION_LENGTH)
    path = StringField(required=True, max_length=PATH_LENGTH)
    key = StringField(required=True, max_length=KEY_LENGTH)
    at: datetime = DateTimeField(required=True, default=now)
    read_at = DateTimeField()
    expires_at = DateTimeField(required=True, default=lambda: now() + NOTIFICATIONS_KEPT)

    @property
    def is_unread(self) -> bool:
        """Whether its person has not read it."""
        return self.read_at is None
