"""The worker: delivers what the outbox holds, and runs the timers. Any number of them may run.

Each takes one thing at a time, a stream or a timer, and holds it by a lease. What a worker that was
killed held is taken by another one when the lease ends. A database that is away is waited for.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pymongo
from flask import Flask
from mongoengine.connection import ConnectionFailure
from pymongo.database import Database
from pymongo.errors import PyMongoError

from ..shared import connections
from ..shared.crashing import crash_point
from ..shared.outbox import ClaimLost, Delivery, GiveUp, claims, registry, rows, timers, workers
from ..shared.outbox.claims import Claim

log = logging.getLogger(__name__)

#: Seconds between two looks for something to do.
POLL = 0.5

#: Seconds between two signs of life.
HEARTBEAT = 5.0

#: Streams that are looked at together.
BATCH = 20

#: How long the database may take for one delivery, in seconds: less than the lease.
DELIVERY_DEADLINE = 30.0

OUTAGES = (PyMongoError, ConnectionFailure)

Db = Database[dict[str, Any]]


@dataclass(slots=True)
class Done:
    """What a worker did: rows delivered, attempts that failed, timers run and timers failed."""

    delivered: int = 0
    failed: int = 0
    ran: int = 0
    broken: int = 0


@dataclass
class Worker:
    """One worker of the application. `stop` may be set from anywhere; it ends after what it has in hand."""

    app: Flask
    name: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}")
    stop: threading.Event = field(default_factory=threading.Event)
    done: Done = field(default_factory=Done)

    def once(self) -> Done:
        """Run each timer that is due, then deliver all that is due, and answer what was done."""
        db = self._database()
        timers.prepare(db, registry.timers)
        self._run_timers(db)
        while not self.stop.is_set() and self._deliver_some(db):
            pass
        return self.done

    def run(self, *, go_on: Callable[[], bool] = lambda: True) -> Done:
        """Work until `stop` is set or `go_on` says no, whatever happens to the database meanwhile."""
        with suppress(*OUTAGES):  # one client for both threads
            self._database()
        heart = threading.Thread(target=self._live, name="heartbeat", daemon=True)
        heart.start()
        prepared = away = False
        while go_on() and not self.stop.is_set():
            try:
                db = self._database()
                if not prepared:
                    timers.prepare(db, registry.timers)
                    prepared = True
                self._run_timers(db)
                busy = self._deliver_some(db)
            except OUTAGES as error:
                if not away:
                    log.warning("The database is away (%s). Waiting for it.", type(error).__name__)
                away, busy = True, False
            else:
                if away:
                    log.warning("The database is back.")
                away = False
            if not busy:
                self.stop.wait(POLL)
        self.stop.set()
        heart.join()
        with suppress(*OUTAGES), pymongo.timeout(1):
            workers.gone(self._database(), self.name)
        return self.done

    def _database(self) -> Db:
        with self.app.app_context():
            return connections.database()

    def _live(self) -> None:
        """Say every few seconds that this worker lives."""
        while True:
            with suppress(*OUTAGES), pymongo.timeout(HEARTBEAT):
                workers.here(self._database(), self.name)
            if self.stop.wait(HEARTBEAT):
                return

    # Timers

    def _run_timers(self, db: Db) -> None:
        for name in timers.due(db):
            timer = registry.timers.get(name)
            if timer is None or self.stop.is_set():  # one that newer or older code knows
                continue
            claim = timers.claim(db, name, self.name)
            if claim is not None:
                self._run_timer(claim, timer)

    def _run_timer(self, claim: Claim, timer: registry.Timer) -> None:
        error = None
        try:
            with self.app.app_context():
                timer.run()
            self.done.ran += 1
        except Exception as raised:
            log.exception("The timer %s failed.", timer.name)
            error = in_short(raised)
            self.done.broken += 1
        timers.finish(claim, timer, error)

    # Deliveries

    def _deliver_some(self, db: Db) -> bool:
        """Deliver what waits on the streams that are due, a few of them; whether there was anything."""
        worked = False
        for stream in claims.due(db["outbox_streams"], BATCH):
            if self.stop.is_set():
                break
            claim = claims.claim(db["outbox_streams"], stream, self.name)
            if claim is None:  # another worker was first
                continue
            worked = True
            with suppress(ClaimLost):
                self._deliver(db, claim)
        return worked

    def _deliver(self, db: Db, claim: Claim) -> None:
        """Deliver the rows of a stream in their order, until one fails; raises ClaimLost."""
        for identifier in rows.waiting(db, claim):
            if self.stop.is_set():
                claim.put_back()
                return
            claim.keep()
            row = rows.begin(db, claim, identifier)
            crash_point("delivery.begun")
            error = self._attempt(row)
            if error is None:
                crash_point("delivery.done")
                rows.mark_delivered(db, claim, row)
                self.done.delivered += 1
                continue
            self.done.failed += 1
            last = isinstance(error, GiveUp) or row.attempt >= rows.MOST_ATTEMPTS
            rows.mark_attempt(db, claim, row, in_short(error), last=last)
            if not last:
                claim.put_back(rows.pause_after(row.attempt))
                return
        rows.release(claim)

    def _attempt(self, row: Delivery) -> Exception | None:
        """Call the handler; what it raised, or None."""
        try:
            handler = registry.handlers.get(row.topic)
            if handler is None:
                raise LookupError(f"This worker knows no topic {row.topic}. Is it older than the code?")
            with self.app.app_context(), pymongo.timeout(DELIVERY_DEADLINE):
                handler(row)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is noted and tried again
            log.warning("%s of %s failed, attempt %d: %s", row.topic, row.id, row.attempt, in_short(error))
            return error
        log.info("%s of %s is delivered.", row.topic, row.id)
        return None


def in_short(error: BaseException) -> str:
    """The error in a line that can be stored and shown."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}"[:500] if said else type(error).__name__
