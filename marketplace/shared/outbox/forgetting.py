"""What the outbox keeps of people, and how it is forgotten."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bson import ObjectId

from .. import connections
from ..documents import Aggregate
from .registry import Delivery


def forget(about: Aggregate, *, mentions: str) -> None:
    """Drop what was told about the aggregate, and errors of any row that mention this text."""
    rows: Any = connections.database()["outbox"]
    stream = f"{type(about).__name__.lower()}:{about.pk}"
    rows.delete_many({"_id": {"$gte": f"{stream}#", "$lt": f"{stream}$"}})  # "$" comes after "#"
    named = {"$regex": re.escape(mentions), "$options": "i"}
    rows.update_many({"state": {"$in": ["waiting", "failed"]}, "error": named}, {"$unset": {"error": ""}})


def forget_payload(told: Delivery) -> None:
    """Drop the payload of a row whose handler does not need it again."""
    connections.database()["outbox"].update_one({"_id": told.id}, {"$set": {"payload": {}}})


def forget_idle(kind: type[Aggregate], *, made_before: datetime) -> int:
    """Drop the heads of streams about aggregates of this kind that were made before, where nothing waits.

    For what is short-lived and comes in any number; nothing may be told about such an aggregate any more.
    Answers how many were dropped.
    """
    name = kind.__name__.lower()
    old = {"$gte": f"{name}:", "$lt": f"{name}:{ObjectId.from_datetime(made_before)}"}
    heads: Any = connections.database()["outbox_streams"]
    return int(heads.delete_many({"_id": old, "due_at": {"$exists": False}}).deleted_count)
