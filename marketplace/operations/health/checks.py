"""What is looked at. A check is a function of a few lines, and an entry in READY or in DETAIL.

A check runs in a thread of its own, in an app context and under a deadline of `PATIENCE` for MongoDB. One
that raises, or does not come back in time, has the status that its entry gives as `otherwise`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import current_app

from ...shared import connections, outbox
from .. import migrations
from ..readiness import COMMAND

#: How long MongoDB may take for one check, in seconds.
PATIENCE = 0.3

#: Less free space than this, in bytes, is worth a warning.
LEAST_FREE = 1 << 30

#: What has waited this long to be delivered, in seconds, is late.
LATE = 300.0


class Status(StrEnum):
    """How something does, from good to bad."""

    PASS = "pass"  # noqa: S105 - a status
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw; `output` is a sentence for people, where there is something to say."""

    status: Status
    value: Any = None
    output: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: `name` is `component:measurement`, `sentence` what to say when it is not seen."""

    name: str
    kind: str
    look: Callable[[], Finding]
    sentence: str
    unit: str = ""
    otherwise: Status = Status.FAIL


def _mongodb() -> Finding:
    began = perf_counter()
    hello = connections.database().client.admin.command("hello")
    if not hello.get("isWritablePrimary"):
        return Finding(Status.FAIL, output="The database cannot be written to now.")
    return Finding(Status.PASS, _milliseconds(began))


def _redis() -> Finding:
    began = perf_counter()
    connections.sessions_store().ping()
    return Finding(Status.PASS, _milliseconds(began))


def _migrations() -> Finding:
    found = migrations.standing(connections.database())
    number = len(found.behind) + len(found.broken)
    if found.serves and not found.ahead:
        return Finding(Status.PASS, number)
    if found.broken:
        said = f"A migration is running or broke off. See: {COMMAND} status"
    elif found.behind:
        said = f"The database is behind the code. Run: {COMMAND}"
    elif found.ahead:
        said = f"The database is ahead of the code. See: {COMMAND} status"
    else:
        said = found.sentence
    return Finding(Status.WARN if found.serves else Status.FAIL, number, said)


def _outbox() -> Finding:
    found = outbox.standing(connections.database())
    if found.failed:
        return Finding(Status.WARN, found.failed, "Deliveries failed for good. See: flask worker status")
    if found.oldest_seconds > LATE:
        return Finding(Status.WARN, found.waiting, "Deliveries are late. See: flask worker status")
    return Finding(Status.PASS, found.waiting)


def _workers() -> Finding:
    alive = outbox.standing(connections.database()).workers
    if not alive:
        return Finding(Status.WARN, 0, "No worker runs. Start one with: flask worker")
    return Finding(Status.PASS, alive)


def _client() -> Finding:
    return Finding(Status.PASS, connections.gauges())


def _disk() -> Finding:
    place = Path(current_app.instance_path)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        return Finding(Status.WARN, free, "The disk of the instance folder is almost full.")
    return Finding(Status.PASS, free)


def _milliseconds(began: float) -> float:
    return round((perf_counter() - began) * 1000, 1)


#: What decides whether this process gets visitors. Without Redis it does: people browse on (`warn`).
READY = (
    Check("mongodb:responseTime", "datastore", _mongodb, "The database does not answer.", "ms"),
    Check(
        "redis:responseTime",
        "datastore",
        _redis,
        "The session store does not answer: people can browse, but not sign in.",
        "ms",
        Status.WARN,
    ),
    Check("migrations:pending", "component", _migrations, "The migrations cannot be read."),
)

#: What operators see.
DETAIL = (
    *READY,
    Check("outbox:waiting", "component", _outbox, "The outbox cannot be read.", otherwise=Status.WARN),
    Check("workers:running", "component", _workers, "The workers cannot be counted.", otherwise=Status.WARN),
    Check("mongodb:client", "component", _client, "The client cannot be looked at.", otherwise=Status.WARN),
    Check("disk:free", "system", _disk, "The disk cannot be looked at.", "bytes", Status.WARN),
)
