"""Ordering at a terminal."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ..shared.clock import now
from ..shared.terminal import in_a_sentence
from . import services


@click.command("expire-unpaid")
@click.option("--limit", default=1000, show_default=True, help="The most purchases to end in one run.")
@with_appcontext
@in_a_sentence()
def expire_unpaid(limit: int) -> None:
    """End the purchases that nobody paid in time; run it every minute, for instance from cron."""
    ended = services.expire_unpaid(now(), limit=limit)
    for purchase_id in ended:
        click.echo(f"{purchase_id} was not paid in time")
    click.echo(f"{len(ended)} purchase{'' if len(ended) == 1 else 's'} ended.")
