"""The timers: due next on the server's clock, on one worker at a time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from . import claims
from .claims import Claim, bounded
from .registry import Timer
from .telling import AT_ONCE

#: A timer that has not ended after so many seconds died with its worker, and is due again.
LEASE_SECONDS = 120.0

Db = Database[dict[str, Any]]


@bounded
def prepare(db: Db, names: Iterable[str]) -> None:
    """See to it that each of the timers has its document; a new one is due at once."""
    for name in names:
        with suppress(DuplicateKeyError):  # another worker began at the same moment
            fresh = {"due_at": AT_ONCE, "token": 0, "failures": 0, "version": 0}
            db["timers"].update_one({"_id": name}, {"$setOnInsert": fresh}, upsert=True)


def due(db: Db) -> list[str]:
    """The names of the timers that are due, also of those that this code does not know."""
    return claims.due(db["timers"], limit=100)


def claim(db: Db, name: str, owner: str) -> Claim | None:
    """The timer, if it is still due."""
    return claims.claim(db["timers"], name, owner, lease=LEASE_SECONDS)


@bounded
def finish(claim: Claim, timer: Timer, error: str | None) -> None:
    """Write down how it went and when it is due next; whoever lost the claim writes nothing."""
    next_time = {"$add": ["$started_at", round(timer.every * 1000)]}
    change: dict[str, Any] = {
        "due_at": {"$max": ["$$NOW", next_time]},
        "finished_at": "$$NOW",
        "seconds": {"$divide": [{"$subtract": ["$$NOW", "$started_at"]}, 1000]},
        "failures": {"$add": ["$failures", 1]} if error else 0,
        "error": {"$literal": error} if error else "$$REMOVE",
        "owner": "$$REMOVE",
    }
    claim.collection.update_one(claim.mine, [{"$set": change}])
