"""Two lanes, one suite.

Unmarked tests run on mongomock and fakeredis, in seconds. Tests marked `real` get the same fixtures on a
real mongod and a real Redis, which the suite starts once and stops at the end; each test has an empty
database, migrated by the project's migrations.
"""

from __future__ import annotations

import contextvars
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fakeredis
import hypothesis
import mongoengine
import mongomock
import pymongo
import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from marketplace import operations
from marketplace.accounts.services import people
from marketplace.operations import embedded
from marketplace.shared import connections
from tests.builders import Person
from tests.databases import Reused

#: How long a machine takes that does other things besides is no property of the code.
hypothesis.settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared machine")


class Browser(FlaskClient):
    """A browser whose requests share nothing with the app context of the test, as on a real server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """The answer to one request, read to its end."""
        kwargs.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost a millisecond: what argon2id protects is no concern of most tests."""
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def servers() -> Iterator[embedded.Servers]:
    """A real mongod and a real Redis of this test run alone."""
    folder = Path(tempfile.mkdtemp(prefix="market-"))
    yield embedded.ensure(folder)
    embedded.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def reused(servers: embedded.Servers) -> Iterator[Reused]:
    """The database that tests on the real server have one after the other."""
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client:
        databases = Reused(client)
        yield databases
        databases.drop()


@pytest.fixture
def settings() -> dict[str, Any]:
    """The settings of the application under test; a module or a test may override the fixture."""
    return {
        "ENV": "testing",
        "SECRET_KEY": "testing-secret-testing-secret-testing",
        "AUTO_APPROVE_SHOPS": True,
        "FRESH_SECONDS": 0,  # what a test changes it sees at once
        "LISTING_PICTURES": 0,
        "REQUEST_TIMEOUT": 10.0,  # tests share a machine, and may be slow for no fault of theirs
    }


@pytest.fixture
def addresses(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The settings that name the servers of the test's lane, with a database that is empty."""
    if not request.node.get_closest_marker("real"):
        yield {"MONGODB_URI": "mongodb://mongomock", "REDIS_URL": "redis://fakeredis"}
        return
    servers: embedded.Servers = request.getfixturevalue("servers")
    reused: Reused = request.getfixturevalue("reused")
    yield {
        "MONGODB_URI": servers.mongodb_uri,
        "MONGODB_DATABASE": reused.take(),
        "REDIS_URL": servers.redis_url,
    }
    with redis.Redis.from_url(servers.redis_url) as store:
        store.flushdb()


#: The applications made so far, by their settings: making one takes longer than most tests.
_apps: dict[str, Flask] = {}


@pytest.fixture
def app(
    request: pytest.FixtureRequest, settings: dict[str, Any], addresses: dict[str, Any]
) -> Iterator[Flask]:
    """The application in an app context, on the servers of the test's lane, which hold nothing yet.

    Tests share it; one that adds routes to it is marked `own_app` and gets one of its own.
    """
    key = repr(sorted(settings.items()))
    shared = request.node.get_closest_marker("own_app") is None
    app = _apps.get(key) if shared else None
    if app is None:
        app = create_app(settings | addresses)
        app.test_client_class = Browser
        if shared:
            _apps[key] = app
    config = dict(app.config)
    app.config |= addresses
    _connect(app, real=request.node.get_closest_marker("real") is not None)
    with app.app_context():
        yield app
    mongoengine.disconnect_all()
    store = app.extensions["redis"]["client"]
    if store is not None:
        store.close()
    app.config.clear()
    app.config |= config


def _connect(app: Flask, *, real: bool) -> None:
    """Give the application the servers of the test's lane, as if it had never had others."""
    stand_ins: dict[str, Any] = {
        "mongo_class": mongomock.MongoClient,
        "redis_client": fakeredis.FakeRedis(server=fakeredis.FakeServer()),
    }
    connections.init_app(app, locate=operations.servers_of(app), **{} if real else stand_ins)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without an account."""
    return app.test_client()


@pytest.fixture
def person(app: Flask) -> Person:
    """A way to make people who are signed in: `person("Ada")` has a `client` of their own."""
    return Person(app)
