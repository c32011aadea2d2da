"""The two servers behind the application, reached on first use and once per process.

Nothing connects while the application is made, so that workers can be forked from it; what was connected
before a fork is forgotten after it. Where no address is configured, the composition root gives a function
that starts the embedded servers and tells theirs.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import click
import mongoengine
import mongoengine.connection
import pymongo
import redis
from flask import Flask, current_app
from mongoengine.base.common import _get_documents_by_db
from mongoengine.connection import get_connection, get_db
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError, WaitQueueTimeoutError

from ..errors import Unavailable
from ..redaction import hide, redacted, secrets_of
from .breaker import WITHIN, Breaker, Found
from .concerns import Client
from .listeners import Observer, Pulse
from .options import MONGO_OPTIONS, REDIS_OPTIONS, Profile, mongo_options
from .orphans import end_sessions_of

__all__ = [
    "MONGO_OPTIONS",
    "REDIS_OPTIONS",
    "Client",
    "check",
    "database",
    "database_name",
    "end_sessions_of",
    "gauges",
    "init_app",
    "look_again",
    "note_outage",
    "redacted",
    "sessions_store",
]

log = logging.getLogger(__name__)

#: Finds the addresses of servers that no setting names, MongoDB's and Redis's; raises Unavailable.
Locator = Callable[[], tuple[str, str]]

#: What a person reads while the database does not answer.
AWAY = "The marketplace cannot reach its database right now. Please try again in a moment."

#: Seconds that somebody waits while somebody else makes this process's client.
CONNECT_WITHIN = 1.5


class _Connection:
    """This process's one client of MongoDB, and what watches over it."""

    def __init__(
        self, make: Callable[[list[Any]], Any], *, slow_ms: float, look_again: Callable[[], None]
    ) -> None:
        self.observer = Observer(slow_ms)
        self.pulse = Pulse()
        self.breaker = Breaker(self._probe, self.pulse.silence)
        self._make = make
        self._look_again = look_again
        self._client: Any = None
        self._lock = threading.Lock()

    def client(self) -> Any:
        """The client, made when it is first asked for, and once however many ask at once."""
        if not self._lock.acquire(timeout=CONNECT_WITHIN):
            raise TimeoutError("Somebody else has tried to connect for too long.")
        try:
            if self._client is None:
                self._client = self._make([self.observer, self.pulse])
            return self._client
        finally:
            self._lock.release()

    def renewed(self) -> _Connection:
        """The same, not connected yet."""
        return _Connection(self._make, slow_ms=self.observer.slow_ms, look_again=self._look_again)

    def _probe(self) -> Found:
        self._look_again()
        try:
            client = get_connection()
            if isinstance(client, pymongo.MongoClient):
                with pymongo.timeout(WITHIN):
                    client.admin.command("ping")
        except WaitQueueTimeoutError:
            return Found.BUSY
        except OperationFailure:
            return Found.ANSWERS
        except (PyMongoError, mongoengine.ConnectionFailure):
            return Found.SILENT
        return Found.ANSWERS


_connection: _Connection | None = None

#: Held while a client of Redis is made: the first to need one come in several threads at once.
_opening_redis = threading.Lock()

#: Clients that were connected before a fork: their sockets are the parent's, so they are not closed.
_inherited: list[Any] = []


def init_app(
    app: Flask,
    *,
    locate: Locator,
    mongo_class: Any = Client,
    redis_client: Any = None,
    profile: Profile = "command",
) -> None:
    """Prepare the application's connections without making any.

    `profile` is overruled at a terminal: `flask run` answers requests, every other command does not.
    """
    global _connection
    at_terminal = click.get_current_context(silent=True)
    if at_terminal is not None:
        profile = "web" if at_terminal.info_name == "run" else "command"

    def addresses() -> tuple[str, str]:
        mongodb, redis_url = app.config["MONGODB_URI"], app.config["REDIS_URL"]
        if mongodb and redis_url:
            return mongodb, redis_url
        found = locate()
        return mongodb or found[0], redis_url or found[1]

    def look() -> None:
        try:
            addresses()
        except Unavailable as error:
            log.error("There are no servers to work on: %s", error)

    def make_client(listeners: list[Any]) -> Any:
        uri, options = mongo_options(
            addresses()[0],
            profile,
            threads=app.config["THREADS"],
            request_timeout=app.config["REQUEST_TIMEOUT"],
        )
        return mongo_class(uri, event_listeners=listeners, **options)

    def open_redis() -> redis.Redis:
        return redis.Redis.from_url(addresses()[1], **REDIS_OPTIONS)

    config = app.config
    for address in ("MONGODB_URI", "REDIS_URL", "SMTP_URL"):
        hide(*secrets_of(config[address]))
    hide(config["SECRET_KEY"], config["HEALTH_TOKEN"])
    if _connection is not None:
        _connection.breaker.close()
    mongoengine.disconnect_all()
    # A command's own work takes as long as it takes; what it tells should not drown in that.
    slow_ms = app.config["SLOW_MS"] if profile == "web" else math.inf
    _connection = _Connection(make_client, slow_ms=slow_ms, look_again=look)
    mongoengine.register_connection(
        "default",
        name=database_name(app),
        mongo_client_class=_client_of_this_process,
        uuidRepresentation=MONGO_OPTIONS["uuidRepresentation"],
    )
    app.extensions["redis"] = {"open": open_redis, "client": redis_client}
    app.extensions["locate_servers"] = look


def _client_of_this_process(**_: Any) -> Any:
    """What MongoEngine calls to connect; the address and the options are known here better."""
    assert _connection is not None  # noqa: S101 - it is registered together with this function
    return _connection.client()


def look_again() -> None:
    """See to it that servers which nobody configured run, after one of them did not answer.

    Somebody may have stopped the embedded ones while this process served.
    """
    current_app.extensions["locate_servers"]()


def note_outage() -> None:
    """A server did not answer a request: look after it in the background, and fail fast if it is down."""
    if _connection is not None:
        _connection.breaker.suspect()


def check() -> None:
    """Raise Unavailable while the database does not answer; costs nothing while it does."""
    if _connection is not None and not _connection.breaker.lets_through():
        raise Unavailable(AWAY)


def gauges() -> dict[str, Any]:
    """This process's use of MongoDB: its pool of connections, its commands, and whether it is cut off."""
    if _connection is None:
        return {}
    return _connection.observer.gauges() | {"cut_off": _connection.breaker.is_open}


def database_name(app: Flask) -> str:
    """The database to use: the one that the URI names, else the setting."""
    return urlsplit(app.config["MONGODB_URI"]).path.strip("/") or app.config["MONGODB_DATABASE"]


def database() -> Database[dict[str, Any]]:
    """The application's database."""
    return cast("Database[dict[str, Any]]", get_db())


def sessions_store() -> redis.Redis:
    """This process's client of the Redis that holds the sessions."""
    held = current_app.extensions["redis"]
    with _opening_redis:
        if held["client"] is None:
            held["client"] = held["open"]()
    return cast("redis.Redis", held["client"])


def _forget_after_fork() -> None:
    """Connect anew in a forked process: MongoEngine keeps clients, databases and collections."""
    global _connection
    for document in _get_documents_by_db("default", "default"):
        if issubclass(document, mongoengine.Document):
            document._disconnect()
    _inherited.extend(mongoengine.connection._connections.values())
    mongoengine.connection._connections.clear()
    mongoengine.connection._dbs.clear()
    if _connection is not None:
        _connection = _connection.renewed()


os.register_at_fork(after_in_child=_forget_after_fork)
