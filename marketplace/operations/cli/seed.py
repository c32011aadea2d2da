"""`flask seed`: sample data."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import click
from flask.cli import with_appcontext
from mongoengine.errors import OperationError
from pymongo.database import Database
from pymongo.errors import ConnectionFailure

from ...shared import clock, connections
from .. import lease, migrations, protection
from .check import look_at_stored
from .output import Answer, Exit, Refused, answering

SCENARIOS = ("demo", "edge", "e2e", "load")


class Scale(click.ParamType):
    """A number of products, or a letter for one."""

    name = "S|M|L|NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        """The number; refuses what is none."""
        from seeds.plan import SCALES

        if isinstance(value, str) and value.upper() in SCALES:
            return SCALES[value.upper()]
        digits = str(value).replace(",", "").replace("_", "")
        if not re.fullmatch(r"[0-9]{1,8}", digits) or not 1 <= int(digits) <= 10_000_000:
            letters = ", ".join(f"{letter} ({size:,})" for letter, size in SCALES.items())
            self.fail(f"{value!r} is no scale. Give a number of products, 1 to 10,000,000, or {letters}.")
        return int(digits)


@click.command("seed")
@click.argument("scenario", type=click.Choice(SCENARIOS), default="demo")
@click.option("--seed", "number", type=click.IntRange(0, 2**53), default=42, show_default=True, metavar="N",
              help="What is drawn by chance follows from this number.")  # fmt: skip
@click.option("--scale", type=Scale(), help="How many products `load` makes. Default: M, 100,000.")
@click.option("--append", is_flag=True, help="Add what is missing; what is there stays. The default.")
@click.option("--reset", is_flag=True, help="Delete all that the marketplace holds before.")
@click.option("--when-empty", is_flag=True, help="Do nothing when there are users already.")
@click.option("--now", is_flag=True, help="Let the story end now, instead of on a fixed day.")
@click.option("--verify", is_flag=True, help="Check the whole database by its rules afterwards.")
@click.option("--yes", is_flag=True, help="Reset without asking.")
@click.option(
    "--yes-i-mean", metavar="NAME", help="The name of a protected database, to seed it all the same."
)
@click.option("--wait", type=click.FloatRange(0), default=0, metavar="SECONDS",
              help="How long to wait while somebody else has locked the database.")  # fmt: skip
@with_appcontext
@answering
def seed(
    *,
    answer: Answer,
    scenario: str,
    number: int,
    scale: int | None,
    append: bool,
    reset: bool,
    when_empty: bool,
    now: bool,
    verify: bool,
    yes: bool,
    yes_i_mean: str | None,
    wait: float,
) -> None:
    """Load the sample data of SCENARIO; running it again changes nothing.

    \b
    demo  a shop to look at (the default)
    edge  every state, limit and kind of text that the rules allow
    e2e   a small world with fixed logins and order numbers, for tests in a browser
    load  any number of products, and three orders for ten of them
    """  # noqa: D301 - the mark by which click keeps these lines apart
    if append and reset:
        raise click.UsageError("--append keeps what is there and --reset deletes it: give one of them.")
    if when_empty and reset:
        raise click.UsageError("--when-empty never deletes anything: give it or --reset, not both.")
    if scale is not None and scenario != "load":
        raise click.UsageError(f"Only the scenario load has a scale; {scenario} is always the same.")
    from seeds import indexes

    db = connections.database()
    if when_empty and db["users"].find_one(projection=["_id"]):
        if indexes.left_out(db):
            with lease.hold(db, f"seed {scenario}", wait=wait, report=answer.line):
                _build_left_out(db, answer)
        answer.line("There are users already, so nothing was seeded.")
        answer.result({"scenario": scenario, "seed": number, "added": {}})
        return
    protection.check(db, meant=yes_i_mean, action="Seeding")
    if not migrations.standing(db).serves:
        raise Refused(
            "The database is not up to date, so nothing was seeded. Run: flask db-migrate", Exit.PENDING
        )
    if reset and not yes:
        _ask(db, answer)
    from seeds.plan import EPOCH, SCALES, Plan  # the sample data is only read when it is asked for

    plan = Plan(seed=number, moment=clock.now() if now else EPOCH, scale=scale or SCALES["M"])
    with lease.hold(db, f"seed {scenario}", wait=wait, report=answer.line) as held:
        _build_left_out(db, answer)
        deleted = _wipe(db, held, answer) if reset else 0
        before = _sizes(db)
        _fill(scenario, replace(plan, check=held.check), answer)
        added = {name: size - before.get(name, 0) for name, size in _sizes(db).items()}
    added = {name: count for name, count in added.items() if count}
    answer.line(
        f"{sum(added.values()):,} documents added." if added else "Nothing to do: all of it is there."
    )
    broken = [check.name for check, _ in look_at_stored(answer, db)] if verify else None
    answer.result(
        {"scenario": scenario, "seed": number, "deleted": deleted, "added": added, "broken": broken}
    )
    if broken:
        raise Refused(f"What is stored breaks {len(broken)} of its rules.", Exit.DRIFT)
    if verify:
        answer.line("What is stored is as it must be.")


def _build_left_out(db: Database[dict[str, Any]], answer: Answer) -> None:
    """Build what a load that was killed left out, and say so."""
    from seeds import indexes

    if built := indexes.build(db):
        answer.line(f"Built the indexes that a load left out: those of {', '.join(built)}.")


def _fill(scenario: str, plan: Any, answer: Answer) -> None:
    """Run the scenario; its refusals end the command with their sentence.

    Wherever it is stopped, the scenario puts back what it has set up while the lock is still held.
    """
    from seeds import indexes, scenarios
    from seeds.load import Incomplete, OtherScale
    from seeds.store import Clash

    lines: Any = scenarios.SCENARIOS[scenario](plan)
    try:
        with closing(lines):
            for line in lines:
                answer.line(line)
    except KeyboardInterrupt:
        left = indexes.left_out(connections.database())
        raise Refused(
            "Stopped before all of it was there. Run the same command again: it goes on from here"
            + (", and builds the indexes first that are left out until then." if left else ".")
        ) from None
    except (Clash, OtherScale, Incomplete) as error:
        raise Refused(str(error)) from None
    except (ConnectionFailure, OperationError) as error:
        if not _is_an_outage(error):
            raise
        raise Refused(
            "MongoDB went away before all of it was there. Run the same command again: it goes on from here."
        ) from None


def _is_an_outage(error: BaseException | None) -> bool:
    """Whether the server could not be reached, there or in what led to it."""
    while error is not None and not isinstance(error, ConnectionFailure):
        error = error.__cause__ or error.__context__
    return error is not None


def _ask(db: Database[dict[str, Any]], answer: Answer) -> None:
    """Let a person confirm that everything may go; a program has to say so at once."""
    count = sum(_sizes(db).values())
    if answer.as_json:
        raise click.UsageError("--reset with --json cannot ask: add --yes.")
    question = f"This deletes all {count:,} documents of the marketplace in the database {db.name}. Go on?"
    click.confirm(question, abort=True)


def _wipe(db: Database[dict[str, Any]], held: lease.Lease, answer: Answer) -> int:
    """Delete every document of the marketplace, and how many they were; indexes and validators stay."""
    deleted = 0
    for name in _sizes(db):
        held.check()
        deleted += db[name].delete_many({}).deleted_count
    db[protection.COLLECTION].delete_many({"_id": {"$regex": "^load "}})
    answer.line(f"{deleted:,} documents deleted.")
    return deleted


def _sizes(db: Database[dict[str, Any]]) -> dict[str, int]:
    """How many documents each collection of the marketplace has; those of operations begin with `_`."""
    return {
        name: db[name].estimated_document_count()
        for name in sorted(db.list_collection_names(filter={"type": "collection"}))
        if not name.startswith(("_", "system."))
    }
