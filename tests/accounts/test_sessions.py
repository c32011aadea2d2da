from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from marketplace.accounts import services
from marketplace.accounts.errors import TooManyShops
from tests.builders import PASSWORD, a_user


def test_a_new_password_ends_every_other_session(person):
    ada, browser = person()
    elsewhere = person.sign_in(ada)

    answer = browser.put(
        "/api/v1/me/password", json={"current_password": PASSWORD, "password": "another long one"}
    )

    assert answer.status_code == 204
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert browser.get("/api/v1/me").json["id"] == str(ada.id)


def test_a_new_password_leaves_other_people_signed_in(person):
    _, browser = person()
    _, other = person()

    browser.put("/api/v1/me/password", json={"current_password": PASSWORD, "password": "another long one"})

    assert other.get("/api/v1/me").status_code == 200


def test_without_redis_a_new_password_says_that_sessions_go_on(app, person, monkeypatch):
    _, browser = person()
    store = app.extensions["redis"]["client"]

    def broken(*_: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(store, "smembers", broken)
    answer = browser.put(
        "/api/v1/me/password", json={"current_password": PASSWORD, "password": "another long one"}
    )

    assert answer.status_code == 503
    assert answer.json["detail"] == (
        "Your password is changed, but you are still signed in elsewhere. "
        "Open your sessions in a minute, and sign out everywhere else."
    )


@pytest.mark.real
def test_who_opens_many_shops_at_once_gets_no_more_than_anybody(app):
    owner = a_user()

    def open_one(number: int) -> bool:
        with app.app_context():
            try:
                services.open_shop(
                    owner_id=owner.id, name="Kiln", slug=f"kiln-{number}", currency="USD", approved=True
                )
            except TooManyShops:
                return False
            return True

    with ThreadPoolExecutor(8) as crowd:
        opened = sum(crowd.map(open_one, range(12)))

    assert opened == len(services.shops_of(owner.id)) == services.SHOP_LIMIT


# Where somebody is signed in, over JSON


def listed(browser) -> list[dict]:
    return browser.get("/api/v1/sessions").json


def test_a_member_sees_where_they_are_signed_in(person):
    ada, browser = person()
    person.sign_in(ada)

    found = listed(browser)

    assert [one["current"] for one in found] == [True, False]
    assert set(found[0]) == {"id", "created_at", "last_seen_at", "browser", "network", "current"}
    assert found[0]["created_at"].endswith("Z")
    assert found[0]["network"] == "127.0.0.x"


def test_what_is_listed_signs_nobody_in(app, person):
    _, browser = person()
    thief = app.test_client()
    thief.set_cookie("session", listed(browser)[0]["id"])

    assert thief.get("/api/v1/session").json["user"] is None


def test_a_member_signs_out_elsewhere(person):
    ada, browser = person()
    elsewhere = person.sign_in(ada)

    answer = browser.delete(f"/api/v1/sessions/{listed(browser)[1]['id']}")

    assert answer.status_code == 204
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert [one["current"] for one in listed(browser)] == [True]


def test_a_member_who_ends_this_very_session_is_signed_out(person):
    _, browser = person()

    answer = browser.delete(f"/api/v1/sessions/{listed(browser)[0]['id']}")

    assert answer.status_code == 204
    assert browser.get_cookie("session") is None


def test_a_member_signs_out_everywhere_else(person):
    ada, browser = person()
    elsewhere = [person.sign_in(ada), person.sign_in(ada)]

    answer = browser.delete("/api/v1/sessions")

    assert answer.status_code == 204
    assert [one.get("/api/v1/me").status_code for one in elsewhere] == [401, 401]
    assert browser.get("/api/v1/me").status_code == 200


def test_a_session_of_somebody_else_is_not_there(person):
    _, hers = person("Ada")
    _, his = person("Bob")

    answer = hers.delete(f"/api/v1/sessions/{listed(his)[0]['id']}")

    assert (answer.status_code, answer.json["code"]) == (404, "session_not_found")
    assert his.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("name", ["x", "a" * 64, "%00", "é", "*"])
def test_what_is_no_session_is_not_there(person, name):
    _, browser = person()

    assert browser.delete(f"/api/v1/sessions/{name}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions/x")],
)
def test_a_stranger_has_no_sessions(client, method, path):
    answer = client.open(path, method=method)

    assert (answer.status_code, answer.json["code"]) == (401, "authentication_required")


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/api/v1/sessions/x"])
def test_sessions_are_not_ended_without_the_token(person, path):
    _, browser = person()
    del browser.environ_base["HTTP_X_CSRF_TOKEN"]

    assert browser.delete(path).json["code"] == "csrf_failed"


# The same in the browser


def test_the_page_of_sessions_marks_this_one(person):
    ada, browser = person()
    person.sign_in(ada)

    page = browser.get("/account/sessions").text

    assert page.count("This one") == 1
    assert page.index("This one") < page.index("Sign out of ")
    assert "Sign out everywhere else" in page


def test_who_is_signed_in_once_has_nothing_to_end_elsewhere(person):
    _, browser = person()

    assert "Sign out everywhere else" not in browser.get("/account/sessions").text


def test_the_page_shows_what_a_browser_calls_itself_as_text_alone(app, person):
    ada, browser = person()
    headers = {"User-Agent": "Firefox/1 <b>Windows"}
    app.test_client().post("/signin", data={"email": ada.email, "password": PASSWORD}, headers=headers)

    page = browser.get("/account/sessions").text

    assert "Firefox on Windows" in page
    assert "<b>Windows" not in page


def test_the_account_leads_to_the_sessions(person):
    _, browser = person()

    assert 'href="/account/sessions"' in browser.get("/account").text


def test_a_session_is_ended_from_the_page(person):
    ada, browser = person()
    elsewhere = person.sign_in(ada)

    answer = browser.post(f"/account/sessions/{listed(browser)[1]['id']}/end")

    assert (answer.status_code, answer.location) == (303, "/account/sessions")
    assert elsewhere.get("/account").status_code == 303
    assert "Signed out there." in browser.get("/account/sessions").text


def test_this_session_is_ended_from_the_page(person):
    _, browser = person()

    answer = browser.post(f"/account/sessions/{listed(browser)[0]['id']}/end")

    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get_cookie("session") is None


def test_all_other_sessions_are_ended_from_the_page(person):
    ada, browser = person()
    elsewhere = person.sign_in(ada)

    answer = browser.post("/account/sessions/end-others")

    assert (answer.status_code, answer.location) == (303, "/account/sessions")
    assert elsewhere.get("/account").status_code == 303
    assert "You are signed out everywhere else." in browser.get("/account/sessions").text


@pytest.mark.parametrize("path", ["end-others", f"{'a' * 64}/end"])
def test_the_page_ends_nothing_without_the_token(person, path):
    _, browser = person()
    del browser.environ_base["HTTP_X_CSRF_TOKEN"]

    assert browser.post(f"/account/sessions/{path}").status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account/sessions"),
        ("POST", "/account/sessions/end-others"),
        ("POST", "/account/sessions/x/end"),
    ],
)
def test_a_stranger_is_sent_to_sign_in(client, method, path):
    answer = client.open(path, method=method)

    assert answer.status_code == 303
    assert answer.location.startswith("/signin")


def test_a_session_of_somebody_else_is_not_there_on_the_page(person):
    _, hers = person("Ada")
    _, his = person("Bob")

    assert hers.post(f"/account/sessions/{listed(his)[0]['id']}/end").status_code == 404
    assert his.get("/account").status_code == 200
