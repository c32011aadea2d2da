"""Readiness while servers are frozen, killed or behind, on servers that the tests may hurt."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import mongoengine
import pymongo
import pytest
import redis
from pymongo.errors import PyMongoError

from marketplace.operations.health.checks import DETAIL
from marketplace.operations.migrations import migrate

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.alone, pytest.mark.own_app]

#: Within what ready has to answer, in seconds: 0.6, and slack for a machine that is busy.
SOON = 1.5


@pytest.fixture
def addresses(own_servers) -> dict[str, Any]:
    """Servers of this test alone, with a database that is up to date."""
    with pymongo.MongoClient(own_servers.mongodb_uri) as client:
        migrate(client["health"])
    return {
        "MONGODB_URI": own_servers.mongodb_uri,
        "MONGODB_DATABASE": "health",
        "REDIS_URL": own_servers.redis_url,
    }


@pytest.fixture
def mongod(own_servers) -> int:
    """The process id of mongod."""
    with pymongo.MongoClient(own_servers.mongodb_uri) as client:
        return client.admin.command("serverStatus")["pid"]


@pytest.fixture
def redis_server(own_servers) -> int:
    """The process id of the Redis server."""
    with redis.Redis.from_url(own_servers.redis_url) as client:
        return client.info("server")["process_id"]


@pytest.fixture
def ready(client) -> Callable[[], tuple[int, dict[str, str]]]:
    """Asks `/health/ready`, which answers soon, and `/health/live`, which is well: the status of each."""

    def ask() -> tuple[int, dict[str, str]]:
        began = time.monotonic()
        answer = client.get("/health/ready")
        assert time.monotonic() - began < SOON
        assert client.get("/health/live").status_code == 200
        checks = answer.json["checks"]
        return answer.status_code, {
            name.partition(":")[0]: shown[0]["status"] for name, shown in checks.items()
        }

    return ask


def until(fact: Callable[[], Any]) -> Any:
    """Wait for a fact to become true and return it; fail when it does not."""
    deadline = time.monotonic() + 30
    while not (found := fact()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.1)
    return found


FINE = (200, {"mongodb": "pass", "redis": "pass", "migrations": "pass"})


def test_ready_notices_a_frozen_database_and_its_return(ready, mongod):
    until(lambda: ready() == FINE)

    os.kill(mongod, signal.SIGSTOP)
    frozen = until(lambda: (found := ready())[0] == 503 and found)
    still = [ready() for _ in range(3)]
    os.kill(mongod, signal.SIGCONT)
    until(lambda: ready() == FINE)

    assert {found[1]["mongodb"] for found in (frozen, *still)} == {"fail"}
    assert frozen[1]["redis"] == "pass"


def test_a_frozen_database_piles_up_no_threads(ready, mongod):
    ready()
    os.kill(mongod, signal.SIGSTOP)

    crowd = [threading.Thread(target=ready) for _ in range(50)]
    for one in crowd:
        one.start()
    most = sum(each.name.startswith("health") for each in threading.enumerate())
    for one in crowd:
        one.join()

    os.kill(mongod, signal.SIGCONT)
    assert most <= len(DETAIL)


def test_ready_warns_of_a_frozen_redis_and_notices_its_return(ready, redis_server):
    until(lambda: ready() == FINE)

    os.kill(redis_server, signal.SIGSTOP)
    frozen = until(lambda: (found := ready())[1]["redis"] == "warn" and found)
    os.kill(redis_server, signal.SIGCONT)
    until(lambda: ready() == FINE)

    assert frozen == (200, {"mongodb": "pass", "redis": "warn", "migrations": "pass"})


def test_ready_answers_on_while_both_servers_die_and_come_back(ready, own_servers, mongod, redis_server):
    until(lambda: ready() == FINE)

    for server in (mongod, redis_server):
        os.kill(server, signal.SIGKILL)
    until(lambda: ready() and _is_another(own_servers, mongod))
    until(lambda: ready() == FINE)


def _is_another(servers, mongod: int) -> bool:
    """Whether a new mongod answers at the address of the one that was killed."""
    try:
        with pymongo.MongoClient(servers.mongodb_uri, serverSelectionTimeoutMS=500) as client:
            return client.admin.command("serverStatus")["pid"] != mongod
    except PyMongoError:
        return False


def test_ready_notices_that_migrations_wait_and_that_they_are_done(ready, app):
    db = mongoengine.get_db()
    done = list(db["_migrations"].find())

    db["_migrations"].delete_many({})
    behind = until(lambda: (found := ready())[0] == 503 and found)
    db["_migrations"].insert_many(done)
    until(lambda: ready() == FINE)

    assert behind == (503, {"mongodb": "pass", "redis": "pass", "migrations": "fail"})
