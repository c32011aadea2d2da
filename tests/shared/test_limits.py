from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from marketplace.shared import clock, connections, limits
from marketplace.shared.errors import RateLimited


def tries(number: int, key: str = "ada@example.com", **parts: int) -> int:
    """How many of so many tries were let through."""
    through = 0
    for _ in range(number):
        try:
            limits.take("signin", key, **parts)
        except RateLimited:
            continue
        through += 1
    return through


def waits(key: str = "ada@example.com") -> int:
    """The seconds that the next try is told to wait."""
    with pytest.raises(RateLimited) as refusal:
        limits.take("signin", key)
    return refusal.value.retry_after


@pytest.fixture(params=["redis", "mongodb"])
def server(request, app, monkeypatch) -> str:
    """Where it is counted: in MongoDB while Redis is away."""
    if request.param == "mongodb":
        monkeypatch.setattr(limits.connections, "sessions_store", _away)
    return request.param


def _away() -> None:
    raise RedisConnectionError


def end_pause(server: str) -> None:
    """Let the pause be over, and what was counted in that while."""
    if server == "redis":
        store = connections.sessions_store()
        store.delete(*(key for key in store.keys("limit:*") if not key.endswith(b":pauses")))
        return
    past = clock.now() - timedelta(seconds=1)
    rows = connections.database()["limits"]
    rows.update_many({"until": {"$exists": True}}, {"$set": {"until": past}})
    rows.delete_many({"until": {"$exists": False}})


def test_five_tries_a_minute_are_free_and_no_more(server):
    assert tries(40) == 5


def test_so_many_are_free_as_are_allowed(server):
    assert tries(10, allowed=3, within=300) == 3


def test_tries_of_one_are_not_anothers(server):
    tries(10)

    assert tries(1, "bob@example.com") == 1


def test_a_refusal_says_how_long_to_wait(server):
    tries(5)

    with pytest.raises(RateLimited, match="Please try again in 60 seconds") as refusal:
        limits.take("signin", "ada@example.com")

    assert refusal.value.retry_after == 60


def test_each_pause_is_twice_as_long_up_to_a_quarter_of_an_hour(server):
    paused = []
    for _ in range(6):
        tries(5)
        paused.append(waits())
        end_pause(server)

    assert paused == [60, 120, 240, 480, 900, 900]


def test_tries_in_a_pause_do_not_make_it_longer(server):
    tries(5)

    assert [waits() for _ in range(5)] == [60] * 5


def test_a_right_try_does_not_count(server):
    for _ in range(20):
        limits.take("signin", "ada@example.com")
        limits.give_back("signin", "ada@example.com")

    assert tries(10) == 5


def test_who_is_cleared_begins_anew(server):
    tries(10)

    limits.clear("signin", "ada@example.com")

    assert tries(10) == 5


def test_minutes_are_spoken_of_in_words(server):
    tries(10, within=300)

    with pytest.raises(RateLimited, match="in 5 minutes"):
        limits.take("signin", "ada@example.com", within=300)


def test_neither_server_learns_who_tried(server):
    tries(10)

    known = str(connections.database()["limits"].find_one())
    if server == "redis":
        known = str(connections.sessions_store().keys("*"))
    assert "limit" in known
    assert "ada" not in known


@pytest.mark.real
@pytest.mark.parametrize("away", [False, True])
def test_of_many_who_try_at_once_no_more_get_through(app, monkeypatch, away):
    if away:
        monkeypatch.setattr(limits.connections, "sessions_store", _away)

    def one(_: int) -> int:
        with app.app_context():
            return tries(4)

    with ThreadPoolExecutor(8) as crowd:
        through = sum(crowd.map(one, range(16)))

    assert through == 5


def test_redis_that_does_not_answer_is_left_alone_for_a_moment(app, monkeypatch):
    asked = []

    def away() -> None:
        asked.append(1)
        raise RedisConnectionError

    monkeypatch.setattr(limits.connections, "sessions_store", away)
    tries(4)
    limits.give_back("signin", "ada@example.com")
    limits.clear("signin", "ada@example.com")

    assert len(asked) == 1


@pytest.mark.real
def test_what_is_counted_is_forgotten_by_itself(app):
    tries(10)

    store = connections.sessions_store()
    assert {store.ttl(key) > 0 for key in store.keys("limit:*")} == {True}
