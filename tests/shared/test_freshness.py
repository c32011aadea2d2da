from __future__ import annotations

import itertools

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

    assert len(app.extensions["remembered"]) <= 3
