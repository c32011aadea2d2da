"""The commands of operations, a module for each."""

from __future__ import annotations

from flask import Flask

from .backup import db_backup, db_restore, db_verify
from .check import db_check
from .docs import docs
from .migrate import db_migrate
from .protect import db_protect
from .proving import prove
from .seed import seed
from .servers import servers
from .worker import worker

COMMANDS = (
    db_backup, db_check, db_migrate, db_protect, db_restore, db_verify, docs, prove, seed, servers, worker
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
