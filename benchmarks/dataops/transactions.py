"""What a transaction costs through the runner, against pymongo's own; and what start-up sends."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import mongoengine
from mongoengine.base.common import _get_documents_by_db
from pymongo import WriteConcern
from pymongo.monitoring import CommandListener

from app import create_app
from benchmarks.measures import Measure
from marketplace.operations import embedded
from marketplace.shared import connections, transactions

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


def measure(servers: embedded.Servers, database: str = "benchmark_transactions") -> list[Measure]:
    """The runner against the driver, and the index commands of a process that starts."""
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
    return [
        Measure("transaction: as long as the driver's own, times", ratio, at_most=1.15),
        Measure("start-up: createIndexes sent", counter.sent, "commands", at_most=0),
    ]


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
