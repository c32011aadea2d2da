"""What a transaction costs through the runner, against pymongo's own; and what starting up costs the server.

Run by itself it starts servers of its own: `python -m benchmarks.dataops_transactions`.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mongoengine
from mongoengine.base.common import _get_documents_by_db
from pymongo import WriteConcern
from pymongo.monitoring import CommandListener

from app import create_app
from marketplace.operations import embedded
from marketplace.shared import connections, transactions

#: The runner may take this many times as long as the driver.
BOUND = 1.15

ROUNDS, EACH = 15, 60


class IndexCommands(CommandListener):
    """Counts the commands that make indexes."""

    def __init__(self) -> None:
        self.sent = 0

    def started(self, event: Any) -> None:
        """Count it."""
        self.sent += event.command_name == "createIndexes"

    def succeeded(self, event: Any) -> None:
        """Nothing to count."""

    def failed(self, event: Any) -> None:
        """Nothing to count."""


def measure(servers: embedded.Servers, database: str = "benchmark_transactions") -> dict[str, float]:
    """`runner_to_raw`, a ratio, and `create_indexes`, the index commands of a process that starts."""
    counter = IndexCommands()

    def client(uri: str, *, event_listeners: list[Any], **options: Any) -> connections.Client:
        return connections.Client(uri, event_listeners=[*event_listeners, counter], **options)

    settings = {"MONGODB_URI": servers.mongodb_uri, "REDIS_URL": servers.redis_url}
    app = create_app(settings | {"MONGODB_DATABASE": database}, mongo_class=client)
    try:
        with app.app_context():
            for document in _get_documents_by_db("default", "default"):
                if hasattr(document, "objects"):  # neither embedded nor abstract
                    document.objects.first()
            ratio = runner_to_raw()
            connections.database().client.drop_database(database)
    finally:
        mongoengine.disconnect_all()
    return {"runner_to_raw": ratio, "create_indexes": counter.sent}


def runner_to_raw() -> float:
    """How many times as long the runner takes as the driver does for the same two commands."""
    db = connections.database()
    counters, client = db["counters"], db.client
    counters.replace_one({"_id": 1}, {"n": 0}, upsert=True)

    def change(session: Any = None) -> None:
        found = counters.find_one({"_id": 1}, session=session) or {"n": 0}
        counters.update_one({"_id": 1}, {"$set": {"n": found["n"] + 1}}, session=session)

    def raw() -> None:
        majority = WriteConcern("majority")
        with client.start_session() as session, session.start_transaction(write_concern=majority):
            change(session)

    ours, theirs = [], []
    for _ in range(ROUNDS):  # by turns, so that both meet the same machine
        theirs.append(_seconds(raw))
        ours.append(_seconds(lambda: transactions.run(change)))
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    for _ in range(EACH):
        work()
    return time.perf_counter() - started


def main() -> None:
    """Print both, on servers that are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="market-benchmark-"))
    try:
        found = measure(embedded.ensure(folder))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"transactions, runner to raw  {found['runner_to_raw']:.2f}  (at most {BOUND})")  # noqa: T201
    print(f"createIndexes at start-up    {found['create_indexes']:.0f}  (none)")  # noqa: T201


if __name__ == "__main__":
    main()
