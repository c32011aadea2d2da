"""Ends sessions whose transactions may still be open on the server.

Whoever ran out of time does not wait for it: a thread does, and does not give up while the server is away.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from typing import Any

import pymongo
from pymongo.errors import InvalidOperation, PyMongoError

log = logging.getLogger(__name__)

#: The server ends a transaction by itself after this many seconds.
GIVE_UP = 90.0

#: Seconds until the next look.
PAUSE = 0.5

#: How long the server may take to answer, in seconds.
WITHIN = 1.5


@dataclass
class _Doubtful:
    """A session, and how often it is still to be ended.

    That is twice, because what a frozen server had received may begin the transaction after the first time.
    """

    client: Any
    session_id: dict[str, Any]
    until: float
    times: int = 2


class Reaper:
    """The sessions of this process that nobody may use any more."""

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        """A forked process has no threads, and its parent's sessions are none of its own."""
        self._lock = threading.Lock()
        self._sessions: list[_Doubtful] = []
        self._thread: threading.Thread | None = None

    def end(self, client: Any, session_id: Any) -> None:
        """End this session soon."""
        with self._lock:
            self._sessions.append(_Doubtful(client, dict(session_id), time.monotonic() + GIVE_UP))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="reaper", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._lock:
                batch, self._sessions = self._sessions, []
                if not batch:
                    self._thread = None
                    return
            for client in {id(one.client): one.client for one in batch}.values():
                mine = [one for one in batch if one.client is client]
                _kill(client, mine)
                with self._lock:
                    self._sessions += [one for one in mine if one.times]
            time.sleep(PAUSE)


def _kill(client: Any, sessions: list[_Doubtful]) -> None:
    try:
        with pymongo.timeout(WITHIN):
            client.admin.command("killSessions", [one.session_id for one in sessions])
    except InvalidOperation:  # the client is closed, and so is all that it had
        for one in sessions:
            one.times = 0
    except PyMongoError as error:
        for one in sessions:
            if time.monotonic() > one.until:
                log.warning("A transaction was left to the server to end: %s", type(error).__name__)
                one.times = 0
    else:
        for one in sessions:
            one.times -= 1
