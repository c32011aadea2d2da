"""`status`, `plan`, `check`: what is, and what would be."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from ....shared import connections
from ... import lease
from ...drift import drift
from ...migrations import Comparison, Migration, compare
from ...migrations.base import Db
from ...migrations.chunks import progress
from ...migrations.indexes import building
from ...migrations.records import Record
from ..output import Answer, Exit
from .answers import migrating


def register(group: AppGroup) -> None:
    """Add the commands to the group."""
    for command in (status, plan, check):
        group.add_command(command)


@click.command("status")
@migrating
def status(answer: Answer) -> None:
    """List every migration, how far it came and when, and what is wrong."""
    db = connections.database()
    found, holder = compare(db), lease.holder(db)
    files = {migration.name: migration for migration in found.migrations}
    rows = []
    for name in [*files, *found.missing, *found.stranded]:
        row = _row(db, found, files.get(name), found.records.get(name), running=holder is not None)
        rows.append(row)
        answer.line(f"{name:<32} {row['state']:<12} {row['at']:<22} {row['phase']:<9} {row['title']}")
        for line in row["progress"]:
            answer.line(f"    {line}")
    for warning in found.warnings():
        answer.line(f"Warning: {warning}")
    if holder is not None:
        answer.line(f"{holder}.")
    answer.result({"migrations": rows, "warnings": found.warnings(), "holder": holder})


def _row(
    db: Db, found: Comparison, file: Migration | None, record: Record | None, *, running: bool
) -> dict[str, Any]:
    state = "pending" if record is None else record.state
    if state == "started":
        state = "running" if running else "interrupted"
    elif file is None:
        state = "missing"
    elif file.name in found.edited:
        state = "edited"
    elif file.name in found.late:
        state = "late"
    at = None if record is None else record.at
    return {
        "name": file.name if file else record.name if record else "",
        "state": state,
        "phase": file.content.phase if file else record.phase if record else "",
        "title": file.content.title if file else "its file is missing",
        "at": f"{at:%Y-%m-%d %H:%M} UTC" if at else "",
        "progress": _progress(db, file, record) if record is not None and record.broken else [],
        "steps": record.steps if record is not None and record.broken else [],
        "error": None if record is None else record.document.get("error"),
    }


def _progress(db: Db, file: Migration | None, record: Record) -> list[str]:
    """How far a migration came that is running or broke off."""
    way = "flask db-migrate down" if record.going_down else "flask db-migrate"
    lines = [f"{'undone' if record.going_down else 'applied'} by {record.who}; to go on: {way}"]
    steps = file.content.steps if file else ()
    for number, entry in enumerate(record.steps):
        line = f"{number + 1}. {entry['name']}: {entry['state']} {progress(entry)}".rstrip()
        collection = steps[number].collection if number < len(steps) else None
        if entry["kind"].startswith("index") and entry["state"] == "running" and collection:
            names = building(db, collection)
            line += f"; the server is building {', '.join(names)}" if names else ""
        lines.append(line)
    if error := record.document.get("error"):
        lines.append(f"{error['type']}: {error['message']}")
    return lines


@click.command("plan")
@migrating
def plan(answer: Answer) -> None:
    """Say what `up` would do to this database, and do nothing."""
    show_plan(answer, connections.database())


def show_plan(answer: Answer, db: Db) -> None:
    """Tell each pending migration with its steps, and how much each has to do."""
    found = compare(db)
    plans = []
    for migration in found.pending:
        content = migration.content
        answer.line(f"{migration.name} ({content.phase}): {content.title}")
        steps = [{"name": step.label, "plan": step.plan(db)} for step in content.steps]
        for number, step in enumerate(steps, start=1):
            answer.line(f"    {number}. {step['name']}: {step['plan']}")
        plans.append({"name": migration.name, "phase": content.phase, "steps": steps})
    for warning in found.warnings():
        answer.line(f"Warning: {warning}")
    if not plans:
        answer.line("Nothing to do: the database is up to date.")
    answer.result({"pending": plans, "warnings": found.warnings()})


@click.command("check")
@click.pass_context
@migrating
def check(context: click.Context, answer: Answer) -> None:
    """End with 0 when the database is up to date and as the code declares it; else with what is wrong."""
    db = connections.database()
    found = compare(db)
    broken = [record.name for record in found.broken]
    pending = [migration.name for migration in found.pending if migration.name not in broken]
    for name in broken:
        answer.line(f"{name} is running or broke off. See: flask db-migrate status")
    for warning in found.warnings():
        answer.line(warning)
    for name in pending:
        answer.line(f"{name} is pending. Apply it with: flask db-migrate")
    code = Exit.DONE
    if broken:
        code = Exit.INTERRUPTED
    elif found.edited or found.missing:
        code = Exit.DRIFT
    elif pending:
        code = Exit.PENDING
    drifted = [] if code else [f"{one.collection}, {one.subject}: {one.kind}" for one in drift(db)]
    for line in drifted:
        answer.line(f"{line}. See: flask db-check")
    if drifted:
        code = Exit.DRIFT
    if code is Exit.DONE:
        answer.line("The database is up to date.")
    told = {"broken": broken, "pending": pending, "edited": found.edited, "drift": drifted}
    answer.result(told | {"missing": found.missing, "late": found.late})
    context.exit(code)
