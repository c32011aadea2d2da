"""`resolve`, `baseline`, `unlock`: what a person knows better."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from ....shared import connections
from ... import lease
from ...migrations import resolution
from ..output import Answer
from .answers import migrating


def register(group: AppGroup) -> None:
    """Add the commands to the group."""
    for command in (resolve, baseline, unlock):
        group.add_command(command)


@click.command("resolve")
@click.argument("name", metavar="ID")
@click.option("--applied", "how", flag_value="applied", help="All of it is done, by hand.")
@click.option("--retry", "how", flag_value="retry", help="The step that broke off may run again.")
@click.option("--reverted", "how", flag_value="reverted", help="All of it is undone, by hand.")
@migrating
def resolve(answer: Answer, *, name: str, how: str | None) -> None:
    """Say what became of a migration that broke off where nobody can tell how far it came."""
    if how is None:
        raise click.UsageError("Say what became of it: --applied, --retry or --reverted.")
    resolution.resolve(connections.database(), name, how)
    answer.line(f"{name} is resolved: {how}. Go on with: flask db-migrate")
    answer.result({"name": name, "resolved": how})


@click.command("baseline")
@click.argument("name", metavar="ID")
@migrating
def baseline(answer: Answer, *, name: str) -> None:
    """Record a migration and those before it as there already, without running them."""
    done = resolution.baseline(connections.database(), name)
    for one in done:
        answer.line(f"{one} is recorded as there already.")
    if not done:
        answer.line("Nothing to record: all of them are applied.")
    answer.result({"baselined": done})


@click.command("unlock")
@click.option("--force", is_flag=True, help="Do not ask.")
@migrating
def unlock(answer: Answer, *, force: bool) -> None:
    """Take the lock from whoever holds it. Only needed when waiting for the end of its lease is too long."""
    if not force:
        click.confirm(
            "If that process lives it loses its work at once. Go on?", abort=True, err=answer.as_json
        )
    held = lease.break_open(connections.database())
    answer.line("Nobody held the lock." if held is None else f"The lock is free now. Before: {held}.")
    answer.result({"before": held})
