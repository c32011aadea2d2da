"""The stored notifications."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.chance import new_id
from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Notification
from ..errors import NotificationNotFound
from ..values import MOST_UNREAD


class NotificationRepository(Repository[Notification]):
    """The stored notifications."""

    document = Notification
    missing = NotificationNotFound

    def of_user(self, user_id: ObjectId, notification_id: ObjectId) -> Notification:
        """The notification of this person; raises NotificationNotFound for others'."""
        found = self.find(pk=notification_id, user_id=user_id)
        if found is None:
            raise NotificationNotFound("There is no such notification; they are kept for three months.")
        return found

    def unread_under(self, user_id: ObjectId, key: str) -> Notification | None:
        """What this person was told under this key and did not read, if anything."""
        return self.find(user_id=user_id, key=key, read_at=None)

    def box(
        self, user_id: ObjectId, *, unread: bool = False, at: Position | None = None, limit: int = 24
    ) -> Page[Notification]:
        """What this person was told, or what of it is unread, newest first."""
        mine: dict[str, Any] = {"user_id": user_id} | ({"read_at": None} if unread else {})
        return self.page(self.all().filter(**mine), [("_id", -1)], at=at, limit=limit)

    def unread(self, user_id: ObjectId) -> int:
        """How many are unread, counted up to MOST_UNREAD."""
        found = self.all().filter(user_id=user_id, read_at=None).limit(MOST_UNREAD)
        return int(found.count(with_limit_and_skip=True))

    def add_once(self, notification: Notification) -> bool:
        """Store a notification unless this person was told under its key already; whether it was stored."""
        notification.validate()
        notification.pk = new_id()
        told = self.all().filter(user_id=notification.user_id, key=notification.key)
        result = told.update_one(
            __raw__={"$setOnInsert": notification.to_mongo().to_dict()}, upsert=True, full_result=True
        )
        return result.upserted_id is not None

    def drop_read(self, user_id: ObjectId, key: str) -> None:
        """Forget what this person was told under this key, if it was read."""
        self.all().filter(user_id=user_id, key=key, read_at__ne=None).delete()

    def mark_read(
        self,
        user_id: ObjectId,
        moment: datetime,
        *,
        only: ObjectId | None = None,
        up_to: ObjectId | None = None,
    ) -> int:
        """Note that this person read one of them, those up to one, or all; how many were unread."""
        mine: dict[str, Any] = {"user_id": user_id, "read_at": None}
        if only is not None:
            mine["_id"] = only
        elif up_to is not None:
            mine["_id"] = {"$lte": up_to}
        return int(self.all().filter(__raw__=mine).update(__raw__={"$set": {"read_at": moment}}))

    def drop_of(self, user_id: ObjectId) -> None:
        """Forget everything that this person was told."""
        self.all().filter(user_id=user_id).delete()

    def uncounted(self) -> Iterator[dict[str, Any]]:
        """The people of whom more is unread than their bell says."""
        unread = {"_id": "$user_id", "unread": {"$sum": 1}}
        joined = {"from": "users", "localField": "_id", "foreignField": "_id", "as": "user"}
        says = {"$ifNull": [{"$first": "$user.unread_notifications"}, 0]}
        capped = {"$min": ["$unread", MOST_UNREAD]}
        yield from self.rows(
            [
                {"$match": {"read_at": None}},
                {"$group": unread},
                {"$lookup": joined},
                {"$project": {"unread": 1, "says": says}},
                {"$match": {"$expr": {"$lt": ["$says", capped]}}},
            ]
        )


notifications = NotificationRepository()
