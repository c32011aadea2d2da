"""Guessing: too many tries are refused for the account and for the network address, and nobody learns why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from marketplace.accounts import services
from marketplace.accounts.repositories import users
from marketplace.accounts.services import people, signing_in
from marketplace.accounts.values import Role
from marketplace.shared import clock, limits, sessions
from tests.builders import PASSWORD, a_user

NEW = "another long one"


WRONG = "wrong password"


def guess(browser, email: str, password: str = WRONG, *, address: str = "203.0.113.9"):
    return browser.post(
        "/api/v1/session",
        json={"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_the_sixth_guess_at_an_account_is_refused_whether_or_not_it_exists(client, email):
    a_user(email="ada@example.com")

    answers = [guess(client, email, address=f"203.0.113.{number}") for number in range(40)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 35
    assert answers[5].json["code"] == "rate_limited"
    assert answers[5].json["detail"] == "That was too often. Please try again in 60 seconds."
    assert answers[5].headers["Retry-After"] == "60"


def test_the_sixth_guess_from_an_address_is_refused_whoever_it_is_at(client):
    answers = [guess(client, f"person{number}@example.com") for number in range(7)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert guess(client, "other@example.com", address="203.0.113.10").status_code == 401


def test_addresses_of_one_home_are_one(client):
    answers = [guess(client, f"p{n}@example.com", address=f"2001:db8:1:2::{n}") for n in range(6)]

    assert answers[-1].status_code == 429


def test_the_right_password_is_refused_in_a_pause_too(client):
    ada = a_user()
    for number in range(6):
        guess(client, ada.email, address=f"203.0.113.{number}")

    assert guess(client, ada.email, PASSWORD, address="203.0.113.50").status_code == 429


def test_signing_in_does_not_count(app):
    ada = a_user()

    answers = [guess(app.test_client(), ada.email, PASSWORD) for _ in range(12)]

    assert {answer.status_code for answer in answers} == {200}


def test_who_signs_in_themselves_between_guesses_gains_none(app):
    bob = a_user()
    for number in range(5):
        guess(app.test_client(), f"person{number}@example.com")
        if number < 4:
            guess(app.test_client(), bob.email, PASSWORD)

    assert guess(app.test_client(), "person9@example.com").status_code == 429


def test_a_refused_form_says_when_to_try_again_and_keeps_the_e_mail(client):
    for _ in range(6):
        answer = client.post("/signin", data={"email": "ada@example.com", "password": "wrong password"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Please try again in 60 seconds." in answer.text
    assert 'value="ada@example.com"' in answer.text


def test_guesses_are_counted_while_redis_is_away(client, monkeypatch):
    def away() -> None:
        raise RedisConnectionError

    monkeypatch.setattr(limits.connections, "sessions_store", away)

    answers = [guess(client, "ada@example.com") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/users", {"password": PASSWORD, "display_name": "Ada"}),
        ("/api/v1/password-reset/mail", {}),
        ("/api/v1/email-verification/mail", {}),
    ],
)
@pytest.mark.parametrize(("email", "free"), [("ada@example.com", 3), ("person{}@example.com", 5)])
def test_mails_are_asked_for_so_often_for_an_address_and_from_one(client, path, body, email, free):
    answers = [client.post(path, json=body | {"email": email.format(number)}) for number in range(7)]

    assert [answer.status_code for answer in answers] == [202] * free + [429] * (7 - free)
    assert answers[-1].headers["Retry-After"]


@pytest.mark.parametrize("path", ["/register", "/forgot", "/verify/again"])
def test_a_page_says_when_a_mail_can_be_asked_for_again(client, path):
    form = {"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"}
    sent = form if path == "/register" else {"email": "ada@example.com"}

    answers = [client.post(path, data=sent) for _ in range(4)]

    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    assert 'value="ada@example.com"' in answers[-1].text


def test_the_present_password_is_not_guessed_by_who_sits_at_the_screen(person):
    _, browser = person()
    body = {"current_password": "wrong", "password": NEW}

    answers = [browser.put("/api/v1/me/password", json=body) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


# The same instant


def test_who_signs_in_while_the_password_changes_is_not_signed_in(app, client, monkeypatch):
    ada = a_user()
    authenticate = signing_in.authenticate

    def slowly(**credentials: Any):
        user = authenticate(**credentials)
        services.change_password(user_id=ada.id, current_password=PASSWORD, password=NEW)
        sessions.end_all(ada.id)
        return user

    monkeypatch.setattr(signing_in, "authenticate", slowly)
    answer = client.post("/api/v1/session", json={"email": ada.email, "password": PASSWORD})

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")
    assert sessions.list_of(ada.id) == []
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("what", [services.lock_account, lambda user_id: users.get(user_id).delete()])
def test_who_signs_in_while_the_account_ends_is_not_signed_in(app, client, monkeypatch, what):
    ada = a_user()
    authenticate = signing_in.authenticate

    def slowly(**credentials: Any):
        user = authenticate(**credentials)
        what(user_id=ada.id)
        return user

    monkeypatch.setattr(signing_in, "authenticate", slowly)
    answer = client.post("/signin", data={"email": ada.email, "password": PASSWORD})

    assert answer.status_code == 401
    assert sessions.list_of(ada.id) == []


def test_a_hash_that_is_renewed_meanwhile_signs_nobody_out(app, client, monkeypatch):
    ada = a_user()
    authenticate = signing_in.authenticate

    def slowly(**credentials: Any):
        user = authenticate(**credentials)
        fresh = users.get(ada.id)
        fresh.password_hash = people.hash_of(PASSWORD)
        users.save(fresh)
        return user

    monkeypatch.setattr(signing_in, "authenticate", slowly)

    assert client.post("/signin", data={"email": ada.email, "password": PASSWORD}).status_code == 303


@pytest.mark.real
def test_no_session_of_an_old_password_outlives_the_change_however_they_meet(app):
    for _ in range(5):
        ada, start = a_user(), Barrier(5)

        def sign_in(ada: Any = ada, start: Barrier = start) -> None:
            browser = app.test_client()
            start.wait()
            browser.post("/api/v1/session", json={"email": ada.email, "password": PASSWORD})

        def change(ada: Any = ada, start: Barrier = start) -> None:
            start.wait()
            with app.app_context():
                services.change_password(user_id=ada.id, current_password=PASSWORD, password=NEW)
                sessions.end_all(ada.id)

        with ThreadPoolExecutor(5) as crowd:
            for work in [*(crowd.submit(sign_in) for _ in range(4)), crowd.submit(change)]:
                work.result()

        assert sessions.list_of(ada.id) == []


# Moderators


def test_a_moderators_session_ends_after_half_a_day(app, person, monkeypatch):
    _, hers = person()
    _, his = person(roles=(Role.MODERATOR,))

    later = clock.now().timestamp() + 12 * 3600 + 5
    monkeypatch.setattr("marketplace.shared.sessions.values.time", lambda: later)

    assert hers.get("/api/v1/me").status_code == 200
    assert his.get("/api/v1/me").status_code == 401


def test_who_becomes_a_moderator_signs_in_anew(person):
    ada, browser = person()

    services.grant(email=ada.email, role=Role.MODERATOR)

    assert browser.get("/api/v1/me").status_code == 401
