"""A shop to ask: one that runs already, or the application of this folder in a thread."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mongoengine
from werkzeug.serving import make_server

from app import create_app
from marketplace.operations import embedded
from marketplace.operations.migrations import migrate
from marketplace.shared import connections

#: Requests that measure quality may take longer than those of people.
SETTINGS: dict[str, Any] = {"REQUEST_TIMEOUT": 10.0}


@contextmanager
def shop(url: str | None, catalogue: Path | None) -> Iterator[str]:
    """The address of a shop: that at `url`, or one with the catalogue, or one on the settings' database."""
    if url:
        yield url
    elif catalogue:
        with _servers_of_its_own() as addresses, _served(SETTINGS | addresses, catalogue) as address:
            yield address
    else:
        with _served(SETTINGS, None) as address:
            yield address


@contextmanager
def _served(settings: dict[str, Any], catalogue: Path | None) -> Iterator[str]:
    app = create_app(settings)
    if catalogue:
        with app.app_context():
            migrate(connections.database())
        done = app.test_cli_runner().invoke(args=["catalog-import", str(catalogue)])
        if done.exit_code:
            raise RuntimeError(f"{catalogue} could not be imported: {done.output}")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        mongoengine.disconnect_all()


@contextmanager
def _servers_of_its_own() -> Iterator[dict[str, Any]]:
    folder = Path(tempfile.mkdtemp(prefix="market-benchmark-"))
    try:
        servers = embedded.ensure(folder)
        yield {
            "MONGODB_URI": servers.mongodb_uri,
            "MONGODB_DATABASE": "search_quality",
            "REDIS_URL": servers.redis_url,
        }
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
