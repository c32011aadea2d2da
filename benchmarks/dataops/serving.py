"""What every request may cost: how fast readiness answers, and what a session asks of Redis."""

from __future__ import annotations

import statistics
import time
from typing import Any
from uuid import uuid4

import mongoengine
import redis

from app import create_app
from benchmarks.measures import Measure
from marketplace.accounts import services as accounts
from marketplace.operations import embedded
from marketplace.operations.migrations import migrate
from marketplace.shared import connections

PASSWORD = "correct horse battery"  # noqa: S105 - of an account that is gone afterwards


def measure(servers: embedded.Servers) -> list[Measure]:
    """Readiness while its findings are fresh and when they are not, and the commands of a session."""
    app = create_app(
        {
            "ENV": "testing",
            "SECRET_KEY": "benchmarks-benchmarks-benchmarks-secret",
            "MONGODB_URI": servers.mongodb_uri,
            "MONGODB_DATABASE": f"bench_{uuid4().hex[:8]}",
            "REDIS_URL": servers.redis_url,
        }
    )
    try:
        with app.app_context():
            db = connections.database()
            migrate(db)
            accounts.register(email="ada@example.com", password=PASSWORD, display_name="Ada")
            return [_readiness(app.test_client()), *_session(app.test_client(), servers.redis_url)]
    finally:
        with app.app_context():
            connections.database().client.drop_database(app.config["MONGODB_DATABASE"])
        mongoengine.disconnect_all()


def _readiness(client: Any) -> Measure:
    client.get("/health/ready")
    took = []
    until = time.perf_counter() + 5
    while time.perf_counter() < until:
        began = time.perf_counter()
        client.get("/health/ready")
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.005)
    return Measure(
        "/health/ready, warm: 99th percentile", statistics.quantiles(took, n=100)[98], "ms", at_most=20
    )


def _session(client: Any, redis_url: str) -> list[Measure]:
    with redis.Redis.from_url(redis_url) as store:
        client.post("/api/v1/session", json={"email": "ada@example.com", "password": PASSWORD})
        touching = _commands(store, lambda: client.get("/api/v1/session"))
        untouched = _commands(store, lambda: client.get("/static/style.css"))
    return [
        Measure("a request that reads its session: commands to Redis", touching, "commands", at_most=1),
        Measure("a request that does not: commands to Redis", untouched, "commands", at_most=0),
    ]


def _commands(store: redis.Redis, work: Any) -> int:
    """How many commands others sent to Redis meanwhile; asking for the number is one itself."""
    before: Any = store.info("stats")
    work()
    after: Any = store.info("stats")
    return int(after["total_commands_processed"]) - int(before["total_commands_processed"]) - 1
