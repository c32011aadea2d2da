"""Claiming what is due: one owner at a time, on the server's clock, for as long as the lease.

A document that can be claimed has a `due_at`. Claiming it moves that into the future by the lease, so
that what a dead owner held is due again by itself, and counts its `token` up.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import pymongo
from pymongo import ReturnDocument
from pymongo.collection import Collection

from .telling import AT_ONCE

P = ParamSpec("P")
T = TypeVar("T")

#: How long the database may take for one step of a worker, in seconds; a frozen one is an outage.
ANSWER_WITHIN = 10.0

#: What is claimed by a worker is due again after so many seconds, unless it says otherwise.
LEASE_SECONDS = 60.0

Documents = Collection[dict[str, Any]]

#: Due on the server's clock. The first half, which is always true, lets the partial index be used.
DUE: dict[str, Any] = {"due_at": {"$gte": AT_ONCE}, "$expr": {"$lte": ["$due_at", "$$NOW"]}}


def bounded(step: Callable[P, T]) -> Callable[P, T]:
    """Let the database take no longer than ANSWER_WITHIN for this step."""

    @functools.wraps(step)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with pymongo.timeout(ANSWER_WITHIN):
            return step(*args, **kwargs)

    return wrapped


class ClaimLost(Exception):
    """The lease ended while its owner was away, and somebody else may have taken over."""


@dataclass(slots=True)
class Claim:
    """A document, claimed: as it was at that moment, and the token that writes are fenced with."""

    collection: Documents
    document: dict[str, Any]
    lease: float
    _good_until: float = field(init=False)

    def __post_init__(self) -> None:
        self._good_until = time.monotonic() + self.lease

    @property
    def token(self) -> int:
        """Larger than that of every claim before."""
        return int(self.document["token"])

    @property
    def mine(self) -> dict[str, Any]:
        """What matches the document as long as nobody else claimed it."""
        return {"_id": self.document["_id"], "token": self.token}

    def keep(self) -> None:
        """Have the whole lease again if much of it is over; raises ClaimLost when somebody took over."""
        if self._good_until - time.monotonic() > self.lease * 2 / 3:
            return
        self.put_back(self.lease)
        self._good_until = time.monotonic() + self.lease

    @bounded
    def put_back(self, seconds: float = 0) -> None:
        """Have the document due after so many seconds; raises ClaimLost when somebody took over."""
        if not self.collection.update_one(self.mine, [{"$set": {"due_at": after(seconds)}}]).matched_count:
            raise ClaimLost(f"{self.document['_id']} was claimed by somebody else meanwhile.")


def after(seconds: float) -> dict[str, Any]:
    """So many seconds from now, on the server's clock."""
    return {"$add": ["$$NOW", round(seconds * 1000)]}


@bounded
def due(collection: Documents, limit: int) -> list[str]:
    """The ids of what is due, longest first."""
    found = collection.find(DUE, {"_id": 1}).sort("due_at", 1).limit(limit)
    return [one["_id"] for one in found]


@bounded
def claim(collection: Documents, identifier: str, owner: str, *, lease: float | None = None) -> Claim | None:
    """The document, if it is still due; of several who ask at once, one gets it."""
    seconds = LEASE_SECONDS if lease is None else lease
    mine = {
        "token": {"$add": [{"$ifNull": ["$token", 0]}, 1]},
        "owner": {"$literal": owner},
        "due_at": after(seconds),
        "started_at": "$$NOW",
    }
    found = collection.find_one_and_update(
        {"_id": identifier} | DUE, [{"$set": mine}], return_document=ReturnDocument.AFTER
    )
    return Claim(collection, found, seconds) if found else None
