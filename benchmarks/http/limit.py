"""The limit: bare WSGI functions that ask MongoDB the same and answer with orjson.

No framework, no documents, no schemas: what is left is the driver and the encoder. What it
asks comes in the environment variable `LIMIT`, as extended JSON: for each path a filter, a
projection, a sort and a limit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from bson import ObjectId, json_util
from pymongo import MongoClient

ASKED: dict[str, dict[str, Any]] = json_util.loads(os.environ.get("LIMIT", "{}"))
_client: list[MongoClient[dict[str, Any]]] = []


def database() -> Any:
    """The database, over a client made in the worker after its fork."""
    if not _client:
        _client.append(MongoClient(os.environ["MARKETPLACE_MONGODB_URI"], tz_aware=True))
    return _client[0][os.environ["MARKETPLACE_MONGODB_DATABASE"]]


def _plain(value: Any) -> str:
    if isinstance(value, ObjectId):
        return str(value)
    raise TypeError(f"{value!r} is not JSON.")


def body_of(path: str) -> bytes:
    """The JSON that this path answers with."""
    asked = ASKED[path]
    found = database().products.find(asked["filter"], asked.get("projection"))
    if "sort" in asked:
        found = found.sort([(name, order) for name, order in asked["sort"]])
    return orjson.dumps(list(found.limit(asked["limit"])), default=_plain)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one of the paths."""
    body = body_of(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
