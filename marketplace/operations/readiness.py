"""The application does not serve on a database that is behind its code, or too far ahead of it."""

from __future__ import annotations

from flask import Flask, request

from ..shared import connections
from ..shared.errors import Unavailable
from . import migrations

COMMAND = "flask db-migrate"


class MigrationsPending(Unavailable):
    """The database does not fit the code that runs on it."""


def init_app(app: Flask) -> None:
    """Answer 503 with the command to run until no migration is pending; then ask no more.

    Each process looks by itself, and starts serving without a restart once the database is migrated.
    """
    if app.config["TESTING"]:
        return
    current = False

    def refuse_while_behind() -> None:
        nonlocal current
        if current or request.endpoint == "static" or request.blueprint == "health":
            return
        found = migrations.standing(connections.database())
        if not found.serves:
            app.logger.error(found.sentence)
            raise MigrationsPending(_told(found))
        if found.ahead:
            app.logger.warning(found.sentence)
        current = True

    app.before_request(refuse_while_behind)


def _told(found: migrations.Standing) -> str:
    """What visitors and whoever runs the marketplace read."""
    if found.behind or found.broken:
        return f"The database is not up to date. Whoever runs this marketplace has to run: {COMMAND}"
    if found.ahead:
        return "The database is newer than this version of the marketplace, which cannot work on it."
    return "The database is being restored. Please try again in a few minutes."
