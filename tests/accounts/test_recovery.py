"""Forgotten passwords, another e-mail address, and locked accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from marketplace.accounts import services
from marketplace.accounts.documents import User
from marketplace.accounts.errors import AccountLocked, TokenExpired
from marketplace.accounts.repositories import users
from marketplace.accounts.values import UserStatus
from marketplace.shared import clock, connections
from tests.builders import PASSWORD, a_user
from tests.mailbox import deliver, path_in, the_mail, token_in

NEW = "another long one"


def asked_to_reset(client, email: str) -> str:
    client.post("/forgot", data={"email": email})
    return token_in(the_mail())


# A forgotten password


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_who_forgot_is_answered_alike_with_and_without_an_account(client, email):
    a_user(email="ada@example.com")

    page = client.post("/forgot", data={"email": email})
    over_json = client.post("/api/v1/password-reset/mail", json={"email": email})

    assert (page.status_code, page.location) == (303, "/mail-sent")
    assert over_json.status_code == 202
    assert over_json.json == {"detail": "Look into your mail: what to do next is there."}


def test_nobody_is_mailed_about_an_account_that_is_not_there(client):
    client.post("/forgot", data={"email": "nobody@example.com"})

    assert deliver() == []


def test_a_link_sets_a_new_password(client):
    ada = a_user()
    client.post("/forgot", data={"email": ada.email})
    path = path_in(the_mail())

    form = client.get(path)
    answer = client.post("/reset", data={"token": path.partition("=")[2], "password": NEW})

    assert form.status_code == 200
    assert (answer.status_code, answer.location) == (303, "/signin")
    assert services.authenticate(email=ada.email, password=NEW) == ada


def test_a_reset_ends_every_session(client, person):
    ada, browser = person()
    token = asked_to_reset(client, ada.email)

    assert client.post("/api/v1/password-reset", json={"token": token, "password": NEW}).status_code == 204
    assert browser.get("/api/v1/me").status_code == 401


def test_a_reset_ends_the_sessions_later_when_redis_is_away(app, client, person, monkeypatch):
    ada, browser = person()
    token = asked_to_reset(client, ada.email)
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["redis"]["client"], "smembers", _broken)
        services.reset_password(token=token, password=NEW)
    assert browser.get("/api/v1/me").status_code == 200

    with clock.at(clock.now() + timedelta(seconds=2)):  # the worker comes a moment later
        age_rows(2)
        deliver()

    assert browser.get("/api/v1/me").status_code == 401


def _broken(*_: object) -> None:
    raise RedisConnectionError


def age_rows(seconds: int) -> None:
    """Let what was told be told later than the sessions began, which are known by the second."""
    rows = connections.database()["outbox"]
    for row in rows.find({"state": "waiting"}):
        later = row["told_at"] + timedelta(seconds=seconds)
        rows.update_one({"_id": row["_id"]}, {"$set": {"told_at": later}})


def test_a_session_after_the_reset_stays(client, person):
    ada = a_user()
    services.reset_password(token=asked_to_reset(client, ada.email), password=NEW)
    client.post("/api/v1/session", json={"email": ada.email, "password": NEW})

    deliver()

    assert client.get("/api/v1/me").status_code == 200


def test_the_owner_is_told_of_a_reset(client):
    ada = a_user()

    services.reset_password(token=asked_to_reset(client, ada.email), password=NEW)

    mail = the_mail()
    assert (mail["To"], mail["Subject"]) == (ada.email, "Your password at Sundry was changed")


def test_a_link_to_reset_works_once_and_all_others_are_void(client):
    ada = a_user()
    first, second = asked_to_reset(client, ada.email), asked_to_reset(client, ada.email)
    services.reset_password(token=second, password=NEW)

    for token in (first, second):
        answer = client.post("/api/v1/password-reset", json={"token": token, "password": NEW})
        assert (answer.status_code, answer.json["code"]) == (410, "token_expired")


def test_a_link_to_reset_is_over_after_half_an_hour(client):
    token = asked_to_reset(client, a_user().email)

    with clock.at(clock.now() + timedelta(minutes=30, seconds=1)), pytest.raises(TokenExpired):
        services.reset_password(token=token, password=NEW)


def test_a_weak_password_leaves_the_link_as_it_was(client):
    ada = a_user()
    token = asked_to_reset(client, ada.email)

    answer = client.post("/reset", data={"token": token, "password": "short"})

    assert answer.status_code == 422
    assert f'value="{token}"' in answer.text
    assert services.reset_password(token=token, password=NEW) == ada


def test_a_reset_confirms_the_address(client):
    ada = services.register(email="ada@example.com", password=PASSWORD, display_name="Ada", verified=False)

    services.reset_password(token=asked_to_reset(client, ada.email), password=NEW)

    assert users.get(ada.id).is_verified


def test_a_locked_account_is_not_reset(client):
    ada = a_user()
    token = asked_to_reset(client, ada.email)
    services.lock_account(user_id=ada.id)
    client.post("/forgot", data={"email": ada.email})

    assert deliver() == []
    with pytest.raises(TokenExpired):
        services.reset_password(token=token, password=NEW)


# Another e-mail address


def ask_for(browser, email: str, password: str = PASSWORD):
    return browser.post("/api/v1/me/email", json={"email": email, "current_password": password})


def test_a_new_address_is_confirmed_from_its_own_box_and_the_old_one_is_told(person, client):
    ada, browser = person(email="old@example.com")
    browser.post("/account/email", data={"email": "New@Example.com", "current_password": PASSWORD})
    asked = the_mail()
    assert users.get(ada.id).email == "old@example.com"

    page = client.get(path_in(asked))
    answer = client.post("/account/email/confirm", data={"token": token_in(asked)})

    notice = the_mail()
    assert asked["To"] == "new@example.com"
    assert (page.status_code, answer.status_code) == (200, 303)
    assert users.get(ada.id).email == "new@example.com"
    assert (notice["To"], notice["Subject"]) == (
        "old@example.com",
        "Your e-mail address at Sundry was changed",
    )


def test_a_new_address_is_confirmed_over_json_once(person, client):
    _, browser = person()
    assert ask_for(browser, "new@example.com").status_code == 202
    body = {"token": token_in(the_mail())}

    assert client.post("/api/v1/email-change", json=body).status_code == 204
    assert client.post("/api/v1/email-change", json=body).status_code == 410


def test_whose_an_address_is_is_told_to_that_address_alone(person):
    _, browser = person()
    bob = a_user(email="bob@example.com")

    taken, free = ask_for(browser, bob.email), ask_for(browser, "free@example.com")

    to_bob, to_nobody = deliver()
    assert (taken.status_code, taken.json) == (free.status_code, free.json)
    assert to_bob["Subject"] == "You have an account at Sundry already"
    assert to_nobody["To"] == "free@example.com"


def test_an_address_that_was_taken_meanwhile_is_not_taken_twice(person, client):
    ada, browser = person()
    ask_for(browser, "new@example.com")
    token = token_in(the_mail())
    a_user(email="new@example.com")

    answer = client.post("/api/v1/email-change", json={"token": token})

    assert (answer.status_code, answer.json["code"]) == (409, "email_taken")
    assert users.get(ada.id).email == ada.email


@pytest.mark.parametrize(
    ("email", "password", "pointer"),
    [
        ("new@example.com", "wrong", "/current_password"),
        ("ada@example.com", PASSWORD, "/email"),
        ("ädä@example.com", PASSWORD, "/email"),
    ],
)
def test_each_mistake_in_another_address_is_named(person, email, password, pointer):
    _, browser = person(email="ada@example.com")

    answer = ask_for(browser, email, password)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert deliver() == []


def test_a_link_that_was_mailed_to_the_old_address_is_void_with_the_new_one(person, client):
    ada, browser = person()
    old = asked_to_reset(client, ada.email)
    ask_for(browser, "new@example.com")
    services.change_email(token=token_in(the_mail()))

    with pytest.raises(TokenExpired):
        services.reset_password(token=old, password=NEW)


def test_a_link_to_another_address_is_void_with_a_new_password(person):
    ada, browser = person()
    ask_for(browser, "thief@example.com")
    theirs = token_in(the_mail())

    services.change_password(user_id=ada.id, current_password=PASSWORD, password=NEW)

    with pytest.raises(TokenExpired):
        services.change_email(token=theirs)


def test_a_stranger_asks_for_no_other_address(client):
    assert ask_for(client, "new@example.com").status_code == 401


# Locked accounts


def test_a_locked_account_lets_nobody_in_and_ends_its_sessions(client, person):
    ada, browser = person()

    services.lock_account(user_id=ada.id)

    answer = client.post("/api/v1/session", json={"email": ada.email, "password": PASSWORD})
    assert browser.get("/api/v1/me").status_code == 401
    assert (answer.status_code, answer.json["code"]) == (403, "account_locked")


def test_that_an_account_is_locked_is_told_to_those_alone_who_know_its_password(client):
    ada = a_user()
    services.lock_account(user_id=ada.id)

    answer = client.post("/api/v1/session", json={"email": ada.email, "password": "wrong password"})

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")


def test_the_worker_ends_the_sessions_of_a_locked_account_however_long_redis_is_away(
    app, person, monkeypatch
):
    ada, browser = person()
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["redis"]["client"], "smembers", _broken)
        services.lock_account(user_id=ada.id)

    deliver()

    assert browser.get("/api/v1/me").status_code == 401


def test_an_unlocked_account_lets_its_person_in(app):
    ada = a_user()
    run = app.test_cli_runner().invoke

    locked = run(args=["users", "lock", ada.email])
    with pytest.raises(AccountLocked):
        services.authenticate(email=ada.email, password=PASSWORD)
    unlocked = run(args=["users", "unlock", ada.email])

    assert locked.output == f"{ada.email} is locked, and signed out everywhere.\n"
    assert unlocked.output == f"{ada.email} can sign in again.\n"
    assert services.authenticate(email=ada.email, password=PASSWORD) == ada


@pytest.mark.parametrize("status", UserStatus)
def test_an_account_is_locked_from_active_and_unlocked_from_locked_alone(status):
    ada = User(status=status)
    ada.lock()
    locked = ada.status
    ada.status = status
    ada.unlock()

    expected = {
        UserStatus.ACTIVE: (UserStatus.LOCKED, UserStatus.ACTIVE),
        UserStatus.LOCKED: (UserStatus.LOCKED, UserStatus.ACTIVE),
        UserStatus.DELETED: (UserStatus.DELETED, UserStatus.DELETED),
    }
    assert (locked, ada.status) == expected[status]
