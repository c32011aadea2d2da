"""The sessions of a user: which there are, and ending them.

A set in Redis names them (`sessions-of:USER`). What is said of each is read from the session itself, and
names whose session is over are dropped when the set is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from bson import ObjectId
from flask import current_app
from redis.client import Pipeline
from redis.exceptions import RedisError

from .. import connections
from ..errors import NotFound, Unavailable
from .values import BROWSER, NETWORK, SINCE, USER, decode

PREFIX = "session:"

#: How many sessions a user may have; the one unused for longest makes room for another.
MOST = 50


class SessionNotFound(NotFound):
    """The user has no such session."""


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session of a user; the id names it and opens nothing."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    browser: str  #: and system, in words
    network: str  #: the beginning of the address
    current: bool = False  #: whether it is the one that is asking


def list_of(user_id: ObjectId | str, *, here: str = "") -> list[ActiveSession]:
    """The user's sessions, the last used first; raises Unavailable without Redis.

    `here` is the id of the one that is asking, which is marked and comes first.
    """
    with _answering():
        return _read(str(user_id), here)


def revoke(user_id: ObjectId | str, session_id: str) -> None:
    """End one session of the user; raises SessionNotFound for any other's, and Unavailable."""
    with _answering():
        if not connections.sessions_store().sismember(index_of(str(user_id)), PREFIX + session_id):
            raise SessionNotFound("You have no such session. It may have ended by itself.")
        _end(str(user_id), [session_id])


def revoke_others(user_id: ObjectId | str, *, here: str) -> None:
    """End all sessions of the user except the one with the id `here`; raises Unavailable."""
    with _answering():
        _end(str(user_id), [known for known in _known(str(user_id)) if known != here])


def end_all(user_id: ObjectId | str, *, begun_before: datetime | None = None) -> None:
    """End every session of the user, or those that began in a second before this one; raises Unavailable."""
    with _answering():
        known = _known(str(user_id))
        if begun_before is not None:
            until = begun_before.replace(microsecond=0)
            known = [one.id for one in _read(str(user_id)) if one.created_at < until]
        _end(str(user_id), known)


def index_of(user_id: str) -> str:
    """The key of the set that names a user's sessions."""
    return f"sessions-of:{user_id}"


def remember(batch: Pipeline, user_id: str, key: str, longest: timedelta) -> None:
    """Add to the batch that a session is this user's, for as long as it can live."""
    batch.sadd(index_of(user_id), key)
    batch.expire(index_of(user_id), longest)


def forget(batch: Pipeline, user_id: Any, *keys: str) -> None:
    """Add to the batch that sessions end; those of nobody are in no set."""
    batch.delete(*keys)
    if isinstance(user_id, str):
        batch.srem(index_of(user_id), *keys)


def make_room(user_id: str) -> None:
    """End what is beyond `MOST`, and drop the names of what is over; costs one look when there is room."""
    if connections.sessions_store().scard(index_of(user_id)) > MOST:
        _end(user_id, [session.id for session in _read(user_id)[MOST:]])


def _read(user_id: str, here: str = "") -> list[ActiveSession]:
    store, known = connections.sessions_store(), _known(user_id)
    with store.pipeline(transaction=False) as batch:
        for session_id in known:
            batch.get(PREFIX + session_id)
            batch.pttl(PREFIX + session_id)
        answers = batch.execute()
    idle = timedelta(days=current_app.config["SESSION_IDLE_DAYS"])
    longest = timedelta(days=current_app.config["SESSION_MAX_DAYS"])
    found, over = [], []
    for session_id, stored, left in zip(known, answers[::2], answers[1::2], strict=True):
        values = decode(stored, longest)
        if values is None or values.get(USER) != user_id:
            over.append(PREFIX + session_id)
            continue
        used = max(values[SINCE], min(time(), time() - idle.total_seconds() + left / 1000))
        found.append(
            ActiveSession(
                id=session_id,
                created_at=datetime.fromtimestamp(values[SINCE], UTC),
                last_seen_at=datetime.fromtimestamp(int(used * 1000) / 1000, UTC),
                browser=str(values.get(BROWSER, "")),
                network=str(values.get(NETWORK, "")),
                current=session_id == here,
            )
        )
    if over:
        store.srem(index_of(user_id), *over)
    return sorted(found, key=lambda one: (one.current, one.last_seen_at, one.created_at), reverse=True)


def _known(user_id: str) -> list[str]:
    names: Any = connections.sessions_store().smembers(index_of(user_id))
    return sorted(name.decode().removeprefix(PREFIX) for name in names)


def _end(user_id: str, session_ids: list[str]) -> None:
    if session_ids:
        with connections.sessions_store().pipeline() as batch:
            forget(batch, user_id, *(PREFIX + session_id for session_id in session_ids))
            batch.execute()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except RedisError:
        sentence = "Your sessions cannot be reached right now. Please try again in a minute."
        raise Unavailable(sentence) from None
