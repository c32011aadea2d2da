"""How the outbox stands, for the health answer and for people at a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from ..clock import now
from . import workers

#: Counting ends here: more is as bad, and costs.
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits and has failed (1000 means that many or more), since when, and how many workers run."""

    waiting: int
    oldest_seconds: float
    failed: int
    workers: int


def standing(db: Database[dict[str, Any]]) -> Standing:
    """How the outbox stands; each number is read from an index and bounded."""
    rows = db["outbox"]
    oldest = rows.find_one({"state": "waiting"}, {"told_at": 1}, sort=[("told_at", 1)])
    return Standing(
        waiting=rows.count_documents({"state": "waiting"}, limit=COUNTED),
        oldest_seconds=max(0.0, (now() - oldest["told_at"]).total_seconds()) if oldest else 0.0,
        failed=rows.count_documents({"state": "failed"}, limit=COUNTED),
        workers=len(workers.alive(db)),
    )


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A row that was not delivered, whatever was tried: what it says, about what, since when, and why."""

    id: str
    topic: str
    about: str
    told_at: datetime
    attempts: int
    error: str


def failures(db: Database[dict[str, Any]], limit: int = 50) -> list[FailedDelivery]:
    """The rows that failed for good, the oldest first; `rows.retry` has them delivered again."""
    found = db["outbox"].find({"state": "failed"}).sort([("told_at", 1)]).limit(limit)
    return [
        FailedDelivery(
            row["_id"], row["topic"], row["stream"], row["told_at"], row["attempts"], row.get("error", "")
        )
        for row in found
    ]
