"""`flask db-protect`: let commands that destroy data refuse to touch this database."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ...shared import connections
from .. import protection
from .output import Answer, answering


@click.command("db-protect")
@click.option("--off", is_flag=True, help="Protect it no longer.")
@with_appcontext
@answering
def db_protect(*, answer: Answer, off: bool) -> None:
    """Protect the database: seeding and restoring refuse to touch it unless they are told its name."""
    db = connections.database()
    protection.protect(db, on=not off)
    if off:
        answer.line(f"The database {db.name} is not protected any more.")
    else:
        answer.line(
            f"The database {db.name} is protected. Commands that replace or delete data "
            f"ask for --yes-i-mean {db.name} from now on."
        )
    answer.result({"database": db.name, "protected": not off})
