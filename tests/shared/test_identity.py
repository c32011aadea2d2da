from __future__ import annotations

import pytest

from tests.builders import PASSWORD, a_user
from tests.shared.test_sessions import sign_in

CHANGE = {"json": {"display_name": "Countess"}}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Referer": "https://evil.example/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
    ids=str,
)
def test_a_request_from_another_site_is_refused(person, headers):
    _, browser = person()

    answer = browser.patch("/api/v1/me", **CHANGE, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/account"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_a_request_from_our_own_pages_is_carried_out(person, headers):
    _, browser = person()

    assert browser.patch("/api/v1/me", **CHANGE, headers=headers).status_code == 200


def test_another_site_cannot_sign_anybody_in(client):
    form = {"email": a_user().email, "password": PASSWORD}

    answer = client.post("/signin", data=form, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert client.get_cookie("session") is None


@pytest.mark.parametrize("token", ["", "wrong", "ü", "0" * 64])
def test_a_member_without_the_right_token_is_refused(person, token):
    _, browser = person()
    browser.environ_base.pop("HTTP_X_CSRF_TOKEN")

    answer = browser.post("/account", data={"display_name": "Countess", "csrf_token": token})

    assert answer.status_code == 403
    assert "This form has expired." in answer.text


def test_the_token_may_come_in_the_form(person):
    _, browser = person()
    token = browser.environ_base.pop("HTTP_X_CSRF_TOKEN")

    answer = browser.post("/account", data={"display_name": "Countess", "csrf_token": token})

    assert answer.status_code == 303


def test_the_token_of_one_member_is_worth_nothing_for_another(person):
    _, hers = person("Ada")
    _, his = person("Bob")
    his.environ_base["HTTP_X_CSRF_TOKEN"] = hers.environ_base["HTTP_X_CSRF_TOKEN"]

    assert his.patch("/api/v1/me", **CHANGE).status_code == 403


def test_the_token_changes_with_the_session(person):
    ada, browser = person()
    old = browser.environ_base["HTTP_X_CSRF_TOKEN"]

    new = sign_in(browser, ada.email).json["csrf_token"]

    assert new != old
    assert browser.patch("/api/v1/me", **CHANGE).status_code == 403


def test_reading_needs_no_token(person):
    _, browser = person()
    browser.environ_base.pop("HTTP_X_CSRF_TOKEN")

    assert browser.get("/account", headers={"Origin": "https://evil.example"}).status_code == 200


def test_every_form_of_a_page_carries_the_token(person):
    _, browser = person()
    token = browser.environ_base["HTTP_X_CSRF_TOKEN"]

    page = browser.get("/account").text

    assert page.count('method="post"') == page.count(f'name="csrf_token" value="{token}"') > 0


def test_a_visitor_has_no_token(client):
    assert client.get("/api/v1/session").json == {"user": None, "csrf_token": ""}


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    answer = client.get("/sell?tab=2")

    assert (answer.status_code, answer.location) == (303, "/signin?next=%2Fsell%3Ftab%3D2")


def test_a_stranger_who_posts_comes_back_to_the_start(client):
    assert client.post("/sell").location == "/signin?next=%2F"


def test_a_stranger_of_the_api_is_told_to_sign_in(client):
    answer = client.get("/api/v1/me")

    assert (answer.status_code, answer.json["code"]) == (401, "authentication_required")
