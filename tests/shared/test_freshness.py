from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, make_response, session

from marketplace.shared import freshness


@pytest.fixture
def site():
    """An application that counts its answers, and keeps the public ones for a minute."""
    app, count = Flask("counting"), itertools.count(1)
    app.config |= {"FRESH_SECONDS": 60, "SECRET_KEY": "testing-secret"}

    @app.get("/public")
    @freshness.public
    def public():
        answer = make_response(f"answer {next(count)}")
        answer.add_etag()
        return answer

    @app.get("/own")
    def own():
        return f"answer {next(count)}"

    @app.get("/greeting")
    @freshness.public
    def greeting():
        session["seen"] = True
        return f"answer {next(count)}"

    @app.get("/gone")
    @freshness.public
    def gone():
        return f"answer {next(count)}", 404

    freshness.init_app(app)
    return app


def test_a_public_answer_is_given_again(site):
    client = site.test_client()

    assert [client.get("/public").text for _ in range(2)] == ["answer 1", "answer 1"]


def test_another_query_is_another_answer(site):
    client = site.test_client()

    assert [client.get(f"/public?page={page}").text for page in (1, 2)] == ["answer 1", "answer 2"]


@pytest.mark.parametrize("header", ["Cookie", "Authorization"])
def test_whoever_says_who_they_are_gets_an_answer_of_their_own(site, header):
    client = site.test_client(use_cookies=False)
    client.get("/public")

    assert client.get("/public", headers={header: "mine=1"}).text == "answer 2"
    assert client.get("/public").text == "answer 1"


@pytest.mark.parametrize("path", ["/own", "/greeting", "/gone"])
def test_what_may_not_be_shared_is_not_kept(site, path):
    answers = [site.test_client().get(path).text for _ in range(2)]

    assert answers == ["answer 1", "answer 2"]


def test_who_has_the_answer_already_is_told_so(site):
    client = site.test_client()
    etag = client.get("/public").headers["ETag"]

    again = client.get("/public", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")


def test_an_answer_that_is_too_old_is_made_anew(site, monkeypatch):
    client = site.test_client()
    client.get("/public")
    now = freshness.time.monotonic()
    monkeypatch.setattr(freshness.time, "monotonic", lambda: now + 61)

    assert client.get("/public").text == "answer 2"


def test_no_more_is_kept_than_there_is_room_for(site, monkeypatch):
    monkeypatch.setattr(freshness, "ROOM", 2000)
    client = site.test_client()
    for page in range(10):
        client.get(f"/public?page={page}")

    assert client.get("/public?page=9").text == "answer 10"
    assert client.get("/public?page=0").text == "answer 11"


def test_nothing_is_kept_where_the_setting_says_so(site):
    site.config["FRESH_SECONDS"] = 0
    client = site.test_client()

    assert [client.get("/public").text for _ in range(2)] == ["answer 1", "answer 2"]


def test_each_answer_has_an_id_of_its_own(app, client):
    app.config["FRESH_SECONDS"] = 60
    ids = {client.get("/categories").headers["X-Request-Id"] for _ in range(2)}

    assert len(ids) == 2


# Facts


@pytest.fixture
def count(app):
    """An application that remembers for a minute, and something that counts."""
    app.config["FRESH_SECONDS"] = 60
    app.extensions["remembered"].clear()
    yield itertools.count(1)
    app.extensions["remembered"].clear()


def test_a_fact_is_asked_for_once(count):
    assert [freshness.remembered("number", lambda: next(count)) for _ in range(2)] == [1, 1]


def test_a_fact_that_is_too_old_is_asked_for_again(count, monkeypatch):
    freshness.remembered("number", lambda: next(count))
    now = freshness.time.monotonic()
    monkeypatch.setattr(freshness.time, "monotonic", lambda: now + 61)

    assert freshness.remembered("number", lambda: next(count)) == 2


def test_that_there_is_nothing_is_not_remembered(count):
    freshness.remembered("number", lambda: None)

    assert freshness.remembered("number", lambda: next(count)) == 1


def test_no_more_facts_are_remembered_than_there_is_room_for(app, count, monkeypatch):
    monkeypatch.setattr(freshness, "MOST_FACTS", 3)
    for number in range(10):
        freshness.remembered(f"fact {number}", lambda: 1)

    (facts,) = app.extensions["remembered"].values()
    assert len(facts) <= 3


@pytest.fixture
def asked(count):
    """Asks for facts, with others along, and tells what had to be made."""
    made = []

    def ask(*keys, along=0):
        made.clear()
        freshness.remembered_each(
            "letter", keys, lambda missing: made.extend(missing) or dict.fromkeys(missing, 1), along=along
        )
        return list(made)

    return ask


@pytest.fixture
def later(monkeypatch):
    """Lets seconds pass."""
    passed, clock = [0], freshness.time.monotonic
    monkeypatch.setattr(freshness.time, "monotonic", lambda: clock() + passed[0])

    def wait(seconds):
        passed[0] += seconds

    return wait


def test_several_facts_are_asked_for_at_once_and_only_what_is_missing(asked):
    assert asked("a", "b", "a") == ["a", "b"]
    assert asked("b", "c") == ["c"]


def test_what_was_known_until_a_moment_ago_is_asked_for_along(asked, later):
    asked("a", "b", "c")
    later(61)

    assert asked("b", along=5) == ["b", "a", "c"]
    assert asked("a", "c") == []


def test_no_more_is_asked_for_along_than_was_said(asked, later):
    asked("a", "b", "c", "d")
    later(61)

    assert asked("e", along=2) == ["e", "a", "b"]


def test_what_nobody_asked_for_lately_is_forgotten_and_not_asked_for_along(app, asked, later):
    asked("a", "b")
    later(121)

    assert asked("c", along=5) == ["c"]
    assert len(app.extensions["remembered"]["letter"]) == 1


def test_a_fact_that_was_learnt_again_is_known_as_long_as_the_others(asked, later):
    asked("a")
    later(40)
    asked("b")
    later(30)
    asked("a")
    later(31)

    assert asked("a") == []
    assert asked("b") == ["b"]


def test_kinds_of_facts_do_not_mix(count):
    found = [freshness.remembered_each(kind, ["a"], lambda _, kind=kind: {"a": kind}) for kind in "xy"]

    assert found == [{"a": "x"}, {"a": "y"}]


def test_facts_are_asked_for_by_many_at_once(app, count):
    app.config["FRESH_SECONDS"] = 0.001

    def work(number):
        with app.app_context():
            for turn in range(300):
                keys = [(number + turn + more) % 40 for more in range(5)]
                found = freshness.remembered_each(
                    "number", keys, lambda missing: {key: key * 2 for key in missing}, along=10
                )
                assert found == {key: key * 2 for key in keys}

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))


def test_what_ended_is_not_kept(app, count, later):
    for number in range(5):
        freshness.remembered(f"fact {number}", lambda: 1)
        later(121)

    (facts,) = app.extensions["remembered"].values()
    assert len(facts) == 1
