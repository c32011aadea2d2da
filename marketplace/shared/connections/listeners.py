"""What a process does with MongoDB: a few numbers, and a line for each slow command.

The line names fields and never values: what people search for, or who they are, belongs into no log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from flask import g, has_request_context
from pymongo import monitoring

log = logging.getLogger(__name__)

#: Where each command keeps its filter; in the first of its statements where it has several.
_FILTERS = {"find": "filter", "aggregate": "pipeline", "update": "updates", "delete": "deletes"}


class Observer(monitoring.CommandListener, monitoring.ConnectionPoolListener):
    """Listens to one client. `slow_ms` is how long a command may take before it is logged."""

    def __init__(self, slow_ms: float) -> None:
        self.slow_ms = slow_ms
        self._numbers: Counter[str] = Counter()
        self._running: dict[int, Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def gauges(self) -> dict[str, int]:
        """The pool's and the commands' numbers as they are now; totals count from the process's start."""
        with self._lock:
            names = ("checked_out", "size", "waiting", "commands", "failures", "slow")
            return {name: self._numbers[name] for name in names} | {"in_progress": len(self._running)}

    def _count(self, **changes: int) -> None:
        with self._lock:
            self._numbers.update(changes)

    # Commands

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Remember what is asked until the answer is there."""
        self._running[event.request_id] = event.command
        self._count(commands=1)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Log it if it was slow."""
        self._ended(event)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Count it, and log it if it was slow."""
        self._ended(event)
        self._count(failures=1)

    def _ended(self, event: monitoring.CommandSucceededEvent | monitoring.CommandFailedEvent) -> None:
        command = self._running.pop(event.request_id, {})
        milliseconds = event.duration_micros / 1000
        if milliseconds < self.slow_ms:
            return
        self._count(slow=1)
        log.warning(
            "Slow command: %s of %s took %.0f ms (fields: %s; request %s)",
            event.command_name,
            collection_of(command),
            milliseconds,
            ", ".join(fields_of(command)) or "none",
            g.get("request_id", "-") if has_request_context() else "-",
        )

    # Connections

    def connection_created(self, _: monitoring.ConnectionCreatedEvent) -> None:
        """One more in the pool."""
        self._count(size=1)

    def connection_closed(self, _: monitoring.ConnectionClosedEvent) -> None:
        """One less in the pool."""
        self._count(size=-1)

    def connection_check_out_started(self, _: monitoring.ConnectionCheckOutStartedEvent) -> None:
        """Somebody waits for a connection, mostly for no time."""
        self._count(waiting=1)

    def connection_check_out_failed(self, _: monitoring.ConnectionCheckOutFailedEvent) -> None:
        """Somebody waited in vain."""
        self._count(waiting=-1)

    def connection_checked_out(self, _: monitoring.ConnectionCheckedOutEvent) -> None:
        """Somebody has a connection."""
        self._count(waiting=-1, checked_out=1)

    def connection_checked_in(self, _: monitoring.ConnectionCheckedInEvent) -> None:
        """Somebody gave a connection back."""
        self._count(checked_out=-1)

    def connection_ready(self, _: monitoring.ConnectionReadyEvent) -> None:
        """Count it when it was created."""

    def pool_created(self, _: monitoring.PoolCreatedEvent) -> None:
        """Nothing to count."""

    def pool_ready(self, _: monitoring.PoolReadyEvent) -> None:
        """Nothing to count."""

    def pool_cleared(self, _: monitoring.PoolClearedEvent) -> None:
        """Nothing to count: its connections are closed one by one."""

    def pool_closed(self, _: monitoring.PoolClosedEvent) -> None:
        """Nothing to count."""


class Pulse(monitoring.ServerHeartbeatListener):
    """Knows when a primary last spoke: the driver hears from each server once a second, whatever is asked."""

    def __init__(self) -> None:
        self._heard: float | None = None

    def silence(self) -> float:
        """For how many seconds no primary has spoken, since somebody first listened."""
        return 0.0 if self._heard is None else time.monotonic() - self._heard

    def started(self, event: monitoring.ServerHeartbeatStartedEvent) -> None:
        """Listen from now on."""
        if self._heard is None:
            self._heard = time.monotonic()

    def succeeded(self, event: monitoring.ServerHeartbeatSucceededEvent) -> None:
        """Note it, if the server is one that takes writes."""
        if event.reply.is_writable:
            self._heard = time.monotonic()

    def failed(self, event: monitoring.ServerHeartbeatFailedEvent) -> None:
        """It did not speak."""


def collection_of(command: Mapping[str, Any]) -> str:
    """The collection that a command works on, or the database when it names none."""
    name, found = next(iter(command.items()), ("", None))
    found = command.get("collection") if name == "getMore" else found
    return found if isinstance(found, str) else str(command.get("$db", "-"))


def fields_of(command: Mapping[str, Any]) -> list[str]:
    """The fields that a command's filter names, without their values."""
    name = next(iter(command), "")
    found = command.get(_FILTERS.get(name, "query"))
    if name in ("update", "delete"):
        found = found[0].get("q") if found else None
    elif name == "aggregate":
        found = found[0].get("$match") if found else None
    return sorted(set(_fields(found)))


def _fields(condition: Any) -> Iterator[str]:
    if isinstance(condition, list):
        for one in condition:
            yield from _fields(one)
    elif isinstance(condition, Mapping):
        for name, inner in condition.items():
            if not name.startswith("$"):
                yield name
            elif name in ("$and", "$or", "$nor"):
                yield from _fields(inner)
