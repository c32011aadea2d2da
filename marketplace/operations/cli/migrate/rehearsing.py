"""`rehearse` and `verify-down`: on a copy."""

from __future__ import annotations

from dataclasses import asdict

import click
from flask.cli import AppGroup

from ....shared import connections
from ...migrations import rehearsal
from ...migrations.rehearsal import Rehearsed
from ..output import Answer, Exit
from .answers import migrating

sample = click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Copy about N documents of each collection."
)


def register(group: AppGroup) -> None:
    """Add the commands to the group."""
    group.add_command(rehearse)
    group.add_command(verify_down)


@click.command("rehearse")
@sample
@click.option("--keep", is_flag=True, help="Leave the copy for a look at it.")
@click.pass_context
@migrating
def rehearse(context: click.Context, answer: Answer, *, sample: int | None, keep: bool) -> None:
    """Run what is pending on a copy of the database, undo it there, and tell what happened."""
    found = rehearsal.rehearse(connections.database(), sample=sample, keep=keep, report=answer.line)
    answer.line(f"Copied {found.documents:,} documents in {found.seconds:.1f} s.")
    for name, count in found.violations.items():
        answer.line(f"Before: {count:,} documents of {name} break its validator.")
    for one in found.migrations:
        _tell(answer, one)
    if not found.migrations:
        answer.line("Nothing is pending, so there is nothing to rehearse.")
    answer.line(f"The copy is kept as {found.copy}." if keep else "The copy is dropped.")
    answer.result(asdict(found) | {"passed": found.passed})
    context.exit(Exit.DONE if found.passed else Exit.FAILED)


@click.command("verify-down")
@click.argument("name", required=False)
@sample
@click.pass_context
@migrating
def verify_down(context: click.Context, answer: Answer, *, name: str | None, sample: int | None) -> None:
    """On a copy, apply and undo migrations from NAME on, and see whether everything is as before.

    Without NAME: what is pending, else the latest.
    """
    found = rehearsal.verify_down(connections.database(), name, sample=sample, report=answer.line)
    for one in found:
        _tell(answer, one)
    answer.result({"migrations": [asdict(one) for one in found]})
    context.exit(Exit.FAILED if any(one.error or one.lost for one in found) else Exit.DONE)


def _tell(answer: Answer, one: Rehearsed) -> None:
    """What a migration did to the copy, in lines."""
    answer.line(f"{one.name}: {'failed' if one.error else 'ran'} in {one.seconds:.2f} s")
    for step in one.steps:
        count = f", {step['changed']:,} documents changed" if "changed" in step else ""
        answer.line(f"    {step['name']}: {step.get('took', 0):.2f} s{count}")
    for name, counts in one.changed.items():
        answer.line(f"    {name}: {counts['written']:,} documents new or different, {counts['gone']:,} gone")
    for name, broken in one.violations.items():
        what = f"{broken:,} documents of {name} break" if broken else f"all documents of {name} keep"
        answer.line(f"    {what} its validator")
    if one.error:
        answer.line(f"    {one.error}")
    elif one.lost is None:
        answer.line("    It says of itself that it cannot be undone.")
    elif one.lost:
        answer.line("    Undone, the database is not as before:")
        for loss in one.lost:
            answer.line(f"      {loss}")
    else:
        answer.line("    Undone, everything is as before.")
