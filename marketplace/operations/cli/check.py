"""`flask db-check`: whether the database is as the code declares it, and its data as they must be."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from pymongo.database import Database

from ...shared import connections
from .. import migrations
from ..drift import Difference, Kind, NotAllowed, can_tell_builds, drift, meaning, repair, stored
from ..drift.literals import Unwritable
from ..drift.stored import Check, Violations
from ..migrations import files
from .migrate.answers import migrating
from .output import Answer, Exit, Refused

#: A check that took longer than this says so, in seconds.
WORTH_TELLING = 5

LOADING = "A load of sample data has taken indexes away, and did not build them yet."
FINISH_THE_LOAD = "If it was stopped, run the same flask seed again: it builds them before anything else."


@click.group("db-check", cls=AppGroup, invoke_without_command=True)
@click.option("--live", is_flag=True, help="Also look through all that is stored; may take minutes.")
@click.pass_context
@with_appcontext
@migrating
def db_check(context: click.Context, answer: Answer, *, live: bool) -> None:
    """Compare the database with what the code declares: indexes, validators, collections.

    With --live also what is stored: documents that break a validator, ids that lead nowhere, and what must
    hold across documents, such as totals. It changes nothing. Ends with 0 when all is well, else with 5.
    """
    if context.invoked_subcommand is not None:
        return
    db = connections.database()
    waiting, loading = _waiting(db), _left_out_of_a_load(db)
    notes = _notes(db, waiting, loading=bool(loading))
    found = [_told_by_its_load(one, loading) for one in _drift(db)]
    for note in notes:
        answer.line(f"Note: {note}")
    _tell(answer, found)
    if live and any(one.kind in (Kind.MISSING, Kind.HIDDEN, Kind.BUILDING) for one in found):
        answer.line("Note: without its indexes, looking through what is stored may take very long.")
    wrong = look_at_stored(answer, db) if live else []
    answer.line(_summary(found, wrong, live=live, first=_first(waiting, loading)))
    result: dict[str, Any] = {"differences": [one.data for one in found], "notes": notes}
    if live:
        result["stored"] = [_data(*one) for one in wrong]
    answer.result(result | {"clean": not found and not wrong})
    context.exit(Exit.DRIFT if found or wrong else Exit.DONE)


@db_check.command("make-indexes")
@click.argument("name")
@click.option("--stdout", is_flag=True, help="Print the migration instead of writing it into migrations/.")
@migrating
def make_indexes(answer: Answer, *, name: str, stdout: bool) -> None:
    """Write the migration that mends what `flask db-check` finds, under NAME, such as `mend_orders`."""
    db = connections.database()
    waiting = _waiting(db)
    if waiting:
        raise Refused(f"{_pending(waiting)} Run flask db-migrate first: it may mend this.", Exit.PENDING)
    if _left_out_of_a_load(db):
        raise Refused(f"{LOADING} {FINISH_THE_LOAD}", Exit.PENDING)
    found = _drift(db)
    mended = repair.mendable(found)
    for one in found:
        if one not in mended:
            answer.line(f"Left out: {one.collection}, {one.subject}: {one.remedy}")
    if not mended:
        answer.line("There is nothing that a migration could mend.")
        answer.result({"file": None, "mends": 0})
        return
    try:
        text = repair.migration(f"{name.replace('_', ' ').strip(' .!').capitalize()}.", mended)
    except Unwritable as error:
        raise Refused(str(error)) from None
    if stdout:
        answer.result({"text": text, "mends": len(mended)})
        if not answer.as_json:
            click.echo(text, nl=False)
        return
    path = files.write_next(name, text)
    answer.line(
        f"migrations/{path.name} mends {_many(len(mended), 'difference')}. Read it, then: flask db-migrate"
    )
    answer.result({"file": str(path), "mends": len(mended)})


def _drift(db: Database[dict[str, Any]]) -> list[Difference]:
    try:
        return drift(db)
    except NotAllowed as error:
        raise Refused(str(error)) from None


def _left_out_of_a_load(db: Database[dict[str, Any]]) -> dict[str, set[str]]:
    """The indexes that a load of sample data builds at its end, or the next one if it was killed."""
    from seeds import indexes  # the sample data is only read when it is asked for

    return indexes.left_out(db)


def _told_by_its_load(one: Difference, loading: dict[str, set[str]]) -> Difference:
    """The difference; what mends an index that a load left out is the load."""
    is_left_out = one.kind is Kind.MISSING and one.subject in loading.get(one.collection, ())
    return replace(one, remedy=f"A load left it out. {FINISH_THE_LOAD}") if is_left_out else one


def _first(waiting: list[Any], loading: dict[str, set[str]]) -> str | None:
    """What has to be done before differences mean anything."""
    if waiting:
        return "Run flask db-migrate, then check again."
    return f"{LOADING} {FINISH_THE_LOAD}" if loading else None


def _notes(db: Database[dict[str, Any]], waiting: list[Any], *, loading: bool) -> list[str]:
    notes = []
    if loading:
        notes.append(f"{LOADING} {FINISH_THE_LOAD}")
    if waiting:
        notes.append(f"{_pending(waiting)} What follows may come from that: run flask db-migrate first.")
    if not can_tell_builds(db):
        notes.append(
            "Indexes that are still being built count as ready: the database's user lacks the privilege "
            "indexStats, which the role dbAdmin has."
        )
    return notes


def _waiting(db: Database[dict[str, Any]]) -> list[Any]:
    """The migrations that are pending."""
    return migrations.compare(db).pending


def _pending(waiting: list[Any]) -> str:
    return f"{_many(len(waiting), 'migration')} {'is' if len(waiting) == 1 else 'are'} pending."


def _tell(answer: Answer, found: list[Difference]) -> None:
    """Every difference in a few lines, collection by collection."""
    for collection, differences in groupby(found, key=lambda one: one.collection):
        answer.line(f"\n{collection}")
        for one in differences:
            answer.line(f"  {one.subject} ({one.kind})")
            answer.line(f"    declared: {meaning.shown(one.declared)}")
            answer.line(f"    found:    {meaning.shown(one.found)}")
            answer.line(f"    {one.meaning}")
            answer.line(f"    {one.remedy}")
    if found:
        answer.line("")


def look_at_stored(answer: Answer, db: Database[dict[str, Any]]) -> list[tuple[Check, Violations]]:
    """Run every check of what is stored, telling of each; answers those that fail."""
    wrong = []
    checks = stored.checks(db)
    for number, check in enumerate(checks, 1):
        size = db[check.collection].estimated_document_count()
        answer.line(f"[{number:2}/{len(checks)}] {check.name} ({_many(size, 'document')})")
        started = time.monotonic()
        violations = check.run(db.client)
        seconds = time.monotonic() - started
        if violations:
            wrong.append((check, violations))
            _tell_violations(answer, violations)
        elif seconds > WORTH_TELLING:
            answer.line(f"        holds; that took {seconds:.0f} seconds")
    return wrong


def _tell_violations(answer: Answer, violations: Violations) -> None:
    if violations.failure:
        answer.line(f"        could not be checked: {violations.failure}")
        return
    answer.line(f"        does not hold, {_many(violations.count, 'time')}:")
    for example in violations.examples:
        answer.line(f"        {example.collection} {example.id}: {example.sentence}")
    if violations.count > sum(example.times for example in violations.examples):
        answer.line("        …")


def _data(check: Check, violations: Violations) -> dict[str, Any]:
    """A check that failed, for programs."""
    examples = [asdict(example) for example in violations.examples]
    told = {"check": check.name, "collection": check.collection}
    return told | {"count": violations.count, "failure": violations.failure, "examples": examples}


def _summary(
    found: list[Difference], wrong: list[tuple[Check, Violations]], *, live: bool, first: str | None
) -> str:
    """How it stands, in a sentence or two."""
    if not found and not wrong:
        stored_too = ", and what is stored is as it must be" if live else ""
        return f"The database is as the code declares it{stored_too}."
    sentences = ["The database is as the code declares it."]
    if found:
        where = _many(len({one.collection for one in found}), "collection")
        sentences = [f"{_many(len(found), 'difference')} from what the code declares, in {where}."]
        mended = len(repair.mendable(found))
        if first:
            sentences.append(first)
        elif mended:
            what = "what differs" if mended == len(found) else f"{mended} of them"
            sentences.append(f"To mend {what}: flask db-check make-indexes NAME")
    if wrong:
        count = sum(violations.count for _, violations in wrong)
        sentences.append(f"What is stored breaks {_many(len(wrong), 'rule')}, {_many(count, 'time')} in all.")
    return " ".join(sentences)


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
