from __future__ import annotations

import re
from html import unescape

import pytest

from marketplace.accounts.documents import Shop, User
from marketplace.accounts.repositories import shops, users
from marketplace.accounts.values import Role, ShopStatus
from tests.builders import PASSWORD, a_shop, a_user

ADDRESS = {
    "address.name": "Ada",
    "address.line1": "Hauptstr. 1",
    "address.postal": "10115",
    "address.city": "Berlin",
    "address.country": "DE",
}


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique e-mails and slugs, as migrations make them."""
    for document in (User, Shop):
        document.ensure_indexes()


@pytest.fixture
def moderator(person):
    """The browser of a moderator."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


def wrong(answer) -> set[str]:
    """The ids of the fields that the page says are wrong."""
    return set(re.findall(r'id="field-([\w-]+)-error"', answer.text))


def typed(answer, name: str) -> str | None:
    """What stands in the input of this name."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*?\bvalue="([^"]*)"', answer.text)
    return unescape(found[1]) if found else None


def error_text(answer) -> str:
    return unescape(answer.text.partition('id="error-summary"')[2].partition("</ul>")[0])


# Registering


RIGHT = {"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"}


@pytest.mark.parametrize(
    ("mistake", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "ada"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"display_name": "  "}, "display_name"),
        ({"display_name": "x" * 81}, "display_name"),
    ],
    ids=repr,
)
def test_a_mistake_in_a_registration_is_shown_at_its_field(client, mistake, field):
    answer = client.post("/register", data=RIGHT | mistake)

    assert answer.status_code == 422
    assert wrong(answer) == {field}


def test_a_refused_registration_keeps_what_was_typed_but_the_password(client):
    answer = client.post("/register", data=RIGHT | {"email": '"ada"', "display_name": "<Ada>"})

    assert (typed(answer, "email"), typed(answer, "display_name")) == ('"ada"', "<Ada>")
    assert PASSWORD not in answer.text


# Signing in and out


def test_signing_in_leads_to_where_one_wanted_to_be(client):
    ada = a_user()

    answer = client.post("/signin?next=/sell%3Ftab%3D2", data={"email": ada.email, "password": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/sell?tab=2")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http://[",
        "//[",
        "http:evil.example",
        "/\x00/evil",
        "",
    ],
    ids=repr,
)
def test_signing_in_never_leads_to_another_site(client, target):
    a_user(email="known@example.com")

    form = client.get("/signin", query_string={"next": target})
    answer = client.post(
        "/signin",
        query_string={"next": target},
        data={"email": "known@example.com", "password": PASSWORD},
    )

    assert "evil" not in form.text
    assert (answer.status_code, answer.location) == (303, "/account")


def test_a_failed_sign_in_keeps_the_e_mail_and_where_one_wanted_to_be(client):
    answer = client.post("/signin?next=/sell", data={"email": "ada@example.com", "password": "wrong"})

    assert answer.status_code == 401
    assert typed(answer, "email") == "ada@example.com"
    assert "do not match an account" in error_text(answer)
    assert 'action="/signin?next=/sell"' in unescape(answer.text)


@pytest.mark.parametrize(
    ("wanted", "why"), [("/sell", "to open your shop"), ("/account/orders", "your orders")]
)
def test_the_form_says_why_one_signs_in(client, wanted, why):
    answer = client.get(wanted, follow_redirects=True)

    assert re.search(f'<p class="lead">Sign in .*{why}', answer.text)


@pytest.mark.parametrize("data", [{}, {"email": "ada"}, {"colour": "blue"}, {"email.0.x": "y"}])
def test_a_wrong_sign_in_form_is_told_what_is_wrong(client, data):
    answer = client.post("/signin", data=data)

    assert answer.status_code == 422
    assert wrong(answer) >= {"email", "password"}


def test_signing_out_is_confirmed(person):
    _, browser = person()

    browser.post("/signout")

    assert browser.get("/account").status_code == 303
    assert "You are signed out." in browser.get("/signin").text


def test_the_header_greets_a_member_by_name(person, client):
    _, browser = person("Grace")

    assert "Grace" in browser.get("/signin").text
    assert "Grace" not in client.get("/signin").text


# Strangers and others


PAGES = [
    ("GET", "/account"),
    ("POST", "/account"),
    ("POST", "/account/password"),
    ("POST", "/account/addresses"),
    ("POST", f"/account/addresses/{'a' * 24}/remove"),
    ("GET", "/sell"),
    ("POST", "/sell"),
    ("GET", "/sell/kiln/settings"),
    ("POST", "/sell/kiln/settings"),
    ("POST", "/sell/kiln/submit"),
    ("GET", "/admin/shops"),
    ("POST", "/admin/shops/kiln/approve"),
    ("POST", "/admin/shops/kiln/reject"),
]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_a_stranger_is_sent_to_sign_in(client, method, path):
    answer = client.open(path, method=method, data={"reason": "Say more.", "name": "Kiln"})

    assert answer.status_code == 303
    assert answer.location.startswith("/signin?next=")


@pytest.mark.parametrize(
    ("method", "path"), [page for page in PAGES if "kiln" in page[1] and "sell" in page[1]]
)
def test_the_shop_of_somebody_else_is_not_there(person, method, path):
    a_shop(slug="kiln")
    _, browser = person()

    assert browser.open(path, method=method).status_code == 404


@pytest.mark.parametrize(("method", "path"), [page for page in PAGES if "admin" in page[1]])
def test_nobody_but_a_moderator_reviews_shops(person, method, path):
    a_shop(slug="kiln", approved=False)
    _, browser = person()

    answer = browser.open(path, method=method, data={"reason": "Say more."})

    assert answer.status_code == 403
    assert shops.with_slug("kiln").status is ShopStatus.PENDING_REVIEW


# The profile


def test_a_new_name_is_saved(person):
    ada, browser = person()

    browser.post("/account", data={"display_name": "Countess"})

    assert users.get(ada.id).display_name == "Countess"
    assert "Saved." in browser.get("/account").text


def test_a_wrong_name_is_shown_at_its_field(person):
    _, browser = person()

    answer = browser.post("/account", data={"display_name": "x" * 81})

    assert (answer.status_code, wrong(answer)) == (422, {"display_name"})
    assert typed(answer, "display_name") == "x" * 81


def test_a_new_password_is_set(person, client):
    ada, browser = person()

    browser.post("/account/password", data={"current_password": PASSWORD, "password": "another long one"})

    assert "Your password is changed, and you are signed out everywhere else." in browser.get("/account").text
    signed_in = client.post("/signin", data={"email": ada.email, "password": "another long one"})
    assert signed_in.status_code == 303


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"current_password": "guess", "password": "another long one"}, "current_password"),
        ({"current_password": PASSWORD, "password": "short"}, "password"),
        ({"password": "another long one"}, "current_password"),
    ],
)
def test_a_refused_password_is_shown_at_its_field(person, data, field):
    _, browser = person()

    answer = browser.post("/account/password", data=data)

    assert (answer.status_code, wrong(answer)) == (422, {field})


def test_an_address_is_saved_and_removed(person):
    ada, browser = person()

    browser.post("/account/addresses", data=ADDRESS)
    page = browser.get("/account").text
    saved = users.get(ada.id).addresses[0]
    browser.post(f"/account/addresses/{saved.id}/remove")

    assert "Hauptstr. 1" in page
    assert users.get(ada.id).addresses == []


def test_a_wrong_address_is_shown_at_its_fields_and_kept(person):
    _, browser = person()

    answer = browser.post("/account/addresses", data=ADDRESS | {"address.postal": "1", "address.city": ""})

    assert answer.status_code == 422
    assert wrong(answer) == {"address-postal", "address-city"}
    assert typed(answer, "address.line1") == "Hauptstr. 1"
    assert '<option value="DE" selected>' in answer.text


def test_an_empty_address_form_is_told_what_to_do(person):
    _, browser = person()

    answer = browser.post("/account/addresses", data={})

    assert answer.status_code == 422
    assert "Please fill in the address." in error_text(answer)


# Shops


def test_a_shop_is_opened(person):
    ada, browser = person()

    answer = browser.post("/sell", data={"name": "Kiln & Clay"})

    assert (answer.status_code, answer.location) == (303, "/sell")
    assert [shop.slug for shop in shops.of_owner(ada.id)] == ["kiln-clay"]
    assert "Kiln &amp; Clay is open." in browser.get("/sell").text


@pytest.mark.parametrize("settings", [{"ENV": "testing", "SECRET_KEY": "k", "AUTO_APPROVE_SHOPS": False}])
def test_a_new_shop_is_led_to_its_checklist(person):
    _, browser = person()

    answer = browser.post("/sell", data={"name": "Kiln"})

    assert answer.location == "/sell/kiln/start"
    assert "Get your shop ready" in browser.get(answer.location).text
    assert "Not open yet" in browser.get("/sell").text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ({"name": "K"}, "name"),
        ({"name": "Kiln", "slug": "No Spaces"}, "slug"),
        ({"name": "Kiln", "slug": "taken"}, "slug"),
        ({"name": "???"}, "slug"),
        ({"name": "Kiln", "description": "x" * 2001}, "description"),
    ],
    ids=repr,
)
def test_a_refused_shop_is_told_why_at_its_field_and_kept(person, data, field):
    a_shop(slug="taken")
    _, browser = person()

    answer = browser.post("/sell", data=data)

    assert (answer.status_code, wrong(answer)) == (409 if data.get("slug") == "taken" else 422, {field})
    assert typed(answer, "name") == data.get("name")


def test_the_settings_of_a_shop_are_shown_and_saved(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")
    change = {"name": "Kiln & Clay", "description": "Pots."}

    browser.post("/sell/kiln/settings", data=change)

    page = browser.get("/sell/kiln/settings")
    assert [typed(page, "name"), shops.with_slug("kiln").description] == list(change.values())


def test_a_mistake_in_the_settings_is_shown_at_its_field(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    answer = browser.post("/sell/kiln/settings", data={"name": "", "description": "Pots."})

    assert (answer.status_code, wrong(answer)) == (422, {"name"})


# Moderation


def test_a_moderator_sees_who_waits_and_approves(moderator):
    a_shop(name="Waiting shop", slug="kiln", approved=False)
    page = moderator.get("/admin/shops").text

    moderator.post("/admin/shops/kiln/approve")

    assert "Waiting shop" in page
    assert shops.with_slug("kiln").sells
    assert "may sell now" in moderator.get("/admin/shops").text


def test_a_moderator_sends_back_and_the_owner_reads_why_and_tries_again(person, moderator):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln", approved=False)

    moderator.post("/admin/shops/kiln/reject", data={"reason": "Tell us what you make."})
    page = browser.get("/sell").text
    browser.post("/sell/kiln/submit")

    assert "Tell us what you make." in page
    assert shops.with_slug("kiln").status is ShopStatus.PENDING_REVIEW


def test_a_shop_is_not_sent_back_without_a_reason(moderator):
    a_shop(slug="kiln", approved=False)

    answer = moderator.post("/admin/shops/kiln/reject", data={"reason": "no"})

    assert (answer.status_code, wrong(answer)) == (422, {"reason"})


@pytest.mark.parametrize("reason", ["Tell us what you make.", "no"])
def test_only_a_moderator_sends_back_or_sees_who_waits(person, reason):
    a_shop(name="Waiting shop", slug="kiln", approved=False)
    _, browser = person()

    answer = browser.post("/admin/shops/kiln/reject", data={"reason": reason})

    assert answer.status_code == 403
    assert "Waiting shop" not in answer.text


def test_a_shop_that_does_not_wait_cannot_be_sent_back(moderator):
    a_shop(slug="kiln", approved=True)

    answer = moderator.post("/admin/shops/kiln/reject", data={"reason": "Too late for that."})

    assert answer.status_code == 409
    assert "cannot become rejected" in error_text(answer)


def test_a_step_that_a_shop_cannot_take_is_a_conflict(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln", approved=True)

    answer = browser.post("/sell/kiln/submit")

    assert answer.status_code == 409
    assert "A shop that is active cannot become pending review." in answer.text


def test_a_shop_of_a_deleted_account_can_still_be_reviewed(moderator):
    shop = a_shop(slug="kiln", approved=False)
    users.get(shop.owner_id).delete()

    assert "Account is gone" in moderator.get("/admin/shops").text
