"""The two servers behind the application, reached on first use and once per process.

Nothing connects while the application is made, so that workers can be forked from it. Where no address
is configured, the composition root gives a function that starts the embedded servers and tells theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

import mongoengine
import pymongo
import redis
from flask import Flask, current_app
from mongoengine.connection import get_db
from pymongo.database import Database
from redis.backoff import NoBackoff
from redis.retry import Retry

from .errors import Unavailable

log = logging.getLogger(__name__)

#: Finds the addresses of servers that no setting names, MongoDB's and Redis's; raises Unavailable.
Locator = Callable[[], tuple[str, str]]

#: No write concern: a replica set's own default is the majority, and pymongo sends a client's write concern
#: with every write of a bound session, which the server refuses inside a transaction.
MONGO_OPTIONS: dict[str, Any] = {
    "appname": "marketplace",
    "tz_aware": True,
    "uuidRepresentation": "standard",
    "retryReads": True,
    "retryWrites": True,
    "readConcernLevel": "majority",
    "serverSelectionTimeoutMS": 3000,
    "connectTimeoutMS": 3000,
    "waitQueueTimeoutMS": 3000,
    "maxPoolSize": 64,
    "maxIdleTimeMS": 60_000,
}

REDIS_OPTIONS: dict[str, Any] = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry": Retry(NoBackoff(), 1),
}

#: Held while a client is made, because the first to need one come in several threads at once.
_making = Lock()


def init_app(
    app: Flask, *, locate: Locator, mongo_class: Any = pymongo.MongoClient, redis_client: Any = None
) -> None:
    """Prepare the application's connections without making any."""

    def addresses() -> tuple[str, str]:
        mongodb, redis_url = app.config["MONGODB_URI"], app.config["REDIS_URL"]
        if mongodb and redis_url:
            return mongodb, redis_url
        found = locate()
        return mongodb or found[0], redis_url or found[1]

    def open_mongo(**options: Any) -> Any:
        return mongo_class(
            _without_write_concern(addresses()[0]), **{**MONGO_OPTIONS, **_without_host(options)}
        )

    def open_redis() -> redis.Redis:
        return redis.Redis.from_url(addresses()[1], **REDIS_OPTIONS)

    mongoengine.disconnect_all()
    mongoengine.register_connection(
        "default",
        name=database_name(app),
        mongo_client_class=open_mongo,
        uuidRepresentation=MONGO_OPTIONS["uuidRepresentation"],
    )
    app.extensions["redis"] = {"open": open_redis, "client": redis_client}
    app.extensions["locate_servers"] = addresses


def look_again() -> None:
    """See to it that servers which nobody configured run, after one of them did not answer.

    Somebody may have stopped the embedded ones while this process served.
    """
    try:
        current_app.extensions["locate_servers"]()
    except Unavailable as error:
        log.error("There are no servers to work on: %s", error)


def database_name(app: Flask) -> str:
    """The database to use: the one that the URI names, else the setting."""
    return urlsplit(app.config["MONGODB_URI"]).path.strip("/") or app.config["MONGODB_DATABASE"]


def database() -> Database[dict[str, Any]]:
    """The application's database."""
    with _making:
        return cast("Database[dict[str, Any]]", get_db())


def sessions_store() -> redis.Redis:
    """This process's client of the Redis that holds the sessions."""
    held = current_app.extensions["redis"]
    with _making:
        if held["client"] is None:
            held["client"] = held["open"]()
    return cast("redis.Redis", held["client"])


def _without_write_concern(uri: str) -> str:
    """The address without `w`, which hosts like to put into it; see MONGO_OPTIONS."""
    place, mark, options = uri.partition("?")
    kept = [option for option in options.split("&") if not option.lower().startswith("w=")]
    return place + mark + "&".join(kept)


def _without_host(options: dict[str, Any]) -> dict[str, Any]:
    """What MongoEngine passes on, without the host that `addresses` knows better."""
    return {name: value for name, value in options.items() if name not in ("host", "port")}
