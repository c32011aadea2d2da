"""Two lanes, one suite.

Unmarked tests run on mongomock and fakeredis, in seconds. Tests marked `real` get the same fixtures on a
real mongod and a real Redis, which the suite starts once and stops at the end; each test has a database
of its own, migrated by the project's migrations.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import fakeredis
import mongoengine
import mongomock
import pymongo
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from marketplace.operations import embedded
from marketplace.operations.migrations import migrate
from tests.builders import Person


@pytest.fixture(scope="session")
def servers() -> Iterator[embedded.Servers]:
    """A real mongod and a real Redis of this test run alone."""
    folder = Path(tempfile.mkdtemp(prefix="market-"))
    yield embedded.ensure(folder)
    embedded.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of the application under test; `pytest.mark.parametrize` or a fixture may override."""
    return {"ENV": "testing", "SECRET_KEY": "testing-secret-testing-secret-testing", "AUTO_APPROVE_SHOPS": True}


@pytest.fixture
def app(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application in an app context, on the servers of the test's lane."""
    if request.node.get_closest_marker("real"):
        yield from _on_real_servers(settings, request.getfixturevalue("servers"))
    else:
        app = create_app(settings, mongo_class=mongomock.MongoClient, redis_client=fakeredis.FakeRedis())
        with app.app_context():
            yield app
        mongoengine.disconnect_all()


def _on_real_servers(settings: dict[str, Any], servers: embedded.Servers) -> Iterator[Flask]:
    name = f"test_{uuid4().hex[:12]}"
    addresses = {
        "MONGODB_URI": servers.mongodb_uri,
        "REDIS_URL": servers.redis_url,
        "MONGODB_DATABASE": name,
    }
    app = create_app(settings | addresses)
    client: pymongo.MongoClient[Any] = pymongo.MongoClient(servers.mongodb_uri)
    migrate(client[name])
    with app.app_context():
        yield app
    mongoengine.disconnect_all()
    client.drop_database(name)
    client.close()
    with redis.Redis.from_url(servers.redis_url) as store:
        store.flushdb()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without an account."""
    return app.test_client()


@pytest.fixture
def person(app: Flask) -> Person:
    """A way to make people who are signed in: `person("Ada")` has a `client` of their own."""
    return Person(app)
