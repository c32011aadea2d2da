"""`flask db-migrate`: bring the database up to date, and all that belongs to it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from . import deciding, looking, rehearsing, running, writing


class _AloneMeansUp(AppGroup):
    """Without the name of a command, `up` is meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["up", *args]
        return super().parse_args(ctx, args)


db_migrate = _AloneMeansUp("db-migrate", help="Bring the database up to date; alone it means `up`.")

for _module in (running, looking, writing, rehearsing, deciding):
    _module.register(db_migrate)
