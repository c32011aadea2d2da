"""What goes wrong with sessions under Flask-Session, on a real Redis, and does not here."""

from __future__ import annotations

import pickle
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from bson import ObjectId
from flask import session
from markupsafe import Markup

from marketplace.ordering import services as ordering
from marketplace.ordering.values import CartOwner
from tests.builders import goods
from tests.shared.test_sessions import Bomb, key, put, sid, sign_in, store, who

pytestmark = [pytest.mark.real, pytest.mark.own_app]


@pytest.fixture
def routes(app):
    """Routes that look at the session, change it, and do neither."""

    @app.get("/look")
    def look() -> str:
        return repr(session.get("colour"))

    @app.get("/paint/<colour>")
    def paint(colour: str) -> str:
        session["colour"] = colour
        return colour

    @app.get("/ignore")
    def ignore() -> str:
        return "ignored"


@pytest.fixture
def slowly(app):
    """Lets a request do something in its middle: `slowly(browser, look, meanwhile)`.

    It looks at the session, then the other thing happens, then it is answered.
    """
    steps = {}

    @app.get("/slow")
    def slow() -> str:
        steps["look"]()
        steps["meanwhile"]()
        return "at last"

    def request(cookie, look, meanwhile):
        steps.update(look=look, meanwhile=meanwhile)
        browser = app.test_client()
        browser.set_cookie("session", cookie)
        return browser.get("/slow")

    return request


@pytest.fixture
def asked(app):
    """The commands that Redis got since the last time that this was called."""
    known = Counter()

    def since() -> Counter:
        stats = store(app).info("commandstats")
        calls = Counter({name.removeprefix("cmdstat_"): found["calls"] for name, found in stats.items()})
        new = calls - known
        known.clear()
        known.update(calls)
        del new["info"]
        return new

    since()
    return since


def read() -> None:
    session.get("user_id")


def write() -> None:
    session["seen"] = True


# A session ends when it ends


@pytest.mark.parametrize("look", [read, write])
def test_a_slow_request_does_not_bring_a_session_back(app, person, slowly, look):
    _, browser = person()

    answer = slowly(sid(browser), look, lambda: browser.delete("/api/v1/session"))

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert store(app).keys("*") == []


@pytest.mark.parametrize("look", [read, write])
def test_a_slow_request_does_not_bring_an_id_back_that_was_changed_at_sign_in(app, person, slowly, look):
    ada, browser = person()
    old = sid(browser)

    slowly(old, look, lambda: sign_in(browser, ada.email))

    copy = app.test_client()
    copy.set_cookie("session", old)
    assert store(app).exists(key(app, old)) == 0
    assert who(copy) is None
    assert who(browser) is not None


@pytest.mark.slow
def test_a_thousand_races_of_signing_out_bring_no_session_back(app, slowly):
    start = Barrier(2)

    @app.get("/write")
    def race_to_write() -> str:
        session["seen"] = True
        start.wait(30)
        return "written"

    @app.get("/leave")
    def race_to_leave() -> str:
        session.clear()
        start.wait(30)
        return "gone" if session.available else "Redis took too long"

    sessions = app.session_interface
    lost = 0
    with ThreadPoolExecutor(2) as pool:
        for number in range(1000):
            session_id = f"race-{number}"
            with app.test_request_context():
                new = sessions.session_class(session_id, None)
                new["number"] = number
                sessions._upsert_session(sessions.idle, new, key(app, session_id))
            browsers = [app.test_client(), app.test_client()]
            for browser in browsers:
                browser.set_cookie("session", session_id)
            done = list(pool.map(lambda b, p: b.get(p).text, browsers, ["/write", "/leave"]))
            if done[1] == "Redis took too long":  # then `sign_out` says so, and nobody is told that they left
                store(app).delete(key(app, session_id))
            else:
                lost += done != ["written", "gone"]

    # Servers that other tests have just ended may still write sessions of their own.
    there = {name: store(app).get(name) or b"" for name in store(app).keys("session:*")}
    assert (lost, [name for name, stored in there.items() if b"seen" in stored or b"number" in stored]) == (
        0,
        [],
    )


# Round trips


def test_a_request_that_does_not_touch_its_session_sends_nothing_to_redis(person, routes, asked):
    _, browser = person()
    asked()

    for path in ("/ignore", "/static/style.css", "/health/live"):
        browser.get(path)

    assert asked() == {}


def test_reading_a_session_costs_one_round_trip(person, routes, asked):
    _, browser = person()
    asked()

    browser.get("/look")

    assert asked() == {"getex": 1}


def test_changing_a_session_costs_two_round_trips(person, routes, asked):
    _, browser = person()
    asked()

    browser.get("/paint/blue")

    assert asked() == {"getex": 1, "set": 1}


# Time


def test_only_use_slides_the_idle_time(app, person, routes):
    _, browser = person()
    where = key(app, sid(browser))
    store(app).expire(where, 100)

    browser.get("/ignore")
    ignored = store(app).ttl(where)
    browser.get("/look")

    assert ignored <= 100
    assert store(app).ttl(where) > 13 * 86_400


# Values


def test_a_pickle_in_redis_is_never_executed_and_is_dropped(app):
    browser = put(app, pickle.dumps(Bomb()))

    assert who(browser) is None
    assert Bomb.went_off is False
    assert store(app).keys("*") == []


def test_a_corrupt_value_is_nobody_and_is_dropped(app):
    browser = put(app, b"\xc1 corrupt")

    assert [who(browser), who(browser)] == [None, None]
    assert store(app).keys("*") == []


@pytest.mark.parametrize("value", [Markup("<b>Saved</b>"), ObjectId("a" * 24)], ids=repr)
def test_markup_and_ids_are_kept_as_texts(app, client, routes, value):
    @app.get("/keep")
    def keep() -> str:
        session["colour"] = value
        return "kept"

    assert client.get("/keep").status_code == 200
    assert client.get("/look").text == repr(str(value))


def test_a_change_inside_a_value_counts_once_the_session_is_told(app, person):
    @app.get("/append/<told>")
    def append(told: str) -> str:
        session.setdefault("list", [])
        session["list"].append(told)
        session.modified = told == "told"
        return str(session["list"])

    _, browser = person()
    browser.get("/append/told")
    browser.get("/append/untold")

    assert browser.get("/append/told").text == "['told', 'told']"


def test_of_parallel_changes_the_session_keeps_one_and_stays_whole(app, person, routes):
    _, browser = person()
    cookie = sid(browser)

    def paint(colour: str) -> int:
        copy = app.test_client()
        copy.set_cookie("session", cookie)
        return copy.get(f"/paint/{colour}").status_code

    colours = ["red", "green", "blue", "white", "black"]
    with ThreadPoolExecutor(5) as crowd:
        done = set(crowd.map(paint, colours))

    assert done == {200}
    assert browser.get("/look").text in map(repr, colours)
    assert who(browser) is not None


def test_what_is_put_into_a_cart_at_the_same_time_is_all_there(app, person):
    ada, browser = person()
    variants = [goods() for _ in range(5)]
    cookie, token = sid(browser), browser.environ_base["HTTP_X_CSRF_TOKEN"]

    def add(variant: ObjectId) -> int:
        copy = app.test_client()
        copy.set_cookie("session", cookie)
        body = {"variant_id": str(variant), "quantity": 1}
        return copy.post("/api/v1/cart/items", json=body, headers={"X-CSRF-Token": token}).status_code

    with ThreadPoolExecutor(5) as crowd:
        done = list(crowd.map(add, variants))

    view = ordering.priced_cart(CartOwner(user_id=ada.id))
    assert all(status < 300 for status in done)
    assert {item.variant_id for item in view.cart.items} == set(variants)


# Headers


def test_an_answer_varies_by_cookie_where_the_session_was_looked_at(person, routes):
    _, browser = person()

    assert "Cookie" in browser.get("/look").headers["Vary"]
    assert "Set-Cookie" not in browser.get("/look").headers


def test_only_a_change_of_the_session_sets_its_cookie(person, routes):
    _, browser = person()

    changed = browser.get("/paint/blue")
    ignored = browser.get("/ignore")

    assert changed.headers["Set-Cookie"].startswith("session=")
    assert "Set-Cookie" not in ignored.headers


def test_a_static_file_varies_by_nothing_and_sets_nothing(person):
    _, browser = person()

    answer = browser.get("/static/style.css")

    assert "Vary" not in answer.headers
    assert "Set-Cookie" not in answer.headers
