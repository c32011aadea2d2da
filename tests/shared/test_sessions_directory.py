from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from marketplace.shared import sessions
from marketplace.shared.errors import Unavailable
from marketplace.shared.sessions import directory
from tests.builders import PASSWORD, a_user
from tests.shared.test_sessions import key, put, sid, store, who
from tests.shared.test_sessions import without_redis as without_redis

#: Each looks into a Redis of its own.
pytestmark = pytest.mark.own_app

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


def id_of(app, browser) -> str:
    """The id under which the browser's session is listed."""
    return key(app, sid(browser)).removeprefix("session:")


def names(app, user) -> set[str]:
    """The ids in the user's set."""
    found = store(app).smembers(f"sessions-of:{user.id}")
    return {name.decode().removeprefix("session:") for name in found}


def aged(app, browser, unused: timedelta, began: timedelta = timedelta(days=20)) -> None:
    """Let the browser's session have begun, and have been used last, so long ago."""
    where = key(app, sid(browser))
    held = msgspec.msgpack.decode(store(app).get(where))
    held["_since"] -= int(began.total_seconds())
    store(app).set(where, msgspec.msgpack.encode(held), ex=timedelta(days=14) - unused)


# Listing


def test_a_session_tells_when_and_where_it_began_and_when_it_was_used(app, person):
    ada = a_user()
    before = datetime.now(UTC).replace(microsecond=0)
    app.test_client().post(
        "/signin",
        data={"email": ada.email, "password": PASSWORD},
        headers={"User-Agent": FIREFOX},
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )

    (found,) = sessions.list_of(ada.id)

    assert (found.browser, found.network) == ("Firefox on Linux", "203.0.113.x")
    assert before <= found.created_at <= found.last_seen_at <= datetime.now(UTC)
    assert found.current is False


def test_the_last_used_session_comes_first(app, person):
    ada, first = person()
    second = person.sign_in(ada)
    aged(app, second, timedelta(days=3))

    assert [one.id for one in sessions.list_of(ada.id)] == [id_of(app, first), id_of(app, second)]


def test_when_a_session_was_last_used_is_told_by_the_time_that_it_has_left(app, person):
    ada, browser = person()
    aged(app, browser, timedelta(hours=3))

    (found,) = sessions.list_of(ada.id)

    ago = datetime.now(UTC) - found.last_seen_at
    assert timedelta(hours=3) <= ago < timedelta(hours=3, minutes=5)


def test_a_session_was_never_used_before_it_began(app, person):
    ada, browser = person()
    store(app).expire(key(app, sid(browser)), 60)

    (found,) = sessions.list_of(ada.id)

    assert found.last_seen_at == found.created_at


def test_the_session_that_asks_is_marked(app, person):
    ada, browser = person()
    person.sign_in(ada)

    marked = [one.id for one in sessions.list_of(ada.id, here=id_of(app, browser)) if one.current]

    assert marked == [id_of(app, browser)]


def test_nobody_elses_sessions_are_listed(person):
    ada, _ = person("Ada")
    person("Bob")

    assert len(sessions.list_of(ada.id)) == 1


def test_sessions_that_ended_by_themselves_leave_the_list_and_the_set(app, person):
    ada, browser = person()
    gone = person.sign_in(ada)
    store(app).delete(key(app, sid(gone)))

    listed = [one.id for one in sessions.list_of(ada.id)]

    assert listed == [id_of(app, browser)]
    assert names(app, ada) == {id_of(app, browser)}


def test_a_session_past_its_longest_time_is_not_listed(app, person):
    ada, browser = person()
    aged(app, browser, timedelta(days=1), began=timedelta(days=60, seconds=1))

    assert sessions.list_of(ada.id) == []
    assert names(app, ada) == set()


def test_a_session_that_somebody_else_has_is_not_listed(app, person):
    ada, _ = person("Ada")
    _, his = person("Bob")
    store(app).sadd(f"sessions-of:{ada.id}", key(app, sid(his)))

    assert len(sessions.list_of(ada.id)) == 1
    assert who(his) is not None


def test_signing_out_leaves_the_set_too(app, person):
    ada, browser = person()

    browser.delete("/api/v1/session")

    assert names(app, ada) == set()


def test_signing_in_anew_leaves_no_trace_of_the_id_before(app, person):
    ada, browser = person()

    browser.post("/api/v1/session", json={"email": ada.email, "password": PASSWORD})

    assert names(app, ada) == {id_of(app, browser)}


def test_a_corrupt_session_that_ends_is_nobodys(app):
    browser = put(app, msgspec.msgpack.encode({"_since": 4_000_000_000, "user_id": 5}))

    browser.post("/signout")

    assert store(app).keys("*") == []


def test_the_session_unused_for_longest_makes_room_for_another(app, person, monkeypatch):
    monkeypatch.setattr(directory, "MOST", 2)
    ada, first = person()
    second = person.sign_in(ada)
    aged(app, first, timedelta(days=2))
    aged(app, second, timedelta(days=1))

    third = person.sign_in(ada)

    assert names(app, ada) == {id_of(app, second), id_of(app, third)}
    assert who(first) is None


# Ending


def test_a_session_is_ended_by_its_id(app, person):
    ada, browser = person()
    other = person.sign_in(ada)

    sessions.revoke(ada.id, id_of(app, other))

    assert (who(other), who(browser)["id"]) == (None, str(ada.id))
    assert names(app, ada) == {id_of(app, browser)}


@pytest.mark.parametrize("asked", ["theirs", "unknown", "", "\x00", "x" * 5000])
def test_a_session_of_somebody_else_is_not_there(app, person, asked):
    ada, _ = person("Ada")
    _, his = person("Bob")

    with pytest.raises(sessions.SessionNotFound):
        sessions.revoke(ada.id, id_of(app, his) if asked == "theirs" else asked)

    assert who(his) is not None


def test_all_others_are_ended(app, person):
    ada, browser = person("Ada")
    elsewhere = [person.sign_in(ada) for _ in range(3)]
    _, his = person("Bob")

    sessions.revoke_others(ada.id, here=id_of(app, browser))

    assert [who(one) for one in elsewhere] == [None] * 3
    assert who(browser) is not None
    assert who(his) is not None


def test_who_has_no_other_session_keeps_this_one(app, person):
    ada, browser = person()

    sessions.revoke_others(ada.id, here=id_of(app, browser))

    assert who(browser) is not None


def test_all_are_ended(app, person):
    ada, browser = person()
    other = person.sign_in(ada)

    sessions.end_all(ada.id)

    assert [who(browser), who(other)] == [None, None]
    assert store(app).keys("*") == []


@pytest.mark.parametrize(
    "act",
    [
        lambda user: sessions.list_of(user.id),
        lambda user: sessions.revoke(user.id, "x"),
        lambda user: sessions.revoke_others(user.id, here="x"),
        lambda user: sessions.end_all(user.id),
    ],
    ids=["list", "revoke", "others", "all"],
)
def test_without_redis_nothing_is_said_to_be_done(app, without_redis, act):
    ada = a_user()
    without_redis()

    with pytest.raises(Unavailable, match="Your sessions cannot be reached right now"):
        act(ada)
