"""`flask worker`: delivers what happened, and runs the timers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from ...shared import connections
from ...shared.outbox import rows, standing, workers
from ...shared.terminal import in_a_sentence
from .. import migrations
from ..readiness import COMMAND
from ..worker import POLL, Worker
from .output import Answer, Exit, Refused, answering


@click.group("worker", cls=AppGroup, invoke_without_command=True)
@click.option("--once", is_flag=True, help="Do everything that is due now, then end.")
@click.option("--with-parent", metavar="PID", type=int, help="End when this process, its parent, has ended.")
@click.pass_context
@with_appcontext
@in_a_sentence()
def worker(context: click.Context, once: bool, with_parent: int | None) -> None:
    """Deliver what happened and run the timers, until it is stopped; any number may run.

    On SIGTERM or Ctrl-C it ends after what it has in hand.
    """
    if context.invoked_subcommand is not None:
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
    working = Worker(app)
    with _stopped_by_signals(working):
        if once:
            _once(working)
            return
        go_on: Callable[[], bool] = lambda: with_parent in (None, os.getppid())  # noqa: E731 - short
        _wait_for_migrations(working, go_on)
        click.echo(f"The worker {working.name} delivers mail and runs timers. Stop it with Ctrl-C.")
        done = working.run(go_on=go_on)
    click.echo(f"The worker has ended. Deliveries: {done.delivered} done, {done.failed} failed.")


@contextmanager
def _stopped_by_signals(working: Worker) -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the worker after what it has in hand."""

    def end(_: int, __: FrameType | None) -> None:
        working.stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _once(working: Worker) -> None:
    if not migrations.standing(connections.database()).serves:
        raise Refused(f"The database is not up to date. Run: {COMMAND}", Exit.PENDING)
    done = working.once()
    click.echo(
        f"Deliveries: {done.delivered} done, {done.failed} failed. "
        f"Timers: {done.ran} done, {done.broken} failed."
    )
    if done.failed or done.broken:
        raise Refused("What failed is tried again later. See: flask worker status")


def _wait_for_migrations(working: Worker, go_on: Callable[[], bool]) -> None:
    """Wait until the database is up to date and answers; or until the worker is stopped."""
    told = None
    while go_on() and not working.stop.is_set():
        try:
            why = _why_not_yet()
        except click.ClickException as error:
            why = f"{error.message} Waiting for it."
        if why is None:
            return
        if why != told:
            click.echo(why, err=True)
            told = why
        working.stop.wait(2 * POLL)


@in_a_sentence()
def _why_not_yet() -> str | None:
    fits = migrations.standing(connections.database()).serves
    return None if fits else f"The database is not up to date. Waiting for: {COMMAND}"


@worker.command("status")
@answering
def status(answer: Answer) -> None:
    """Show what waits, what failed, the timers, and which workers run."""
    db = connections.database()
    now, alive = standing(db), workers.alive(db)
    failed = list(db["outbox"].find({"state": "failed"}).sort("told_at", 1).limit(20))
    states = list(db["timers"].find().sort("_id", 1))
    since = f", the oldest for {now.oldest_seconds:.0f} s" if now.waiting else ""
    answer.line(f"{now.waiting} waiting{since}; {now.failed} failed.")
    for row in failed:
        answer.line(f"  failed {row['_id']} {row['topic']}: {row.get('error', '')}")
    if failed:
        answer.line("Deliver them again with: flask worker retry")
    for timer in states:
        answer.line(_timer_line(timer))
    running = f"Workers that run: {len(alive)}."
    answer.line(running if alive else "No worker runs. Start one with: flask worker")
    for one in alive:
        answer.line(f"  {one['_id']} since {one['started_at']:%Y-%m-%d %H:%M} UTC")
    answer.result(
        {
            **asdict(now),
            "workers": alive,
            "failures": [_public(row) for row in failed],
            "timers": states,
        }
    )


def _timer_line(timer: dict[str, Any]) -> str:
    if "finished_at" not in timer:
        return f"  timer {timer['_id']} has not run yet"
    how = f"failed {timer['failures']} times: {timer['error']}" if timer["failures"] else "fine"
    return f"  timer {timer['_id']} ran last at {timer['finished_at']:%Y-%m-%d %H:%M:%S} UTC, {how}"


def _public(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in ("_id", "topic", "told_at", "attempts", "error")}


@worker.command("retry")
@click.argument("row", required=False)
@answering
def retry(answer: Answer, row: str | None) -> None:
    """Have what failed delivered again: all of it, or the ROW that `status` names."""
    number = rows.retry(connections.database(), row)
    if row and not number:
        raise Refused(f"No failed row is called {row}. See: flask worker status")
    answer.line(f"{number} will be delivered again.")
    answer.result({"retried": number})
