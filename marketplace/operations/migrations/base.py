"""What every kind of step has in common, and what a step gets to work with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from ...shared.transactions import MAJORITY
from ..lease import Lease
from .errors import Stopped
from .records import Fenced

Db = Database[dict[str, Any]]
Report = Callable[[str], None]
Safe = Mapping[str, str]


def silent(_: str) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class Control:
    """How a run is watched and steered from outside."""

    report: Report = silent
    #: Seconds of rest for each second of work on chunks.
    throttle: float = 0.0
    #: Set to stop at the next point from which the run can go on later.
    stop: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise Stopped when somebody asked to stop."""
        if self.stop.is_set():
            raise Stopped("Stopped, as asked. What is done stays done; the next run goes on from here.")


class Work:
    """One step at work: the database, and the step's entry in the record."""

    def __init__(self, db: Db, lease: Lease, record: Fenced, number: int, control: Control) -> None:
        self.db = db
        self.control = control
        self._lease = lease
        self._record = record
        self._number = number

    @property
    def entry(self) -> dict[str, Any]:
        """What the record knows of this step."""
        return self._record.steps[self._number]

    def report(self, text: str) -> None:
        """Tell who watches, and the record's log."""
        self._record.log(text)
        self.control.report(f"    {text}")

    def check(self) -> None:
        """Raise LeaseLost when the lock is gone, Stopped when somebody asked to stop."""
        self._lease.check()
        self.control.check()

    def save(self, **changes: Any) -> None:
        """Keep something in the step's entry, unless another holder has taken over."""
        self._record.save(self._number, changes)

    def transaction(self, function: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Run the function and keep what it answers in the step's entry, in one transaction.

        The driver calls the function again after a conflict. Raises LeaseLost, with nothing changed,
        when another holder has taken over.
        """

        def attempt(session: ClientSession) -> dict[str, Any]:
            self._lease.check()
            changes = function()
            self._record.write(self._number, changes, session)
            return changes

        session = self._lease.session
        with session.bind(end_session=False):
            changes = session.with_transaction(attempt, write_concern=MAJORITY)
        self._record.written(self._number, changes)
        return changes

    def rest(self, seconds_of_work: float) -> None:
        """Leave the server to others for a while, as the throttle says; ends early when asked to stop."""
        until = time.monotonic() + seconds_of_work * self.control.throttle
        while (left := until - time.monotonic()) > 0 and not self.control.stop.wait(min(left, 1.0)):
            self._lease.check()


class Step:
    """One step of a migration; each kind is a subclass.

    `label` names it to people, `safe` silences rules of the linter, each with its reason.
    """

    kind = "step"
    #: Whether it may simply run again after it broke off.
    repeatable = True
    reversible = True

    def __init__(self, what: str, *, collection: str | None = None, safe: Safe | None = None) -> None:
        self.label = f"{self.kind} {what}"
        self.collection = collection
        self.safe = dict(safe or {})

    def look(self, db: Db) -> dict[str, Any]:
        """What undoing it will have to know; kept in the record before the step begins."""
        return {}

    def up(self, work: Work) -> None:
        """Do it."""
        raise NotImplementedError

    def down(self, work: Work) -> None:
        """Undo it."""
        raise NotImplementedError

    def plan(self, db: Db) -> str:
        """What it would do to this database, in words."""
        return ""
