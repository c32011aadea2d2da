"""The stored audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.chance import new_id
from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import AuditEntry


class AuditRepository(Repository[Any]):
    """The stored audit log; it is added to and read."""

    document = AuditEntry

    def append(self, entry: AuditEntry) -> None:
        """Store a new row."""
        entry.pk = new_id()
        entry.save(force_insert=True)

    def search(
        self,
        *,
        actor_id: ObjectId | None = None,
        action: str | None = None,
        subject: tuple[str, ObjectId] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[AuditEntry]:
        """The rows that match all that is given, newest first; `until` is exclusive."""
        criteria: dict[str, Any] = {}
        if subject is not None:
            criteria |= {"subject__collection": subject[0], "subject__id": subject[1]}
        if actor_id is not None:
            criteria["actor_id"] = actor_id
        if action is not None:
            criteria["action"] = action
        if since is not None:
            criteria["at__gte"] = since
        if until is not None:
            criteria["at__lt"] = until
        return self.page(self.all().filter(**criteria), [("at", -1), ("_id", -1)], at=at, limit=limit)

    def actions(self) -> list[str]:
        """The kinds of actions that there are, by name."""
        return sorted(self.all().distinct("action"))


audit_log = AuditRepository()
