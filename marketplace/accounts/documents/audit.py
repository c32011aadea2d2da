"""What was done by whom: rows that are written once and stay."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from mongoengine import DateTimeField, DictField, EmbeddedDocument, EmbeddedDocumentField, StringField
from mongoengine.fields import ObjectIdField

from ...shared.clock import now
from ...shared.documents import IdOf, Query, Stored


class AppendOnly(Exception):
    """Somebody tried to change or remove what is kept for good."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AppendOnly("The audit log is only ever added to.")


class Lasting(Query):
    """A queryset that reads alone."""

    update = update_one = upsert_one = modify = delete = insert = _refuse


class AuditSubject(EmbeddedDocument):
    """What was done something to: the collection that it is in, and its id there."""

    collection = StringField(required=True)
    id = ObjectIdField(required=True)


class AuditEntry(Stored):
    """A privileged action: who did what to which thing, when, from where, and what changed.

    Only ever added, in the transaction of what it tells of; nothing changes or removes it. Without an
    `actor_id` it was done at the server's terminal. `network` is a keyed hash of the address, which tells
    whether two rows came from one place; people are named by id alone, so that a row outlives an erasure.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "audit_log",
        "queryset_class": Lasting,
        "indexes": [
            # What was done to one thing, newest first.
            {"fields": ["subject.collection", "subject.id", "-at", "-_id"], "name": "subject"},
            # What one person did, newest first.
            {"fields": ["actor_id", "-at", "-_id"], "name": "actor"},
            # Where one kind of thing was done, newest first.
            {"fields": ["action", "-at", "-_id"], "name": "action"},
            # Everything of a time, newest first.
            {"fields": ["-at", "-_id"], "name": "at"},
        ],
    }

    actor_id = IdOf("users", may_dangle="What somebody did stays known when the account is gone.")
    action = StringField(required=True)
    subject = EmbeddedDocumentField(AuditSubject, required=True)
    detail = DictField()
    token = StringField()
    request_id = StringField()
    network = StringField()
    at = DateTimeField(required=True, default=now)

    def save(self, *args: Any, **options: Any) -> AuditEntry:
        """Store the row, once; raises AppendOnly for one that is stored."""
        if not options.get("force_insert"):
            _refuse()
        return super().save(*args, **options)

    def modify(self, *args: Any, **changes: Any) -> bool:
        """Refuse."""
        _refuse()

    def update(self, **changes: Any) -> NoReturn:
        """Refuse."""
        _refuse()

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse."""
        _refuse()
