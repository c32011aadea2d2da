"""The application does not serve on a database that is behind its code."""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue

from ..shared import connections, problems
from . import migrations

COMMAND = "flask db-migrate"


def init_app(app: Flask) -> None:
    """Answer 503 with the command to run until no migration is pending; then ask no more.

    Each process looks by itself, and starts serving without a restart once the database is migrated.
    """
    if app.config["TESTING"]:
        return
    current = False

    def refuse_while_behind() -> ResponseReturnValue | None:
        nonlocal current
        if current or request.endpoint == "static":
            return None
        waiting = migrations.pending(connections.database())
        if waiting:
            app.logger.error("%d migrations are pending. Run: %s", len(waiting), COMMAND)
            return problems.answer(
                503,
                "migrations_pending",
                f"The database is not up to date. Whoever runs this marketplace has to run: {COMMAND}",
            )
        current = True
        return None

    app.before_request(refuse_while_behind)
