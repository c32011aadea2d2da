"""The rows of a claimed stream: which is next, and how it went."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

from .claims import Claim, ClaimLost, bounded
from .registry import Delivery
from .telling import AT_ONCE

#: After so many attempts, which take most of a day, a row has failed.
MOST_ATTEMPTS = 30

#: The longest pause between two attempts, in seconds; the first is about two.
LONGEST_PAUSE = 3600.0

#: Rows of one stream that are read at once.
BATCH = 50

Db = Database[dict[str, Any]]


def waiting(db: Db, claim: Claim) -> Iterator[str]:
    """The ids of the stream's rows that wait, in their order, as many as are told meanwhile."""
    last = 0
    while True:
        found = _some_after(db, claim, last)
        if not found:
            return
        for row in found:
            yield row["_id"]
        last = found[-1]["sequence"]


@bounded
def _some_after(db: Db, claim: Claim, last: int) -> list[dict[str, Any]]:
    query = {"stream": claim.document["_id"], "state": "waiting", "sequence": {"$gt": last}}
    return list(db["outbox"].find(query, {"sequence": 1}).sort("sequence", 1).limit(BATCH))


@bounded
def begin(db: Db, claim: Claim, identifier: str) -> Delivery:
    """The row, begun under this claim; raises ClaimLost when a later claim has begun or ended it.

    The attempt counts before it is made: what kills its worker each time fails in the end as well.
    """
    row = db["outbox"].find_one_and_update(
        {"_id": identifier, "state": "waiting", "token": {"$not": {"$gt": claim.token}}},
        {"$set": {"token": claim.token}, "$inc": {"attempts": 1}},
        return_document=ReturnDocument.AFTER,
    )
    if row is None:
        raise ClaimLost(f"{identifier} was begun by somebody else meanwhile.")
    return Delivery(
        id=row["_id"],
        topic=row["topic"],
        about=row["stream"],
        sequence=row["sequence"],
        payload=row["payload"],
        told_at=row["told_at"],
        attempt=row["attempts"],
    )


def mark_delivered(db: Db, claim: Claim, row: Delivery) -> None:
    """Write down that the row was delivered; raises ClaimLost when a later claim has begun it."""
    done = {"$set": {"state": "delivered"}, "$currentDate": {"delivered_at": True}, "$unset": {"error": ""}}
    _mark(db, claim, row, done)


def mark_attempt(db: Db, claim: Claim, row: Delivery, error: str, *, last: bool) -> None:
    """Write down why an attempt failed, and whether it was the last; raises ClaimLost as above."""
    _mark(db, claim, row, {"$set": {"error": error} | ({"state": "failed"} if last else {})})


@bounded
def _mark(db: Db, claim: Claim, row: Delivery, change: dict[str, Any]) -> None:
    begun = {"_id": row.id, "state": "waiting", "token": claim.token}
    if not db["outbox"].update_one(begun, change).matched_count:
        raise ClaimLost(f"{row.id} was begun by somebody else meanwhile.")


def pause_after(attempts: int) -> float:
    """Seconds until the next attempt: twice as many each time, with jitter so that not all come at once."""
    longest: float = min(2.0 ** min(attempts, 30), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


@bounded
def release(claim: Claim) -> None:
    """Give the stream back, on which nothing waits; if something was told meanwhile, it is due again.

    Raises ClaimLost when somebody took over.
    """
    unchanged = claim.mine | {"sequence": claim.document["sequence"]}
    change = {"$unset": {"due_at": "", "owner": "", "started_at": ""}}
    if not claim.collection.update_one(unchanged, change).matched_count:
        claim.put_back()


def retry(db: Db, identifier: str | None = None) -> int:
    """Have the failed rows, or this one of them, delivered again; answers how many.

    The token of their streams counts up, so that a worker which is just about to release one of them
    does not: it would overlook the row.
    """
    failed: dict[str, Any] = {"state": "failed"} | ({"_id": identifier} if identifier else {})
    streams = db["outbox"].distinct("stream", failed)
    again = {"$set": {"state": "waiting", "attempts": 0}}
    number: int = db["outbox"].update_many(failed | {"stream": {"$in": streams}}, again).modified_count
    db["outbox_streams"].update_many(
        {"_id": {"$in": streams}}, {"$set": {"due_at": AT_ONCE}, "$inc": {"token": 1}}
    )
    return number
