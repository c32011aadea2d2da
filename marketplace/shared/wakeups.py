"""Waking those who wait for something to happen, in whichever process they wait.

    wakeups.tell(f"conversation {id}")                             # once what happened is committed
    wakeups.wait(f"conversation {id}", look, seconds=20, by=user)  # what `look` finds, or None

What happened stands in the database, and a waiter looks there; a word through Redis only says when. While
Redis is away it looks each second instead, so nothing depends on a word that may be lost.

A waiter keeps a thread busy and nothing else: no transaction, no connection, no deadline. So that those who
buy always find a thread, at most half of a process's threads may wait, and a quarter for one person; who
comes then is told so at once (`Crowded`), and asks again later.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError

from . import connections
from .errors import Unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

#: A waiter looks at least so often, in seconds: while Redis says when, and while it is away.
LOOKS_EVERY, LOOKS_EVERY_ALONE = 3.0, 1.0

#: A waiter notices within so many seconds that its process is about to stop.
NOTICES_WITHIN = 0.5

#: Redis is asked once a second whether it is there; after so many seconds without a word it is not.
ASKED_EVERY, SILENCE = 1.0, 2.5

#: Seconds for which Redis gets no word after it took none, and until somebody listens to it again.
AWAY = 1.0

#: Seconds after which nobody listens any more when nobody waits.
IDLE = 10.0

_released = False


class Crowded(Exception):
    """As many wait already as may; ask again in `retry_after` seconds."""

    retry_after = 2


def tell(topic: str) -> None:
    """Wake whoever waits for this, here and in other processes; never fails."""
    try:
        _board().tell(topic)
    except Unavailable as error:  # there is no Redis at all
        log.debug("Nobody was woken: %s", error)


def wait(
    topic: str, look: Callable[[], T | None], *, seconds: float, by: str, before_look: Callable[[], Any]
) -> T | None:
    """What `look` finds, now or within so many seconds; None when it finds nothing.

    `by` names who waits; `before_look` is called each time, to give the database its time anew. Raises
    Crowded.
    """
    board = _board()
    with board.place(topic, by) as bell:
        until = monotonic() + seconds
        while True:
            bell.clear()  # before looking: who rings from here on is not missed
            before_look()
            found = look()
            if found or not board.rings(bell, until):
                return found


def release() -> None:
    """Let nobody wait any more: this process is about to stop. Safe in a signal's handler."""
    global _released
    _released = True


def _board() -> _Board:
    """This process's board, for the Redis that the application has now."""
    store = connections.sessions_store()
    held = current_app.extensions.get("wakeups")
    if held is None or held.store is not store:
        name = connections.database_name(current_app)
        held = _Board(store, f"wakeups:{name}", current_app.config["THREADS"] // 2)
        held = current_app.extensions.setdefault("wakeups", held)
        if held.store is not store:
            held = current_app.extensions["wakeups"] = _Board(store, f"wakeups:{name}", held.places)
    return held


class _Board:
    """The bells of those who wait in this process, and the thread that listens to Redis for them."""

    def __init__(self, store: Redis, channel: str, places: int) -> None:
        self.store, self.channel, self.places = store, channel, places
        self._lock = threading.Lock()
        self._bells: dict[str, list[threading.Event]] = {}
        self._people: Counter[str] = Counter()
        self._listener: threading.Thread | None = None
        self._needed = self._heard = self._away_until = 0.0

    def tell(self, topic: str) -> None:
        self._ring(topic)
        if monotonic() < self._away_until:
            return
        try:
            self.store.publish(self.channel, topic)
        except RedisError as error:
            self._away_until = monotonic() + AWAY
            log.warning("Redis takes no word (%s): those who wait look each second.", type(error).__name__)

    @contextmanager
    def place(self, topic: str, by: str) -> Iterator[threading.Event]:
        """A bell that rings for this topic; raises Crowded."""
        bell = threading.Event()
        with self._lock:
            if _released or self._people.total() >= self.places or self._people[by] >= -(-self.places // 2):
                raise Crowded
            self._people[by] += 1
            self._bells.setdefault(topic, []).append(bell)
            self._see_to_a_listener()
        try:
            yield bell
        finally:
            with self._lock:
                self._needed = monotonic()
                self._people -= Counter([by])
                self._bells[topic].remove(bell)
                if not self._bells[topic]:
                    del self._bells[topic]

    def rings(self, bell: threading.Event, until: float) -> bool:
        """Whether to look again, as soon as there is a reason to; False when the time is over."""
        looked = monotonic()
        while not _released and (moment := monotonic()) < until:
            every = LOOKS_EVERY if moment - self._heard < SILENCE else LOOKS_EVERY_ALONE
            if bell.wait(min(NOTICES_WITHIN, until - moment)) or monotonic() - looked >= every:
                return True
        return False

    def _ring(self, topic: str | None) -> None:
        """Wake those who wait for this, or for anything."""
        with self._lock:
            found = self._bells.values() if topic is None else [self._bells.get(topic, [])]
            for bell in [one for bells in found for one in bells]:
                bell.set()

    def _see_to_a_listener(self) -> None:
        if self._listener is None or not self._listener.is_alive():
            self._listener = threading.Thread(target=self._listen, name="wakeups", daemon=True)
            self._listener.start()

    def _is_needed(self) -> bool:
        with self._lock:
            if self._people or monotonic() - self._needed < IDLE:
                return True
            self._listener = None
            return False

    def _listen(self) -> None:
        """Pass on what Redis says, as long as anybody waits."""
        while self._is_needed():
            try:
                self._listen_until_silence()
            except (RedisError, OSError, ValueError) as error:  # a closed connection is a ValueError
                log.debug("Redis says nothing: %s", error)
                threading.Event().wait(AWAY)

    def _listen_until_silence(self) -> None:
        with self.store.pubsub() as ears:  # type: ignore[no-untyped-call]
            ears.subscribe(self.channel)
            heard = monotonic()
            while self._is_needed() and monotonic() - heard < SILENCE:
                said = ears.get_message(timeout=ASKED_EVERY)
                if said is None:
                    ears.ping()
                    continue
                self._heard = heard = monotonic()
                if said["type"] == "message":
                    self._ring(said["data"].decode())
                elif said["type"] == "subscribe":  # nobody knows what was said before
                    self._ring(None)
