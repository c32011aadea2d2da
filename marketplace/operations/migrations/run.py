"""Up and down: what is pending is applied, what is applied is undone, each step once.

Everything runs under the lease of the database. What broke off goes on where it was: `each` behind its
cursor, `tx` from its start, indexes and validators once more; an `opaque` step that is not idempotent waits
for a person.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import ConnectionFailure

from ..lease import Lease, LeaseLost, hold
from .base import Control, Db, Report, Work, silent
from .comparison import Comparison, compare
from .errors import Failed, Interrupted, MigrationError, Stopped, Unexpected
from .files import PHASES, Content, Migration
from .records import Fenced, Record

#: A migration takes as long as it takes, whatever `timeoutMS` the client has. (None would mean the client's.)
NO_LIMIT = 0


def migrate(
    db: Db,
    *,
    folder: Path | None = None,
    to: str | None = None,
    phase: str = "contract",
    wait: float = 0,
    throttle: float = 0.0,
    stop: threading.Event | None = None,
    report: Report = silent,
) -> list[str]:
    """Apply what is pending and answer the names; stops at the first that fails.

    Only up to the migration `to`, and of the phases up to `phase` (an earlier one that is left out holds
    back those that name it in `depends_on`). `throttle` is the rest between chunks, in seconds for each
    second of work. What was applied before a failure stays applied.

    Raises Locked when the lock is not free within `wait` seconds, LeaseLost, Failed, Interrupted, Stopped.
    """
    control = Control(report, throttle, stop or threading.Event())
    with pymongo.timeout(NO_LIMIT), hold(db, "a migration", wait=wait, report=report) as lease:
        found = compare(db, folder)
        for warning in found.warnings():
            report(f"Warning: {warning}")
        done = []
        for migration in _wanted(found, to, phase, report):
            control.check()
            Run(db, lease, migration, control).up(found.records.get(migration.name))
            done.append(migration.name)
        return done


def _wanted(found: Comparison, to: str | None, phase: str, report: Report) -> list[Migration]:
    """What to apply, in order."""
    names = [migration.name for migration in found.migrations]
    if to is not None and to not in names:
        raise MigrationError(f"There is no migration {to}.")
    for name in found.stranded:
        raise Unexpected(
            f"{name} broke off, and its file is missing. Bring the file back, or undo it by the source that "
            "began: flask db-migrate down"
        )
    wanted: list[Migration] = []
    held: set[str] = set()
    for migration in found.pending:
        content = migration.content
        waits_for = held.intersection(content.depends_on or ())
        if PHASES.index(content.phase) > PHASES.index(phase):
            held.add(migration.name)
        elif waits_for:
            held.add(migration.name)
            report(f"{migration.name} waits for {', '.join(sorted(waits_for))}.")
        else:
            wanted.append(migration)
    if to is not None:
        within = set(names[: names.index(to) + 1])
        wanted = [migration for migration in wanted if migration.name in within]
    return wanted


def revert(
    db: Db,
    *,
    folder: Path | None = None,
    count: int = 1,
    to: str | None = None,
    wait: float = 0,
    throttle: float = 0.0,
    stop: threading.Event | None = None,
    report: Report = silent,
) -> list[str]:
    """Undo the latest `count` migrations, or every one after `to`, and answer the names.

    What broke off on its way is undone first, as far as it came. Where the file is gone, the source that
    was applied is used. Raises what `migrate` raises, and MigrationError for what cannot be undone.
    """
    control = Control(report, throttle, stop or threading.Event())
    with pymongo.timeout(NO_LIMIT), hold(db, "a migration", wait=wait, report=report) as lease:
        found = compare(db, folder)
        done = []
        for record in _unwanted(found, count, to):
            control.check()
            migration = _source_of(record, found, report)
            Run(db, lease, migration, control).down(record)
            done.append(record.name)
        return done


def _unwanted(found: Comparison, count: int, to: str | None) -> list[Record]:
    """What to undo, the latest first."""
    latest = [*found.broken, *reversed([one for one in found.applied if one.state != "baselined"])]
    if to is None:
        return latest[:count]
    names = [record.name for record in found.applied]
    if to not in names:
        raise MigrationError(f"{to} is not applied, so there is no going down to it.")
    after = set(names[names.index(to) + 1 :])
    return [record for record in latest if record.broken or record.name in after]


def _source_of(record: Record, found: Comparison, report: Report) -> Migration:
    """The migration's file if it still has the steps that ran, else the source that the record keeps."""
    name = record.name
    file = next((one for one in found.migrations if one.name == name), None)
    if file is not None and _fits(file, record):
        return file
    if record.source is None:
        raise Unexpected(f"The file of {name} is missing or has other steps, and its record keeps no source.")
    kept = Migration(name, record.source)
    if kept.checksum != record.checksum:
        raise Unexpected(f"The source of {name} in its record is not what was applied: it was changed.")
    what = "is missing" if file is None else "has other steps now"
    report(f"The file of {name} {what}: undoing it by the source that was applied.")
    return kept


def _fits(migration: Migration, record: Record) -> bool:
    """Whether the migration begins with the steps that ran."""
    begun = [entry["name"] for entry in record.steps if entry["state"] != "pending"]
    return [step.label for step in migration.content.steps][: len(begun)] == begun


class Run:
    """One migration on its way up or down."""

    def __init__(self, db: Db, lease: Lease, migration: Migration, control: Control) -> None:
        self._db = db
        self._lease = lease
        self._migration = migration
        self._control = control
        self._record = Fenced(db, lease, migration.name)
        self._began = time.monotonic()

    def up(self, record: Record | None) -> None:
        """Apply it, or go on where it broke off."""
        name, content = self._migration.name, self._migration.content
        self._control.report(f"{name}: {content.title}")
        steps = [{"name": step.label, "kind": step.kind, "state": "pending"} for step in content.steps]
        if record is not None:
            record = self._record.claim()
            if record.going_down:
                raise Interrupted(
                    f"{name} broke off while it was undone ({record.who}). "
                    f"Finish that first: flask db-migrate down"
                )
            if record.broken:
                steps = self._go_on(record, content)
        self._refuse_the_unknown(content, steps)
        told = {"direction": "up", "checksum": self._migration.checksum, "source": self._migration.source}
        told |= {"phase": content.phase, "server_version": self._db.client.server_info()["version"]}
        self._run(content, lambda: self._record.begin(told, steps), self._step_up, "applied")

    def _go_on(self, record: Record, content: Content) -> list[dict[str, Any]]:
        """The steps as the record knows them, with those that the file has besides."""
        name, known = record.name, record.steps
        begun = [entry["name"] for entry in known if entry["state"] != "pending"]
        if not _fits(self._migration, record):
            raise Unexpected(
                f"{name} was edited after it had begun: it began with {', '.join(begun)}. "
                "Put these steps back, or undo it by the source that began: flask db-migrate down"
            )
        how = "failed" if record.state == "failed" else "broke off"
        self._record.log(f"{how} before ({record.who}); going on")
        self._control.report(f"{name} {how} before ({record.who}): going on with what is left.")
        rest = content.steps[len(begun) :]
        fresh = [{"name": step.label, "kind": step.kind, "state": "pending"} for step in rest]
        return known[: len(begun)] + fresh

    def _step_up(self, content: Content) -> None:
        for number, step in enumerate(content.steps):
            work = Work(self._db, self._lease, self._record, number, self._control)
            if work.entry["state"] == "done":
                continue
            work.check()
            if work.entry["state"] == "pending":
                self._record.note(number, state="running", before=step.look(self._db))
                self._record.flush()
            self._control.report(f"    {step.label}")
            began = time.monotonic()
            step.up(work)
            self._record.note(number, state="done", took=round(time.monotonic() - began, 3))
            if not step.repeatable:
                self._record.flush()

    def down(self, record: Record) -> None:
        """Undo it, as far as it came, or go on undoing it."""
        name, content = record.name, self._migration.content
        if content.irreversible is not None:
            raise MigrationError(f"{name} cannot be undone: {content.irreversible}")
        record = self._record.claim()
        self._control.report(f"{name}: undoing")
        steps = record.steps or [
            {"name": step.label, "kind": step.kind, "state": "done"} for step in content.steps
        ]
        self._refuse_the_unknown(content, steps)
        if not record.going_down:
            steps = [_turned(entry) for entry in steps]
        self._run(
            content, lambda: self._record.begin({"direction": "down"}, steps), self._step_down, "reverted"
        )

    def _step_down(self, content: Content) -> None:
        for number, step in reversed(list(enumerate(content.steps))):
            if number >= len(self._record.steps):  # the file has more steps than ever began
                continue
            work = Work(self._db, self._lease, self._record, number, self._control)
            state = work.entry["state"]
            if state == "pending":
                continue
            work.check()
            self._control.report(f"    {step.label}")
            if state != "undoing":
                self._record.note(number, state="undoing")
                self._record.flush()
            step.down(work)
            self._record.note(number, state="pending")
            if not step.repeatable:
                self._record.flush()

    def _run(
        self, content: Content, begin: Callable[[], None], steps: Callable[[Content], None], state: str
    ) -> None:
        """Begin, do the steps, and write down how it ended."""
        self._lease.check()
        begin()
        try:
            steps(content)
            self._record.finish(state, round(1000 * (time.monotonic() - self._began)))
        except Stopped:
            self._record.flush()
            raise
        except (LeaseLost, ConnectionFailure):
            raise  # nothing may be written, or nothing can
        except Exception as error:
            self._record.fail(error)
            raise Failed(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        """Which step failed, why, and what is left of it."""
        name = self._migration.name
        at = next((one["name"] for one in self._record.steps if one["state"] in ("running", "undoing")), "")
        why = str(error) if isinstance(error, MigrationError) else f"{type(error).__name__}: {error}"
        return f"{name} failed at {at or 'its start'}. {why}"

    def _refuse_the_unknown(self, content: Content, steps: list[dict[str, Any]]) -> None:
        """Raise Interrupted when a step broke off that may not simply run again."""
        name = self._migration.name
        for step, entry in zip(content.steps, steps, strict=False):
            if entry["state"] in ("running", "undoing") and not step.repeatable:
                raise Interrupted(
                    f"{name} broke off in the middle of {step.label}, and nobody can tell how far it came. "
                    f"Look at the data, then say: flask db-migrate resolve {name} --applied (all of it is "
                    "done by hand), --retry (the step may run again) or --reverted (all of it is undone)."
                )


def _turned(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry of a step that went up, as undoing it begins: from its start, up to where it came."""
    kept: dict[str, Any] = {key: entry[key] for key in ("name", "kind", "state", "before") if key in entry}
    if entry["state"] == "running" and entry["kind"] == "each":
        if "cursor" not in entry:
            return kept | {"state": "pending"}
        kept["upto"] = entry["cursor"]
    if entry["state"] == "running" and entry["kind"] == "tx":
        kept["state"] = "pending"
    return kept
