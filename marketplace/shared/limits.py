"""How often something may be tried: a few times in a while, then after pauses that double.

    limits.take("signin", email)        # before the attempt; raises RateLimited
    limits.give_back("signin", email)   # an attempt that was right does not count

Counted in Redis; in MongoDB while Redis is away, so that a limit is never off. What is counted is known
by a keyed hash: neither server learns an e-mail or network address from it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from flask import current_app
from mongoengine import DateTimeField, IntField, StringField
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError
from redis import Redis
from redis.exceptions import RedisError

from . import connections
from .clock import now
from .documents import Aggregate
from .errors import RateLimited

log = logging.getLogger(__name__)

#: The longest pause, in seconds: whoever keeps somebody else's account busy does not shut them out for long.
LONGEST_PAUSE = 900

#: Seconds for which Redis is not asked again after it did not answer.
AWAY = 1.0

#: How long it is remembered how often somebody had to pause, beyond the pause itself, in seconds.
REMEMBERED = 3600


class Limit(Aggregate):
    """What is counted while Redis is away: the tries of a while, or a pause and how many there were."""

    id = StringField(primary_key=True)
    count = IntField()
    until = DateTimeField()
    expires_at = DateTimeField(required=True)

    meta = {
        "collection": "limits",
        "indexes": [
            # What is over goes by itself.
            {"fields": ["expires_at"], "name": "expires_at", "expireAfterSeconds": 0},
        ],
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is counted: under which key, how many are free within how many seconds."""

    key: str
    allowed: int
    within: int

    def pause(self, earlier: int) -> int:
        """Seconds to wait after so many earlier pauses."""
        return int(min(self.within * 2 ** min(earlier, 20), max(LONGEST_PAUSE, self.within)))


def take(kind: str, key: str, *, allowed: int = 5, within: int = 60) -> None:
    """Count a try; raises RateLimited, with the seconds to wait, when there were too many.

    `allowed` tries are free within so many seconds. The next one begins a pause of as long, in which every
    try is refused; each further pause is twice as long, up to a quarter of an hour. What was counted before
    a pause is over before it ends.
    """
    asked = _Asked(_hashed(kind, key), allowed, within)
    try:
        wait = _take_in_redis(asked, _redis())
    except RedisError as error:
        _note_outage(error)
        wait = _take_in_mongodb(asked)
    if wait > 0:
        raise RateLimited(f"That was too often. Please try again in {_spoken(wait)}.", retry_after=wait)


def give_back(kind: str, key: str) -> None:
    """Take a try off the count, because it was right."""
    hashed = _hashed(kind, key)
    try:
        store = _redis()
        if int(store.decr(f"{hashed}:tries")) <= 0:
            store.delete(f"{hashed}:tries")
    except RedisError as error:
        _note_outage(error)
        _database().update_one({"_id": f"{hashed}:tries", "count": {"$gt": 0}}, {"$inc": {"count": -1}})


def clear(kind: str, key: str) -> None:
    """Forget every try and pause, because whoever it is has proven themselves another way."""
    names = [f"{_hashed(kind, key)}:{part}" for part in ("tries", "pause", "pauses")]
    try:
        _redis().delete(*names)
    except RedisError as error:
        _note_outage(error)
    _database().delete_many({"_id": {"$in": names}})


@dataclass(frozen=True, slots=True)
class Taken:
    """One of so many in a while: how many are left, and in how many seconds there are new ones."""

    limit: int
    remaining: int
    reset_seconds: int

    @property
    def allowed(self) -> bool:
        """Whether this one was within the limit."""
        return self.remaining >= 0


def count(asked: dict[tuple[str, str], int], *, within: int = 60) -> list[Taken]:
    """Count one under each kind and key, and answer how each limit stands; one round trip.

    For limits that keep a service quick rather than safe: while Redis is away nothing is counted, and the
    answer is empty. The first in a while begins it, and it is over so many seconds later.
    """
    keys = {f"{_hashed(kind, key)}:count": limit for (kind, key), limit in asked.items()}
    try:
        with _redis().pipeline(transaction=False) as batch:
            for key in keys:
                batch.set(key, 0, ex=within, nx=True)
                batch.incr(key)
                batch.pttl(key)
            answers = batch.execute()
    except RedisError as error:
        _note_outage(error)
        return []
    rows = zip(keys.values(), answers[1::3], answers[2::3], strict=True)
    return [Taken(limit, limit - counted, max(1, -(-left // 1000))) for limit, counted, left in rows]


class _StillAway(RedisError):
    """Redis did not answer a moment ago."""


def _redis() -> Redis:
    """The client, unless Redis did not answer a moment ago: a frozen one costs a request its time once."""
    if monotonic() < current_app.extensions["redis"].get("away_until", 0):
        raise _StillAway
    return connections.sessions_store()


def _note_outage(error: RedisError) -> None:
    if not isinstance(error, _StillAway):
        log.warning("Redis does not answer (%s): tries are counted in MongoDB.", type(error).__name__)
        current_app.extensions["redis"]["away_until"] = monotonic() + AWAY


def _take_in_redis(asked: _Asked, store: Redis) -> int:
    """Seconds to wait; one round trip unless a pause begins."""
    with store.pipeline() as batch:
        batch.pttl(f"{asked.key}:pause")
        batch.set(f"{asked.key}:tries", 0, ex=asked.within, nx=True)
        batch.incr(f"{asked.key}:tries")
        batch.get(f"{asked.key}:pauses")
        left, _, tries, earlier = batch.execute()
    if left > 0:
        return int(-(-left // 1000))
    if tries <= asked.allowed:
        return 0
    wait = asked.pause(int(earlier or 0))
    if store.set(f"{asked.key}:pause", 1, ex=wait, nx=True):  # of those who come at once, one begins it
        with store.pipeline() as batch:
            batch.incr(f"{asked.key}:pauses")
            batch.expire(f"{asked.key}:pauses", wait + REMEMBERED)
            batch.execute()
    return wait


def _take_in_mongodb(asked: _Asked) -> int:
    """The same in single conditional updates; what has expired may still be there: times are compared."""
    moment = now()
    pause = _database().find_one({"_id": f"{asked.key}:pause"})
    if pause and pause["until"] > moment:
        return _seconds(pause["until"] - moment)
    if _tries(asked, moment) <= asked.allowed:
        return 0
    fresh = pause if pause and pause["expires_at"] > moment else None
    wait = asked.pause(fresh["count"] if fresh else 0)
    until = moment + timedelta(seconds=wait)
    begun = {
        "until": until,
        "count": (fresh["count"] if fresh else 0) + 1,
        "expires_at": until + timedelta(seconds=REMEMBERED),
    }
    query = {"_id": f"{asked.key}:pause", "until": {"$lte": moment}}
    try:
        _database().update_one(query, {"$set": begun, "$setOnInsert": {"version": 0}}, upsert=True)
    except DuplicateKeyError:
        log.debug("Somebody else began this pause.")
    return wait


def _tries(asked: _Asked, moment: datetime) -> int:
    """How many there were in this while, with this one."""
    name, end = f"{asked.key}:tries", moment + timedelta(seconds=asked.within)
    _database().delete_one({"_id": name, "expires_at": {"$lte": moment}})
    found: Any = _database().find_one_and_update(
        {"_id": name},
        {"$inc": {"count": 1}, "$setOnInsert": {"expires_at": end, "version": 0}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return int(found["count"])


def _database() -> Any:
    return connections.database()["limits"]


def _seconds(left: timedelta) -> int:
    return max(1, int(-(-left.total_seconds() // 1)))


def _hashed(kind: str, key: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return f"limit:{kind}:{hmac.new(secret, f'{kind}:{key}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def _spoken(seconds: int) -> str:
    if seconds <= 90:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    return f"{-(-seconds // 60)} minutes"
