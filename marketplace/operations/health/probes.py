"""Checks at work: each in a thread of its own, bounded, never twice at once, and kept for a second.

However many ask, and however long a server is silent, a check has one thread at most: who asks while it
runs waits for that one, and hears that there is no answer once its time is over.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Lock, Thread
from time import monotonic

import pymongo
from flask import Flask

from .checks import PATIENCE, Check, Finding, Status

log = logging.getLogger(__name__)

#: How long a check may take from its beginning, in seconds: its own bound, and a little to report it.
LIMIT = 0.4

#: For how long a finding is good, in seconds.
KEPT = 1.0


class Run:
    """One look of a check, which begins at once."""

    def __init__(self, app: Flask, check: Check) -> None:
        self.time = datetime.now(UTC)
        self._app, self._check = app, check
        self._began, self._ended = monotonic(), 0.0
        self._found: Future[Finding] = Future()
        Thread(target=self._look, name=f"health {check.name}", daemon=True).start()

    def finding(self) -> Finding:
        """What was found, or what stands for it once the time is over; waits no longer than `LIMIT`."""
        try:
            return self._found.result(timeout=max(0.0, self._began + LIMIT - monotonic()))
        except TimeoutError:
            return self._nothing_seen()

    def is_stale(self) -> bool:
        """Whether it is time for another; never while this one runs."""
        return self._found.done() and monotonic() - self._ended >= KEPT

    def _nothing_seen(self) -> Finding:
        return Finding(self._check.otherwise, output=self._check.sentence)

    def _look(self) -> None:
        found = self._nothing_seen()
        try:
            with self._app.app_context(), pymongo.timeout(PATIENCE):
                found = self._check.look()
        except Exception:  # whatever it raises, it did not see what it looked for
            log.debug("The check %s failed.", self._check.name, exc_info=True)
        finally:
            self._ended = monotonic()
            self._found.set_result(found)


class Probe:
    """One check of an application, asked by anybody at any time."""

    def __init__(self, app: Flask, check: Check) -> None:
        self.check = check
        self._app = app
        self._lock = Lock()
        self._run: Run | None = None
        self._last = Status.PASS

    def start(self) -> Run:
        """The run that answers now: the one under way, the one just done, or a new one."""
        with self._lock:
            if self._run is None or self._run.is_stale():
                self._run = Run(self._app, self.check)
            return self._run

    def note(self, found: Finding) -> None:
        """Log a finding that differs from the one before."""
        with self._lock:
            changed, self._last = found.status is not self._last, found.status
        if changed:
            said = f"Health: {self.check.name} is at {found.status.value}. {found.output}"
            log.warning("%s", said.strip())
