"""What the database knows of each migration: one document in `_migrations`.

A record is written before the first step, and says of every step how far it came. While a migration runs,
each write to its record holds only as long as nobody else has taken over (the fence): it asks for the
token of the holder's lease.
"""

from __future__ import annotations

import os
import platform
import socket
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from ..lease import Lease, LeaseLost

COLLECTION = "_migrations"

#: Of a migration's log, the record keeps its last lines.
LOG_LINES = 500


@dataclass(frozen=True)
class Record:
    """What is written of one migration."""

    document: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The migration's name."""
        return str(self.document["_id"])

    @property
    def state(self) -> str:
        """Started, applied, failed, reverted or baselined; records of old have no state and are applied."""
        return str(self.document.get("state", "applied"))

    @property
    def applied(self) -> bool:
        """Whether the database has it."""
        return self.state in ("applied", "baselined")

    @property
    def broken(self) -> bool:
        """Whether it began and did not end."""
        return self.state in ("started", "failed")

    @property
    def going_down(self) -> bool:
        """Whether it broke off while it was undone."""
        return self.broken and self.document.get("direction") == "down"

    @property
    def checksum(self) -> str | None:
        """The checksum of what was applied, unless the record is from before there were any."""
        return self.document.get("checksum")

    @property
    def source(self) -> str | None:
        """The source of what was applied."""
        return self.document.get("source")

    @property
    def phase(self) -> str:
        """The phase of what was applied, `migrate` where the record does not tell."""
        return str(self.document.get("phase", "migrate"))

    @property
    def steps(self) -> list[dict[str, Any]]:
        """How far each step came."""
        return list(self.document.get("steps", ()))

    @property
    def at(self) -> Any:
        """When it was applied, or last touched."""
        found = self.document
        return found.get("finished_at") or found.get("applied_at") or found.get("started_at")

    @property
    def who(self) -> str:
        """The process that ran it, in words."""
        return f"process {self.document.get('pid')} on {self.document.get('host')}"


def read(db: Database[dict[str, Any]]) -> dict[str, Record]:
    """Every record by name."""
    return {found["_id"]: Record(found) for found in db[COLLECTION].find().sort("_id")}


def runner() -> dict[str, Any]:
    """What identifies this process and its versions in a record."""
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "app_version": _version_of_the_application(),
        "python_version": platform.python_version(),
    }


def _version_of_the_application() -> str:
    try:
        return version("marketplace")
    except PackageNotFoundError:  # it runs from its folder, not installed
        return "unknown"


class Fenced:
    """The record of the migration that is running, written by the holder of the lease alone.

    Every write raises LeaseLost when somebody with a larger token has taken the record over. What is
    `noted` goes along with the next write, so that a step costs one.
    """

    def __init__(self, db: Database[dict[str, Any]], lease: Lease, name: str) -> None:
        self._records = db[COLLECTION]
        self._token = lease.token
        self._name = name
        self._noted: dict[str, Any] = {}
        self._lines: list[str] = []
        self.steps: list[dict[str, Any]] = []

    def claim(self) -> Record:
        """Take over the record that there is."""
        mine = {"_id": self._name, "token": {"$not": {"$gt": self._token}}}
        found = self._records.find_one_and_update(
            mine, {"$set": {"token": self._token}}, return_document=ReturnDocument.AFTER
        )
        if found is None:
            raise LeaseLost
        record = Record(found)
        self.steps = record.steps
        return record

    def begin(self, changes: Mapping[str, Any], steps: Iterable[dict[str, Any]]) -> None:
        """Write down that it starts; raises LeaseLost when somebody else has just done so."""
        self.steps = list(steps)
        everything = {**changes, **runner(), "state": "started", "steps": self.steps, "token": self._token}
        operators = {
            "$set": everything,
            "$currentDate": {"started_at": True},
            "$unset": {"error": "", "finished_at": "", "ms": ""},
        }
        mine = {"_id": self._name, "token": {"$not": {"$gt": self._token}}}
        try:
            self._records.update_one(mine, operators, upsert=True)
        except DuplicateKeyError:
            raise LeaseLost from None

    def note(self, number: int, **changes: Any) -> None:
        """Change a step's entry with the next write."""
        self.steps[number].update(changes)
        self._noted |= {f"steps.{number}.{key}": value for key, value in changes.items()}

    def log(self, line: str) -> None:
        """Add a line to the log with the next write."""
        self._lines.append(line)

    def save(self, number: int, changes: Mapping[str, Any]) -> None:
        """Change a step's entry now."""
        self.note(number, **changes)
        self.flush()

    def flush(self) -> None:
        """Write what is noted."""
        if self._noted or self._lines:
            self._update(self._operators(self._noted), None)
            self._forget()

    def finish(self, state: str, ms: int, **changes: Any) -> None:
        """Write down how it ended."""
        operators = self._operators(self._noted | changes | {"state": state, "ms": ms})
        self._update(operators | {"$currentDate": {"finished_at": True}}, None)
        self._forget()

    def fail(self, error: BaseException) -> None:
        """Write down that it failed, and why."""
        told = {"type": type(error).__name__, "message": str(error)[:2000]}
        told["traceback"] = "".join(traceback.format_exception(error))[-8000:]
        self._update(self._operators(self._noted | {"state": "failed", "error": told}), None)
        self._forget()

    def write(self, number: int, changes: Mapping[str, Any], session: ClientSession) -> None:
        """Change a step's entry, with what is noted, as a part of the session's transaction."""
        fields = {f"steps.{number}.{key}": value for key, value in changes.items()}
        self._update(self._operators(self._noted | fields), session)

    def written(self, number: int, changes: Mapping[str, Any]) -> None:
        """The transaction of `write` is committed."""
        self.steps[number].update(changes)
        self._forget()

    def _operators(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        operators: dict[str, Any] = {"$set": {"token": self._token, **fields}}
        if self._lines:
            operators["$push"] = {"log": {"$each": self._lines, "$slice": -LOG_LINES}}
        return operators

    def _update(self, operators: Mapping[str, Any], session: ClientSession | None) -> None:
        mine = {"_id": self._name, "token": self._token}
        if not self._records.update_one(mine, operators, session=session).matched_count:
            raise LeaseLost

    def _forget(self) -> None:
        self._noted, self._lines = {}, []
