"""`flask seed`: sample data."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ...shared import connections
from ...shared.terminal import in_a_sentence


@click.command("seed")
@click.option("--when-empty", is_flag=True, help="Do nothing when there are users already.")
@with_appcontext
@in_a_sentence()
def seed(when_empty: bool) -> None:
    """Load the sample shops, products, people and orders; running it again changes nothing."""
    from seeds.loader import load  # the sample data is only read when it is asked for

    if when_empty and connections.database()["users"].find_one(projection=["_id"]):
        return
    for line in load():
        click.echo(line)
