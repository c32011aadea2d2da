"""Operations: what keeps the marketplace running rather than what it does.

Migrations and the refusal to serve without them, the comparison of a database with what the code declares,
sample data, how everything does, and the servers that development and tests run on.
"""

from __future__ import annotations

import sys

import click
from flask import Flask

from ..shared.connections import Locator
from ..shared.errors import Unavailable
from . import cli, embedded, health, lease, readiness
from .cli.servers import directory_of


def servers_of(app: Flask) -> Locator:
    """Where to look for servers that no setting names: the embedded ones in the instance folder.

    A command that cannot have them ends with the one sentence that says why; a page gets Unavailable.
    """

    def locate() -> tuple[str, str]:
        try:
            servers = embedded.ensure(directory_of(app), mongod=app.config["MONGOD"] or None)
        except (embedded.NoServerBinary, embedded.EmbeddedServersFailed, OSError) as error:
            if click.get_current_context(silent=True):
                sys.exit(f"Error: {error}")
            raise Unavailable(str(error)) from error
        return servers.mongodb_uri, servers.redis_url

    return locate


def init_app(app: Flask) -> None:
    """Register the commands and the health, and let no other request through while migrations are pending."""
    lease.LEASE_SECONDS = app.config["LEASE_SECONDS"]
    cli.init_app(app)
    health.init_app(app)
    readiness.init_app(app)
