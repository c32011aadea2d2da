"""Telling of a change, in its transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument

from .. import clock, connections, transactions
from ..documents import Aggregate
from . import registry

#: A stream where something was told is due since then: earlier than any clock that is only a little wrong.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)

_silent: ContextVar[bool] = ContextVar("silent", default=False)


def tell(topic: str, *, about: Aggregate, **payload: Any) -> None:
    """Have the topic's handler called once the open transaction is committed.

    The handler gets the payload, which BSON must be able to hold. Raises RuntimeError outside of a
    transaction, where the change could stay while the word of it is lost, and LookupError for a topic
    that nobody delivers.
    """
    if topic not in registry.handlers:
        raise LookupError(f"Nobody delivers the topic {topic}: declare its handler with @delivers.")
    if not transactions.is_open():
        raise RuntimeError(
            f"{topic} was told outside of a transaction. Make the use case @transactional, so that the "
            "change and the word of it are stored together."
        )
    if _silent.get():
        return
    db, stream = connections.database(), f"{type(about).__name__.lower()}:{about.pk}"
    # `$max` leaves a later time alone: that of a lease, or of the next attempt.
    head: Any = db["outbox_streams"].find_one_and_update(
        {"_id": stream},
        {"$inc": {"sequence": 1}, "$max": {"due_at": AT_ONCE}, "$setOnInsert": {"version": 0}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    db["outbox"].insert_one(
        {
            "_id": f"{stream}#{head['sequence']}",
            "stream": stream,
            "sequence": head["sequence"],
            "topic": topic,
            "payload": payload,
            "state": "waiting",
            "told_at": clock.now(),
            "attempts": 0,
            "version": 0,
        }
    )


@contextmanager
def silent() -> Iterator[None]:
    """Let nothing that is told inside be delivered: for sample data and imports of history."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)
