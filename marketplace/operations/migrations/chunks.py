"""Whole collections, chunk by chunk: each document exactly once, whatever breaks off.

A chunk, and the cursor that says how far the work came, are written in one transaction. A run that died
goes on behind the cursor; one that only slept finds the record taken over, and its chunk is undone.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.collection import Collection

from .base import Db, Work

Update = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Change = Update | Callable[[Db, dict[str, Any]], Update | None]

#: A chunk that takes longer than this, in seconds, is followed by one of half the size.
CHUNK_SECONDS = 1.0

#: How often progress is told, in seconds.
TELL_EVERY = 2.0


def in_chunks(work: Work, name: str, where: Mapping[str, Any], change: Change, batch: int) -> None:
    """Change each document of the collection that matches, going on where the record says."""
    collection, within = work.db[name], _within(where, work.entry)
    if "total" not in work.entry:
        total = collection.count_documents(within) if within else collection.estimated_document_count()
        work.save(total=total, done=0, changed=0, seconds=0.0)
    elif work.entry["done"]:
        work.report(f"{name}: going on after {work.entry['done']:,} of {work.entry['total']:,}")
    size, told = batch, time.monotonic()
    while True:
        work.check()
        began = time.monotonic()
        ids = _next_ids(collection, within, work.entry, size)
        if not ids:
            break
        size = _change_these(work, collection, ids, within, change, began)
        now = time.monotonic()
        if now - told >= TELL_EVERY:
            work.control.report(f"    {name}: {progress(work.entry)}")
            told = now
        size = _next_size(size, batch, now - began)
        work.rest(now - began)
    work.report(f"{name}: {work.entry['changed']:,} of {work.entry['done']:,} documents changed")


def _within(where: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The filter, up to where a broken-off run came that is now undone."""
    if "upto" not in entry:
        return dict(where)
    return {"$and": [dict(where), {"$expr": {"$lte": ["$_id", {"$literal": entry["upto"]}]}}]}


def _next_ids(
    collection: Collection[dict[str, Any]], within: dict[str, Any], entry: Mapping[str, Any], size: int
) -> list[Any]:
    """The ids behind the cursor; read before the transaction, since finding them may take long."""
    where = within
    if "cursor" in entry:  # $expr compares ids of all types; a plain $gt stays with those of one
        where = {"$and": [within, {"$expr": {"$gt": ["$_id", {"$literal": entry["cursor"]}]}}]}
    return [found["_id"] for found in collection.find(where, ["_id"]).sort("_id", 1).limit(size)]


def _change_these(
    work: Work,
    collection: Collection[dict[str, Any]],
    ids: list[Any],
    within: dict[str, Any],
    change: Change,
    began: float,
) -> int:
    """Change the first of these, as many as go without colliding with other writers, and answer how many."""
    size, attempts, before = len(ids), itertools.count(), work.entry

    def chunk() -> dict[str, Any]:
        nonlocal size
        if next(attempts):
            size = max(1, size // 2)
        these = {"$and": [_all_of(ids[:size]), within]}  # some may match no more
        return {
            "cursor": ids[size - 1],
            "done": before["done"] + size,
            "changed": before["changed"] + _apply(work.db, collection, these, change),
            "seconds": before["seconds"] + (time.monotonic() - began) * (1 + work.control.throttle),
        }

    work.transaction(chunk)
    return size


def _all_of(ids: list[Any]) -> dict[str, Any]:
    """A filter for these ids, which follow each other: as a range where they are of one type, for speed."""
    first, last = ids[0], ids[-1]
    if type(first) is type(last):
        return {"_id": {"$gte": first, "$lte": last}}
    return {"_id": {"$in": ids}}


def _apply(db: Db, collection: Collection[dict[str, Any]], these: dict[str, Any], change: Change) -> int:
    """Change these documents, and answer how many are different now."""
    if not callable(change):
        return collection.update_many(these, change).modified_count
    updates = [
        UpdateOne({"_id": document["_id"]}, update)
        for document in collection.find(these).sort("_id", 1)
        if (update := change(db, document)) is not None
    ]
    return collection.bulk_write(updates, ordered=False).modified_count if updates else 0


def _next_size(size: int, batch: int, seconds: float) -> int:
    """Half as many when the last chunk took long, twice as many (up to `batch`) when it was quick."""
    if seconds > CHUNK_SECONDS:
        return max(1, size // 2)
    return min(batch, size * 2) if seconds < CHUNK_SECONDS / 4 else size


def progress(entry: Mapping[str, Any]) -> str:
    """How far a step came, how fast it goes, and how long it will still take."""
    done, total, seconds = entry.get("done", 0), entry.get("total", 0), entry.get("seconds", 0.0)
    if not total:
        return ""
    words = f"{done:,} of {total:,} ({min(100, 100 * done // total)} %)"
    if done and seconds:
        rate = done / seconds
        words += f", {rate:,.0f}/s, {max(0, total - done) / rate:,.0f} s left"
    return words
