"""The commands of operations, a module for each."""

from __future__ import annotations

from flask import Flask

from .backup import db_backup, db_restore, db_verify
from .migrate import db_migrate
from .seed import seed
from .servers import servers

COMMANDS = (db_backup, db_migrate, db_restore, db_verify, seed, servers)


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
