"""Waking those who wait: woken in any process, right without Redis, and never too many."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
import redis

from marketplace.shared import connections, wakeups


@pytest.fixture(autouse=True)
def not_released(monkeypatch):
    monkeypatch.setattr(wakeups, "_released", False)


@pytest.fixture
def happened():
    """What the database would know."""
    return threading.Event()


@contextmanager
def waiting(app, happened, *, seconds=5.0, by="ada", topic="tea"):
    """Somebody who waits meanwhile; the list holds what they found and after how many seconds."""
    answers = []
    looked = threading.Event()

    def look():
        looked.set()
        return happened.is_set()

    def wait():
        with app.app_context():
            began = time.monotonic()
            found = wakeups.wait(topic, look, seconds=seconds, by=by, before_look=lambda: None)
            answers.append((found, time.monotonic() - began))

    thread = threading.Thread(target=wait)
    thread.start()
    assert looked.wait(5)
    try:
        yield answers
    finally:
        thread.join(10)


@pytest.fixture
def only_when_woken(monkeypatch):
    """Nobody looks again unless somebody wakes them."""
    monkeypatch.setattr(wakeups, "LOOKS_EVERY", 60.0)
    monkeypatch.setattr(wakeups, "LOOKS_EVERY_ALONE", 60.0)


def test_what_has_happened_already_is_not_waited_for(app, happened):
    happened.set()

    with waiting(app, happened) as answers:
        pass

    assert answers[0][0] is True


def test_who_waits_is_woken(app, happened, only_when_woken):
    with waiting(app, happened) as answers:
        happened.set()
        wakeups.tell("tea")

    assert answers[0][0] is True


def test_a_word_about_something_else_wakes_nobody(app, happened):
    with waiting(app, happened, seconds=0.3) as answers:
        wakeups.tell("coffee")

    assert answers[0][0] is False


def test_without_a_word_it_is_noticed_all_the_same(app, happened, monkeypatch):
    monkeypatch.setattr(wakeups, "LOOKS_EVERY", 0.3)
    with waiting(app, happened) as answers:
        happened.set()

    assert answers[0][0] is True


def test_half_of_the_threads_may_wait_and_the_next_is_told_to_come_later(app, happened):
    places = app.config["THREADS"] // 2
    waiters = [waiting(app, happened, by=f"reader {number}") for number in range(places)]
    for one in waiters:
        one.__enter__()

    with pytest.raises(wakeups.Crowded) as refused:
        wakeups.wait("tea", lambda: True, seconds=1, by="eve", before_look=lambda: None)

    happened.set()
    wakeups.tell("tea")
    for one in waiters:
        one.__exit__(None, None, None)
    assert refused.value.retry_after > 0


def test_one_person_takes_half_of_the_places_at_most(app, happened):
    with waiting(app, happened), waiting(app, happened):
        with pytest.raises(wakeups.Crowded):
            wakeups.wait("tea", lambda: True, seconds=1, by="ada", before_look=lambda: None)
        happened.set()
        wakeups.tell("tea")


def test_places_are_free_again_afterwards(app, happened):
    happened.set()

    for _ in range(app.config["THREADS"] + 1):
        assert wakeups.wait("tea", happened.is_set, seconds=1, by="ada", before_look=lambda: None)


def test_a_process_that_stops_lets_nobody_wait(app, happened):
    with waiting(app, happened, seconds=10) as answers:
        wakeups.release()

    assert answers[0] == (False, pytest.approx(0, abs=wakeups.NOTICES_WITHIN + 0.5))
    with pytest.raises(wakeups.Crowded):
        wakeups.wait("tea", lambda: True, seconds=1, by="ada", before_look=lambda: None)


def test_the_database_gets_its_time_anew_for_each_look(app):
    renewed = []

    wakeups.wait("tea", lambda: len(renewed) == 2, seconds=5, by="ada", before_look=lambda: renewed.append(1))

    assert len(renewed) == 2


def test_telling_never_fails(app, monkeypatch):
    def away(*_):
        raise redis.ConnectionError

    monkeypatch.setattr(connections.sessions_store(), "publish", away)

    wakeups.tell("tea")


@pytest.mark.real
def test_another_process_wakes_through_redis(app, happened, only_when_woken):
    store, channel = connections.sessions_store(), f"wakeups:{connections.database_name(app)}"
    with waiting(app, happened) as answers:
        while not store.pubsub_numsub(channel)[0][1]:
            time.sleep(0.01)
        happened.set()
        store.publish(channel, "tea")

    assert answers[0][0] is True


@pytest.mark.real
def test_nobody_listens_any_more_when_nobody_waits(app, happened, monkeypatch):
    monkeypatch.setattr(wakeups, "IDLE", 0.0)
    with waiting(app, happened, seconds=0.2):
        pass
    ended = time.monotonic() + 3
    while any(one.name == "wakeups" for one in threading.enumerate()) and time.monotonic() < ended:
        time.sleep(0.05)

    assert not [one for one in threading.enumerate() if one.name == "wakeups"]
