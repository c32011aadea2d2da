"""Which workers run: each says every few seconds that it lives."""

from __future__ import annotations

import os
import socket
from typing import Any

from pymongo.database import Database

from .claims import after
from .documents import WORKER_GONE_AFTER

Db = Database[dict[str, Any]]


def here(db: Db, worker: str) -> None:
    """Write down that this worker lives."""
    state = {
        "host": {"$literal": socket.gethostname()},
        "pid": os.getpid(),
        "started_at": {"$ifNull": ["$started_at", "$$NOW"]},
        "seen_at": "$$NOW",
        "version": 0,
    }
    db["workers"].update_one({"_id": worker}, [{"$set": state}], upsert=True)


def gone(db: Db, worker: str) -> None:
    """Write down that this worker has ended."""
    db["workers"].delete_one({"_id": worker})


def alive(db: Db) -> list[dict[str, Any]]:
    """The workers that live, longest first."""
    seen = {"$expr": {"$gte": ["$seen_at", after(-WORKER_GONE_AFTER)]}}
    return list(db["workers"].find(seen).sort("started_at", 1))
