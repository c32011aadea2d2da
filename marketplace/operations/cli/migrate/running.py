"""`up` and `down`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup

from ....shared import connections
from ... import protection
from ...migrations import migrate, revert
from ...migrations.files import PHASES
from ..output import Answer
from .answers import migrating
from .looking import show_plan

SIGNALS = (signal.SIGTERM, signal.SIGINT)

wait = click.option("--wait", type=click.FloatRange(0), default=0, help="Wait so many seconds for the lock.")
throttle = click.option(
    "--throttle",
    type=click.FloatRange(0),
    default=0,
    help="Rest between chunks: seconds for each second of work. 1 leaves the server half of the time.",
)


def register(group: AppGroup) -> None:
    """Add the commands to the group."""
    group.add_command(up)
    group.add_command(down)


@click.command("up")
@click.option("--to", metavar="ID", help="Stop after this migration.")
@click.option("--phase", type=click.Choice(PHASES), default=PHASES[-1], help="Leave out the phases after it.")
@click.option("--plan", is_flag=True, help="Say what would be done, and do nothing.")
@wait
@throttle
@migrating
def up(answer: Answer, *, plan: bool, to: str | None, phase: str, wait: float, throttle: float) -> None:
    """Apply every migration that is pending, or go on with one that broke off."""
    db = connections.database()
    if plan:
        show_plan(answer, db)
        return
    with stopping(answer) as stop:
        done = migrate(db, to=to, phase=phase, wait=wait, throttle=throttle, stop=stop, report=answer.line)
    answer.line(f"{len(done)} applied." if done else "Nothing to do: the database is up to date.")
    answer.result({"applied": done})


@click.command("down")
@click.argument("count", type=click.IntRange(1), default=1)
@click.option("--to", metavar="ID", help="Undo everything that was applied after this migration.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--yes-i-mean", "meant", metavar="NAME", help="The name of a protected database.")
@wait
@throttle
@migrating
def down(answer: Answer, *, yes: bool, meant: str | None, **options: Any) -> None:
    """Undo the latest migration, or the latest COUNT of them. This may delete data."""
    db = connections.database()
    protection.check(db, meant=meant, action="Undoing a migration")
    if not yes and meant != db.name:
        click.confirm(
            "This undoes the latest migrations and may delete data. Go on?", abort=True, err=answer.as_json
        )
    with stopping(answer) as stop:
        done = revert(db, stop=stop, report=answer.line, **options)
    answer.line(f"{', '.join(done)} undone." if done else "Nothing to undo.")
    answer.result({"undone": done})


@contextmanager
def stopping(answer: Answer) -> Iterator[threading.Event]:
    """An event that the first SIGTERM or SIGINT sets; the second one ends the process as it always does."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread gets signals
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ask(number: int, _frame: object) -> None:
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)
        answer.line("Stopping at the next safe point. Once more stops at once.")

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
