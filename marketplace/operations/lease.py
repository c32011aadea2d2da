"""One holder at a time for what changes a whole database: migrations, seeds, restores.

The lock is one document, taken by one update and judged on the server's clock, so that the clocks of the
machines may differ. Its holder renews the lease as long as it lives. Each holder gets a larger `token` than
the one before: what the holder writes is made conditional on it (the *fence*), so that one which slept
through the end of its lease writes nothing more when it wakes. The holder's transactions run in one
session that the lock names: who takes over from a dead holder ends that session first, since a
transaction which it left open would block its documents for a minute or more.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

#: The collection with the one lock.
COLLECTION = "_migration_lock"

#: The records of migrations, each with the token of its last writer.
RECORDS = "_migrations"

#: What a restore writes down while it replaces collections. If it dies meanwhile, it alone may go on.
RESTORE_JOURNAL = "_restore"

#: The lock is free again this many seconds after its holder last spoke, on the server's clock: the setting
#: MARKETPLACE_LEASE_SECONDS, on which every process that works on a database has to agree.
LEASE_SECONDS = 30.0


#: Why nothing else may be done to a database.
HALF_RESTORED = "A restore of this database is going on or stopped half way."


class Locked(Exception):
    """Somebody else changes this database right now; the sentence says who and since when."""


class LeaseLost(Exception):
    """The lease ended while its holder was away, and somebody else may have taken over."""

    def __init__(self) -> None:
        super().__init__(
            "The lock was lost: this process was away for too long, and another may have taken over. "
            "Nothing was written twice. Run the same command again."
        )


class Lease:
    """The lock, held: `token` is what the holder's writes are fenced with.

    `session` is where the holder's transactions run; they are ended when somebody takes over.
    """

    def __init__(self, owner: str, token: int, session: ClientSession, *, took_over: bool) -> None:
        self.owner = owner
        self.token = token
        self.session = session
        #: Whether the holder before died, so that something may be half done.
        self.took_over = took_over
        self._good_until = time.monotonic() + LEASE_SECONDS
        self._lost = False

    def check(self) -> None:
        """Raise LeaseLost when the lock is not held any more, as far as is known here."""
        if self._lost or time.monotonic() > self._good_until:
            raise LeaseLost

    def _renewed(self) -> None:
        self._good_until = time.monotonic() + LEASE_SECONDS

    def _end(self) -> None:
        self._lost = True


@contextmanager
def hold(
    db: Database[dict[str, Any]],
    purpose: str,
    *,
    wait: float = 0,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[Lease]:
    """Keep everybody else from changing the database while this is open.

    Waits for the lock at most `wait` seconds, and says so by `report`. Raises Locked, also while a restore
    is half way done and `purpose` is not to finish it.
    """
    owner = uuid4().hex
    with db.client.start_session() as session:
        lease = _wait_for(db, purpose, owner, session, wait, report)
        done = threading.Event()
        heart = threading.Thread(target=_renew, args=(db, lease, done), name="lease", daemon=True)
        heart.start()
        try:
            if purpose != "restore" and is_half_restored(db):
                raise Locked(f"{HALF_RESTORED} Run the same flask db-restore again: it goes on from there.")
            yield lease
        finally:
            done.set()
            heart.join()
            _release(db, lease)


def is_half_restored(db: Database[dict[str, Any]]) -> bool:
    """Whether a restore replaces collections right now, or died while it did."""
    return db[RESTORE_JOURNAL].find_one({}, ["_id"]) is not None


def holder(db: Database[dict[str, Any]]) -> str | None:
    """Who holds the lock right now, in words; None when nobody who is alive does."""
    living = {"$match": {"$expr": {"$gt": ["$expires_at", "$$NOW"]}, "owner": {"$type": "string"}}}
    held = next(db[COLLECTION].aggregate([living]), None)
    return None if held is None else _who(held)


def break_open(db: Database[dict[str, Any]]) -> str | None:
    """Take the lock from its holder, who writes nothing more then; who that was, in words, if anybody."""
    held = db[COLLECTION].find_one_and_update(
        {"_id": "lock", "owner": {"$type": "string"}}, [{"$set": {"owner": "", "expires_at": "$$NOW"}}]
    )
    return None if held is None else _who(held)


def _wait_for(
    db: Database[dict[str, Any]],
    purpose: str,
    owner: str,
    session: ClientSession,
    wait: float,
    report: Callable[[str], None],
) -> Lease:
    until, told = time.monotonic() + wait, False
    while True:
        lease, held = _try(db, purpose, owner, session)
        if lease is not None:
            return lease
        if time.monotonic() >= until:
            raise Locked(f"{_who(held)}. Try again when it is done, or wait for it with --wait SECONDS.")
        if not told:
            report(f"{_who(held)}; waiting for it.")
            told = True
        time.sleep(min(0.2, max(0.0, until - time.monotonic())))


def _try(
    db: Database[dict[str, Any]], purpose: str, owner: str, session: ClientSession
) -> tuple[Lease | None, dict[str, Any]]:
    """The lease, or None with what is written of its present holder."""
    dead = _end_sessions_of_the_dead(db)
    mine = {
        "_id": "lock",
        "owner": {"$literal": owner},
        "token": {"$add": [{"$max": ["$token", _largest_token_written(db)]}, 1]},
        "purpose": {"$literal": purpose},
        "host": {"$literal": socket.gethostname()},
        "pid": os.getpid(),
        "lsid": {"$literal": dict(session.session_id)},
        "acquired_at": "$$NOW",
        "expires_at": {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]},
    }
    is_free = {"$lte": [{"$ifNull": ["$expires_at", "$$NOW"]}, "$$NOW"]}
    update = [{"$replaceWith": {"$cond": [is_free, mine, "$$ROOT"]}}]
    locks = db[COLLECTION]
    try:
        found = locks.find_one_and_update(
            {"_id": "lock"}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
    except DuplicateKeyError:  # two made the document at once, and the other was first
        found = locks.find_one({"_id": "lock"})
    held: dict[str, Any] = found or {}
    if held.get("owner") != owner:
        return None, held
    return Lease(owner, held["token"], session, took_over=dead), held


def _largest_token_written(db: Database[dict[str, Any]]) -> int:
    """What the holders before wrote at most: a copy of a database has their records, and not their lock."""
    latest = db[RECORDS].find_one({"token": {"$type": "number"}}, ["token"], sort=[("token", -1)])
    return int(latest["token"]) if latest else 0


def _end_sessions_of_the_dead(db: Database[dict[str, Any]]) -> bool:
    """Whether the last holder died; if so, the transaction that it left open is rolled back."""
    over = {"$match": {"$expr": {"$lte": ["$expires_at", "$$NOW"]}, "owner": {"$type": "string"}}}
    dead = next(db[COLLECTION].aggregate([over]), None)  # a plain read waits for no transaction
    if dead is None:
        return False
    with suppress(PyMongoError, KeyError):  # the server ends it by itself, only later
        # A command speaks the driver's defaults, not the database's, which may know an lsid as a UUID.
        db.client.admin.command("killSessions", [dead["lsid"]], codec_options=db.codec_options)
    return True


def _renew(db: Database[dict[str, Any]], lease: Lease, done: threading.Event) -> None:
    mine = {"_id": "lock", "owner": lease.owner, "token": lease.token}
    longer: list[dict[str, Any]] = [{"$set": {"expires_at": {"$add": ["$$NOW", int(LEASE_SECONDS * 1000)]}}}]
    while not done.wait(LEASE_SECONDS / 3):
        try:
            renewed = db[COLLECTION].update_one(mine, longer)
        except PyMongoError:  # the next renewal comes in time, or the lease ends
            continue
        if not renewed.matched_count:
            lease._end()
            return
        lease._renewed()


def _release(db: Database[dict[str, Any]], lease: Lease) -> None:
    """Give the lock back, unless somebody took it over; the token stays, so that it only ever grows."""
    mine = {"_id": "lock", "owner": lease.owner, "token": lease.token}
    free: list[dict[str, Any]] = [
        {"$set": {"expires_at": "$$NOW"}},
        {"$unset": ["owner", "lsid", "purpose", "host", "pid", "acquired_at"]},
    ]
    with suppress(PyMongoError):  # it ends by its time
        db[COLLECTION].update_one(mine, free)


def _who(held: dict[str, Any]) -> str:
    """The holder in words."""
    if "owner" not in held:
        return "The database was locked a moment ago"
    what, where = held.get("purpose", "another run"), f"process {held.get('pid')} on {held.get('host')}"
    return f"This database is locked by {what} ({where})"
