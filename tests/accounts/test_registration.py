"""An account begins when its e-mail address is confirmed, and asking tells nobody who has one."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from marketplace.accounts import services
from marketplace.accounts.errors import EmailNotVerified, TokenExpired
from marketplace.accounts.repositories import links, users
from marketplace.shared import clock, connections
from marketplace.shared.outbox import GiveUp
from tests.builders import PASSWORD, a_shop, a_user
from tests.mailbox import deliver, path_in, the_mail, token_in

RIGHT = {"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"}


@pytest.fixture
def asked(client) -> str:
    """The token of a registration that was asked for."""
    client.post("/api/v1/users", json=RIGHT)
    return token_in(the_mail())


def an_unverified_user(**parts):
    return services.register(**RIGHT | parts, verified=False)


# Asking


def test_who_registers_gets_a_mail_and_has_no_account_before(client):
    answer = client.post("/register", data=RIGHT)

    mail = the_mail()
    assert (answer.status_code, answer.location) == (303, "/mail-sent")
    assert mail["To"] == "ada@example.com"
    assert mail["Subject"] == "Confirm your e-mail address for Sundry"
    assert users.with_email("ada@example.com") is None


@pytest.mark.parametrize("known", [True, False])
def test_a_known_e_mail_is_answered_as_a_new_one(client, known):
    if known:
        a_user(email="ada@example.com")

    over_json = client.post("/api/v1/users", json=RIGHT)
    on_a_page = client.post("/register", data=RIGHT)

    assert over_json.status_code == 202
    assert over_json.json == {"detail": "Look into your mail: what to do next is there."}
    assert (on_a_page.status_code, on_a_page.location) == (303, "/mail-sent")
    assert not {"Set-Cookie"} & (set(over_json.headers.keys()) | set(on_a_page.headers.keys()))


def test_asking_looks_for_no_account(client, monkeypatch):
    def look(*_: object) -> None:
        raise AssertionError("whether there is an account must not change what asking does")

    monkeypatch.setattr(type(users), "with_email", look)

    for path in ("/api/v1/users", "/api/v1/password-reset/mail", "/api/v1/email-verification/mail"):
        body = RIGHT if path.endswith("users") else {"email": "ada@example.com"}
        assert client.post(path, json=body).status_code == 202


def test_the_mail_tells_who_has_an_account_the_truth(client):
    a_user(email="ada@example.com")

    client.post("/register", data=RIGHT)

    mail = the_mail()
    assert mail["Subject"] == "You have an account at Sundry already"
    assert "token" not in mail.get_content()


def test_the_page_asks_to_look_into_the_mail(client):
    page = client.get("/mail-sent").text

    assert "Look into your mail" in page
    assert 'href="/verify/again"' in page


def test_the_token_is_stored_as_a_hash_alone(client, asked):
    (link,) = connections.database()["mailed_links"].find()

    assert link["hashes"] == [hashlib.sha256(asked.encode()).hexdigest()]
    assert asked not in str(list(connections.database()["outbox"].find()))


def test_a_mail_that_is_sent_again_opens_the_same_account(client):
    client.post("/register", data=RIGHT)
    first = token_in(the_mail())
    connections.database()["outbox"].update_many({}, {"$set": {"state": "waiting"}})
    second = token_in(the_mail())

    assert first != second
    assert services.opened_by(first, "register") == services.opened_by(second, "register")


def test_an_address_that_takes_no_mail_leaves_nothing_behind(client, app, monkeypatch):
    client.post("/register", data=RIGHT)
    monkeypatch.setitem(app.extensions, "mail", Refusing(app.extensions["mail"]))

    deliver()

    assert connections.database()["mailed_links"].count_documents({}) == 0


class Refusing:
    """A mail server that knows no such recipient."""

    def __init__(self, mailer):
        self.taken = mailer.taken

    def take(self, message):
        raise GiveUp("The mail server refuses the recipient: 550 unknown")


# Completing


def test_the_link_and_the_password_open_the_account_and_sign_in(client):
    client.post("/register", data=RIGHT)
    path = path_in(the_mail())

    page = client.get(path)
    answer = client.post("/register/complete", data={"token": path.partition("=")[2], "password": PASSWORD})

    assert page.status_code == 200
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Welcome, Ada." in client.get("/account").text
    assert users.with_email("ada@example.com").is_verified


def test_the_link_and_the_password_open_the_account_over_json(client, asked):
    answer = client.post("/api/v1/users/complete", json={"token": asked, "password": PASSWORD})

    assert answer.status_code == 201
    assert answer.json["email_verified_at"].endswith("Z")
    assert client.get("/api/v1/session").json["user"] == answer.json


def test_looking_at_the_link_uses_nothing_up(client, asked):
    for _ in range(3):
        page = client.get("/register/complete", query_string={"token": asked})

    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert users.with_email("ada@example.com") is None


def test_nobody_opens_an_account_for_the_password_of_somebody_else(client, asked):
    answer = client.post("/register/complete", data={"token": asked, "password": "not what was chosen"})

    assert answer.status_code == 422
    assert "This is not the password that you chose." in answer.text
    assert users.with_email("ada@example.com") is None


def test_a_link_opens_an_account_once(client, asked):
    services.complete_registration(token=asked, password=PASSWORD)

    again = client.post("/api/v1/users/complete", json={"token": asked, "password": PASSWORD})

    assert (again.status_code, again.json["code"]) == (410, "token_expired")


def test_a_link_is_over_after_three_days(client, asked):
    with clock.at(clock.now() + timedelta(days=3, seconds=1)), pytest.raises(TokenExpired):
        services.complete_registration(token=asked, password=PASSWORD)


@pytest.mark.parametrize("path", ["/register/complete", "/verify", "/reset", "/account/email/confirm"])
@pytest.mark.parametrize("token", ["", "x", "\x00", "é" * 300])
def test_a_link_that_is_none_of_ours_is_gone(client, path, token):
    assert client.get(path, query_string={"token": token}).status_code == 410


def test_of_two_registrations_of_one_address_the_first_to_be_confirmed_counts(client, asked):
    client.post("/api/v1/users", json=RIGHT | {"password": "another long one"})
    later = token_in(the_mail())
    services.complete_registration(token=asked, password=PASSWORD)

    answer = client.post("/api/v1/users/complete", json={"token": later, "password": "another long one"})

    assert (answer.status_code, answer.json["code"]) == (409, "email_taken")


# Once more


def test_the_mail_of_a_registration_is_sent_again(client, asked):
    answer = client.post("/verify/again", data={"email": "Ada@Example.com"})

    again = token_in(the_mail())
    assert (answer.status_code, answer.location) == (303, "/mail-sent")
    done = client.post("/api/v1/users/complete", json={"token": again, "password": PASSWORD})
    assert done.status_code == 201


def test_an_account_with_an_unconfirmed_address_is_mailed_a_link_that_confirms_it(client):
    ada = an_unverified_user()
    client.post("/verify/again", data={"email": ada.email})
    path = path_in(the_mail())

    page = client.get(path)
    assert users.get(ada.id).email_verified_at is None
    answer = client.post("/verify", data={"token": path.partition("=")[2]})

    assert (page.status_code, answer.status_code) == (200, 303)
    assert users.get(ada.id).is_verified


def test_an_address_is_confirmed_over_json_once(client):
    ada = an_unverified_user()
    assert client.post("/api/v1/email-verification/mail", json={"email": ada.email}).status_code == 202
    body = {"token": token_in(the_mail())}

    assert client.post("/api/v1/email-verification", json=body).status_code == 204
    assert client.post("/api/v1/email-verification", json=body).status_code == 410


def test_nobody_gets_a_mail_for_an_address_that_asks_for_nothing(client):
    client.post("/verify/again", data={"email": "nobody@example.com"})

    assert deliver() == []
    assert links.find(email="nobody@example.com") is None


# What needs a confirmed address


def test_opening_a_shop_needs_a_confirmed_address(app):
    ada = an_unverified_user()

    with pytest.raises(EmailNotVerified):
        a_shop(owner=ada)


def test_opening_a_shop_without_a_confirmed_address_is_a_403(person):
    browser = person.sign_in(an_unverified_user())

    answer = browser.post("/api/v1/shops", json={"name": "Kiln"})

    assert (answer.status_code, answer.json["code"]) == (403, "email_not_verified")


def test_who_has_not_confirmed_is_shown_how(person):
    browser = person.sign_in(an_unverified_user())

    assert "Your e-mail address is not confirmed yet" in browser.get("/account").text
    assert "Open shop" not in browser.get("/sell").text
    assert "Send me the mail" in browser.get("/sell").text


# At the terminal


def run(app, *args: str):
    return app.test_cli_runner().invoke(args=["users", *args])


def test_an_operator_opens_an_account(app):
    answer = run(app, "add", "Ada@Example.com", "--name", "Ada", "--password", PASSWORD)

    assert answer.output == "ada@example.com can sign in now.\n"
    assert users.with_email("ada@example.com").is_verified


@pytest.mark.parametrize("email", ["ada", "ädä@example.com"])
def test_an_operator_mistypes_an_address(app, email):
    answer = run(app, "add", email, "--name", "Ada", "--password", PASSWORD)

    assert answer.exit_code == 1
    assert "Error:" in answer.output


def test_an_operator_confirms_an_address(app):
    ada = an_unverified_user()

    assert run(app, "verify", ada.email).exit_code == 0
    assert users.get(ada.id).is_verified


def test_an_operator_opens_the_account_of_a_registration_that_waits(app, client, asked):
    assert run(app, "verify", "ada@example.com").output == "The address ada@example.com is confirmed now.\n"
    assert services.authenticate(email="ada@example.com", password=PASSWORD).display_name == "Ada"


def test_an_operator_confirms_no_address_of_nobody(app):
    answer = run(app, "verify", "nobody@example.com")

    assert answer.exit_code == 1
    assert "No account has the e-mail nobody@example.com, and no registration waits for it." in answer.output
