from __future__ import annotations

import pickle
import time

import mongomock
import msgspec
import pytest
from fakeredis import FakeRedis
from flask import Flask, session
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import ConnectionError as RedisGone

from app import create_app
from marketplace.shared import identity
from tests.builders import PASSWORD, Person, a_user
from tests.conftest import Browser

#: These add routes of their own.
pytestmark = pytest.mark.own_app


def store(app: Flask) -> Redis:
    """The Redis behind the application."""
    if app.extensions["redis"]["client"] is None:
        app.extensions["redis"]["client"] = app.extensions["redis"]["open"]()
    return app.extensions["redis"]["client"]


def sid(browser: FlaskClient) -> str:
    """The session id in the browser's cookie."""
    return browser.get_cookie("session").value


def key(app: Flask, session_id: str) -> str:
    """Where Redis keeps this session."""
    return app.session_interface._get_store_id(session_id)


def put(app: Flask, value: bytes, session_id: str = "planted") -> FlaskClient:
    """A browser with a session whose stored value is this."""
    store(app).set(key(app, session_id), value)
    browser = app.test_client()
    browser.set_cookie("session", session_id)
    return browser


def sign_in(browser: FlaskClient, email: str):
    return browser.post("/api/v1/session", json={"email": email, "password": PASSWORD})


def who(browser: FlaskClient) -> dict | None:
    return browser.get("/api/v1/session").json["user"]


class Deaf:
    """A Redis that nobody reaches."""

    def __getattr__(self, name: str):
        def call(*_: object, **__: object) -> None:
            raise RedisGone("Connection refused.")

        return call


@pytest.fixture
def without_redis(app):
    """Take Redis away, for as long as the test likes."""

    def leave() -> None:
        app.extensions["redis"]["client"] = Deaf()

    held = app.extensions["redis"]["client"]
    yield leave
    app.extensions["redis"]["client"] = held


# Anonymous visitors


@pytest.mark.parametrize("path", ["/signin", "/register", "/api/v1/session", "/api/v1/shops", "/nowhere"])
def test_browsing_makes_no_session_and_asks_redis_nothing(app, client, without_redis, path):
    without_redis()

    answer = client.get(path)

    assert answer.status_code < 500
    assert client.get_cookie("session") is None


def test_signing_out_without_a_session_asks_redis_nothing(client, without_redis):
    without_redis()

    assert client.post("/signout").status_code == 303


# Signing in and out


def test_the_cookie_of_a_session_is_for_browsers_alone(client):
    cookie = sign_in(client, a_user().email).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_alone_the_cookie_says_that_it_is_this_hosts(settings, addresses):
    stand_ins = {"mongo_class": mongomock.MongoClient, "redis_client": FakeRedis()}
    app = create_app(settings | addresses | {"SESSION_COOKIE_SECURE": True}, **stand_ins)
    app.test_client_class = Browser
    browser = app.test_client()
    at = {"base_url": "https://localhost"}
    ada = a_user()

    began = browser.post("/api/v1/session", json={"email": ada.email, "password": PASSWORD}, **at)
    token = {"X-CSRF-Token": began.json["csrf_token"]}
    ended = browser.delete("/api/v1/session", headers=token, **at)

    for answer in (began, ended):
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert "Max-Age=0" in ended.headers["Set-Cookie"]


def test_the_session_id_changes_at_every_sign_in(app, person):
    ada, browser = person()
    before = sid(browser)

    sign_in(browser, ada.email)

    assert sid(browser) != before
    assert store(app).get(key(app, before)) is None


def test_what_a_session_held_before_a_sign_in_is_gone(app):
    browser = put(app, msgspec.msgpack.encode({"_since": int(time.time()), "colour": "blue"}))

    sign_in(browser, a_user().email)

    held = msgspec.msgpack.decode(store(app).get(key(app, sid(browser))))
    assert sorted(held) == ["_browser", "_network", "_since", "user_id"]


def test_an_id_from_elsewhere_is_not_adopted_at_sign_in(app, client):
    client.set_cookie("session", "planted-by-somebody")

    sign_in(client, a_user().email)

    assert sid(client) != "planted-by-somebody"
    assert store(app).get(key(app, "planted-by-somebody")) is None
    assert who(client) is not None


def test_a_session_that_begins_under_an_unknown_id_gets_one_of_its_own(app):
    @app.get("/paint")
    def paint() -> str:
        """Change the session."""
        session["colour"] = "blue"
        return "painted"

    browser = app.test_client()
    browser.set_cookie("session", "planted-by-somebody")
    browser.get("/paint")

    assert sid(browser) != "planted-by-somebody"
    assert store(app).get(key(app, sid(browser))) is not None


def test_an_unknown_id_is_nobody(client):
    client.set_cookie("session", "never-given-out")

    assert who(client) is None


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(app, person):
    _, browser = person()
    copy = app.test_client()
    copy.set_cookie("session", sid(browser))

    browser.delete("/api/v1/session")

    assert browser.get_cookie("session") is None
    assert who(copy) is None


def test_redis_knows_no_id_that_a_browser_could_use(app, person):
    _, browser = person()

    keys = [key.decode() for key in store(app).keys("*")]

    assert sorted(key.partition(":")[0] for key in keys) == ["session", "sessions-of"]
    assert sid(browser) not in " ".join(keys)


def test_what_the_session_says_is_said_once_per_person(person):
    ada, hers = person("Ada")
    bob, his = person("Bob")

    assert (who(hers)["id"], who(his)["id"]) == (str(ada.id), str(bob.id))


# What Redis holds may be anything


#: The beginning of a session that does not end while tests run.
FOR_LONG = 4_000_000_000


class Bomb:
    """Sets a trap for whoever unpickles it."""

    went_off = False

    def __reduce__(self):
        return (setattr, (Bomb, "went_off", True))


def test_a_pickle_in_redis_is_not_executed(app):
    browser = put(app, pickle.dumps(Bomb()))

    assert who(browser) is None
    assert Bomb.went_off is False


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xff\xff",
        b"{}",
        msgspec.msgpack.encode([1, 2]),
        msgspec.msgpack.encode({"_since": "yesterday"}),
        msgspec.msgpack.encode({"_since": FOR_LONG, "user_id": "zz"}),
        msgspec.msgpack.encode({"_since": FOR_LONG, "user_id": 5}),
        msgspec.msgpack.encode({"_since": FOR_LONG, 5: 6}),
    ],
)
def test_a_value_that_is_no_session_is_nobody(app, value):
    browser = put(app, value)

    assert who(browser) is None
    assert browser.get("/signin").status_code == 200


# Ends


def test_a_session_ends_when_its_longest_time_is_over_used_or_not(app):
    old = int(time.time()) - 60 * 86_400 - 1
    browser = put(app, msgspec.msgpack.encode({"_since": old, "user_id": str(a_user().id)}))

    assert who(browser) is None
    assert store(app).keys("*") == []


def test_a_session_lives_until_its_longest_time_is_over(app):
    almost = int(time.time()) - 60 * 86_400 + 60
    browser = put(app, msgspec.msgpack.encode({"_since": almost, "user_id": str(a_user().id)}))

    assert who(browser) is not None


@pytest.mark.real
def test_whose_a_session_is_is_known_for_as_long_as_it_can_live(app, person):
    ada, _ = person()

    seconds = store(app).ttl(f"sessions-of:{ada.id}")

    assert app.config["SESSION_MAX_DAYS"] * 86_400 - 60 < seconds <= app.config["SESSION_MAX_DAYS"] * 86_400


def test_use_slides_the_idle_time(app, person):
    _, browser = person()
    where = key(app, sid(browser))
    store(app).expire(where, 100)

    who(browser)

    assert 14 * 86_400 - 100 < store(app).ttl(where) <= 14 * 86_400


@pytest.mark.real
def test_a_session_on_a_real_redis_is_kept_and_ended(person):
    ada, browser = person()
    signed_in = who(browser)

    browser.delete("/api/v1/session")

    assert signed_in["id"] == str(ada.id)
    assert who(browser) is None


# The session as a dict


@pytest.mark.parametrize(
    "look",
    [
        lambda s: s["colour"] == "blue",
        lambda s: s.get("colour") == "blue",
        lambda s: "colour" in s,
        lambda s: list(s) == ["_since", "colour"],
        lambda s: len(s) == 2,
        bool,
        lambda s: s == {"_since": s["_since"], "colour": "blue"},
        lambda s: s.copy()["colour"] == "blue",
        lambda s: dict(s)["colour"] == "blue",
        lambda s: s.setdefault("colour", "red") == "blue",
        lambda s: s.pop("colour") == "blue",
        lambda s: "blue" in s.values(),
    ],
)
def test_every_look_at_a_session_fetches_it(app, look):
    browser = put(app, msgspec.msgpack.encode({"_since": int(time.time()), "colour": "blue"}))
    seen = []

    @app.get("/look")
    def route() -> str:
        seen.append(look(session._get_current_object()))
        return "looked"

    browser.get("/look")

    assert seen == [True]


def test_a_session_that_changes_is_stored_once_it_exists(app, person):
    @app.get("/paint")
    def paint() -> str:
        """Change the session and say what it held."""
        before = session.get("colour", "none")
        session["colour"] = "blue"
        return before

    _, browser = person()

    assert [browser.get("/paint").text, browser.get("/paint").text] == ["none", "blue"]


def test_pages_of_a_session_vary_by_cookie(person):
    _, browser = person()

    assert "Cookie" in browser.get("/account").headers["Vary"]


# Without Redis


def test_without_redis_a_member_still_browses_as_nobody(person, without_redis):
    _, browser = person()
    without_redis()

    assert browser.get("/signin").status_code == 200
    assert browser.get("/api/v1/shops").status_code == 200


@pytest.mark.parametrize("path", ["/", "/s", "/register", "/api/v1/products", "/api/v1/shops"])
def test_without_redis_what_is_public_is_shown_to_members_too(person, without_redis, path):
    _, browser = person()
    without_redis()

    assert browser.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/session", None),
        ("GET", "/api/v1/me", None),
        ("GET", "/api/v1/sessions", None),
        ("GET", "/api/v1/cart", None),
        ("GET", "/api/v1/orders/2026-000001", None),
        ("POST", "/api/v1/cart/items", {"variant_id": "a" * 24, "quantity": 1}),
        ("GET", "/account", None),
        ("GET", "/account/sessions", None),
        ("GET", "/account/orders", None),
        ("GET", "/order/2026-000001", None),
        ("GET", "/cart", None),
        ("GET", "/checkout", None),
        ("POST", "/checkout", None),
    ],
)
def test_without_redis_a_member_is_not_taken_for_nobody(person, without_redis, method, path, body):
    _, browser = person()
    without_redis()

    answer = browser.open(path, method=method, json=body)

    assert answer.status_code == 503
    assert "Your account cannot be reached right now." in answer.text
    assert answer.headers["Retry-After"]
    assert "Set-Cookie" not in answer.headers


def test_without_redis_a_member_keeps_the_cookie(person, without_redis):
    _, browser = person()
    cookie = sid(browser)
    without_redis()

    browser.get("/signin")

    assert sid(browser) == cookie


def test_without_redis_an_account_answers_that_it_cannot_be_reached(person, without_redis):
    _, browser = person()
    without_redis()

    answer = browser.get("/account")

    assert answer.status_code == 503
    assert "Your account cannot be reached right now." in answer.text


@pytest.mark.parametrize("has_cookie", [True, False])
def test_without_redis_signing_in_says_why_it_cannot(app, client, without_redis, has_cookie):
    ada = a_user()
    browser = Person(app).sign_in(ada) if has_cookie else client
    without_redis()

    answer = browser.post("/signin", data={"email": ada.email, "password": PASSWORD})

    assert answer.status_code == 503
    assert "Signing in does not work right now." in answer.text
    assert answer.headers["Retry-After"]


def test_without_redis_nobody_is_told_to_be_signed_out(person, without_redis):
    _, browser = person()
    without_redis()

    answer = browser.post("/signout")

    assert answer.status_code == 503
    assert "Signing out does not work right now." in answer.text


def test_redis_that_leaves_before_the_session_is_stored_is_an_outage(app, person, without_redis):
    @app.get("/api/unlucky")
    def unlucky() -> str:
        session["colour"] = "blue"
        without_redis()
        return "done"

    app.config["PROPAGATE_EXCEPTIONS"] = False
    _, browser = person()

    assert browser.get("/api/unlucky").status_code == 503


def test_no_session_is_stored_that_a_new_password_would_not_end(app, client, monkeypatch):
    ada = a_user()
    plain = store(app).pipeline

    def halfway():
        """A batch of commands whose answer never comes, and of which Redis did nothing."""
        batch = plain()
        batch.execute = Deaf().execute
        return batch

    monkeypatch.setattr(store(app), "pipeline", halfway)

    answer = sign_in(client, ada.email)

    assert answer.status_code == 503
    assert store(app).keys("session:*") == []


@pytest.mark.real
def test_without_a_real_redis_pages_work_and_signing_in_answers_503(settings, addresses):
    app = create_app(settings | addresses | {"REDIS_URL": "redis://127.0.0.1:1"})
    app.test_client_class = Browser
    browser = app.test_client()
    browser.set_cookie("session", "from-better-times")
    ada = a_user()

    page = browser.get("/signin")
    answer = sign_in(browser, ada.email)

    assert page.status_code == 200
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")


def test_identity_knows_nobody_outside_a_session(app):
    with app.test_request_context("/"):
        assert identity.user_id() is None
        assert identity.csrf_token() == ""
