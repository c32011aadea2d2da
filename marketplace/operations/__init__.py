"""Operations: what keeps the marketplace running rather than what it does.

Migrations and the refusal to serve without them, sample data, and the servers that development and tests
run on.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from ..shared.connections import Locator
from . import cli, embedded, readiness


def servers_of(app: Flask) -> Locator:
    """Where to look for servers that no setting names: the embedded ones in the instance folder."""

    def locate() -> tuple[str, str]:
        servers = embedded.ensure(Path(app.instance_path) / "servers", mongod=app.config["MONGOD"] or None)
        return servers.mongodb_uri, servers.redis_url

    return locate


def init_app(app: Flask) -> None:
    """Register the commands, and let no request through while migrations are pending."""
    cli.init_app(app)
    readiness.init_app(app)
