"""Transactions of processes that are dead: ended at once, instead of blocking others for a minute."""

from __future__ import annotations

import logging
import os
from typing import Any

import pymongo
from bson import Binary
from pymongo.errors import PyMongoError

from . import options

log = logging.getLogger(__name__)

#: How long looking for a dead process's transactions and ending them may take, in seconds.
WITHIN = 1.5


def end_sessions_of(uri: str, pid: int) -> int:
    """End what a web process of this machine left open, and tell how many transactions there were.

    For the process that watches over the others: its client lives for this call alone, so that nothing is
    connected when it forks. It needs no privilege beyond the user's own, and never raises.
    """
    address, chosen = options.mongo_options(uri, "web", threads=1, request_timeout=WITHIN)
    chosen |= {"appname": options.app_name("command", os.getpid()), "readConcernLevel": "local"}
    try:
        with pymongo.timeout(WITHIN), pymongo.MongoClient[dict[str, Any]](address, **chosen) as client:
            found = _sessions_of(client, options.app_name("web", pid))
            if found:
                client.admin.command("killSessions", found)
    except PyMongoError as error:
        log.warning("Process %d may have left a transaction open: %s", pid, error)
        return 0
    return len(found)


def _sessions_of(client: pymongo.MongoClient[dict[str, Any]], app_name: str) -> list[dict[str, Any]]:
    pipeline: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": False, "idleSessions": True}},
        {"$match": {"appName": app_name, "lsid.id": {"$exists": True}, "transaction": {"$exists": True}}},
        {"$project": {"lsid.id": 1}},
    ]
    return [{"id": Binary.from_uuid(one["lsid"]["id"])} for one in client.admin.aggregate(pipeline)]
