from __future__ import annotations

import pytest

from marketplace.accounts.documents import Shop, User
from marketplace.accounts.values import Role
from tests.builders import PASSWORD, a_shop, a_user

ADDRESS = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique e-mails and slugs, as migrations make them."""
    for document in (User, Shop):
        document.ensure_indexes()


def pointers(answer) -> set[str]:
    return {one["pointer"] for one in answer.json["errors"]}


# Sessions and accounts


def test_an_account_never_shows_its_password(person):
    _, browser = person()

    assert set(browser.get("/api/v1/me").json) == {
        "id",
        "email",
        "email_verified_at",
        "display_name",
        "roles",
        "addresses",
        "phone",
        "locale",
        "currency",
        "marketing_consent",
        "marketing_consent_at",
    }


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"email": "ada"}, "/email"),
        ({"email": "a@b@c"}, "/email"),
        ({"email": "a" * 250 + "@example.com"}, "/email"),
        ({"email": ["ada@example.com"]}, "/email"),
        ({"email": {"$ne": None}}, "/email"),
        ({"email": None}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "1234567890"}, "/password"),
        ({"password": "x" * 201}, "/password"),
        ({"password": "\ud800 surrogate"}, "/password"),
        ({"password": "with \x00 nul in it"}, "/password"),
        ({"password": {"$gt": ""}}, "/password"),
        ({"display_name": " "}, "/display_name"),
        ({"display_name": "x" * 81}, "/display_name"),
        ({"display_name": "a\x00b"}, "/display_name"),
        ({"roles": ["moderator"]}, "/roles"),
    ],
    ids=repr,
)
def test_each_mistake_of_a_registration_is_named(client, wrong, pointer):
    right = {"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"}

    answer = client.post("/api/v1/users", json=right | wrong)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})


def test_a_wrong_password_is_a_401(client):
    answer = client.post("/api/v1/session", json={"email": a_user().email, "password": "wrong"})

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")


def test_signing_out_ends_the_session(person):
    _, browser = person()

    assert browser.delete("/api/v1/session").status_code == 204
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/me"),
        ("PATCH", "/api/v1/me"),
        ("PUT", "/api/v1/me/password"),
        ("POST", "/api/v1/me/addresses"),
        ("DELETE", f"/api/v1/me/addresses/{'a' * 24}"),
        ("GET", "/api/v1/me/shops"),
        ("POST", "/api/v1/shops"),
    ],
)
def test_a_stranger_is_told_to_sign_in(client, method, path):
    body = {
        "display_name": "Ada",
        "current_password": PASSWORD,
        "password": PASSWORD,
        "address": ADDRESS,
        "name": "Kiln",
    }
    fields = {"PATCH": ["display_name"], "PUT": ["current_password", "password"]}
    wanted = fields.get(method, ["address"] if "addresses" in path else ["name"])

    answer = client.open(path, method=method, json={name: body[name] for name in wanted})

    assert (answer.status_code, answer.json["code"]) == (401, "authentication_required")


def test_somebody_whose_account_is_gone_is_told_so(person):
    ada, browser = person()
    ada.delete()

    assert browser.get("/api/v1/me").status_code == 404
    assert browser.get("/api/v1/session").json["user"] is None


# The profile


def test_a_member_takes_another_name(person):
    _, browser = person()

    browser.patch("/api/v1/me", json={"display_name": "Countess"})

    assert browser.get("/api/v1/me").json["display_name"] == "Countess"


def test_a_new_password_renews_the_session(person):
    _, browser = person()
    before = browser.get_cookie("session").value
    change = {"current_password": PASSWORD, "password": "another long one"}

    answer = browser.put("/api/v1/me/password", json=change)

    assert answer.status_code == 204
    assert browser.get_cookie("session").value != before
    assert browser.get("/api/v1/me").status_code == 200


def test_a_wrong_present_password_is_named(person):
    _, browser = person()

    answer = browser.put(
        "/api/v1/me/password", json={"current_password": "guess", "password": "another long one"}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "wrong_password")
    assert pointers(answer) == {"/current_password"}


def test_an_address_is_kept_shown_and_removed(person):
    _, browser = person()

    saved = browser.post("/api/v1/me/addresses", json={"address": ADDRESS})
    book = browser.get("/api/v1/me").json["addresses"]
    removed = browser.delete(f"/api/v1/me/addresses/{saved.json['id']}")

    assert saved.status_code == 201
    assert book == [saved.json]
    assert ADDRESS.items() <= saved.json["address"].items()
    assert removed.status_code == 204


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ({}, {"/address/name", "/address/line1", "/address/country"}),
        ({"postal": "1", **{k: v for k, v in ADDRESS.items() if k != "postal"}}, {"/address/postal"}),
        (ADDRESS | {"country": "ZZ"}, {"/address/country"}),
        (ADDRESS | {"country": "DEU"}, {"/address/country"}),
        (ADDRESS | {"planet": "Mars"}, {"/address/planet"}),
        (ADDRESS | {"line1": {"$gt": ""}}, {"/address/line1"}),
        ("Berlin", {"/address"}),
        (None, {"/address"}),
    ],
)
def test_each_mistake_of_an_address_is_named(person, address, wrong):
    _, browser = person()

    answer = browser.post("/api/v1/me/addresses", json={"address": address})

    assert (answer.status_code, pointers(answer)) == (422, wrong)


def test_an_address_of_somebody_else_is_not_there(person):
    _, hers = person("Ada")
    _, his = person("Bob")
    saved = hers.post("/api/v1/me/addresses", json={"address": ADDRESS}).json["id"]

    assert his.delete(f"/api/v1/me/addresses/{saved}").status_code == 404
    assert len(hers.get("/api/v1/me").json["addresses"]) == 1


@pytest.mark.parametrize("identifier", ["x", "a" * 23, "A" * 24, "%00", "..%2f"])
def test_what_is_no_id_is_not_there(person, identifier):
    _, browser = person()

    assert browser.delete(f"/api/v1/me/addresses/{identifier}").status_code == 404


# Shops


def test_a_shop_is_opened_and_shown(person):
    _, browser = person()

    opened = browser.post("/api/v1/shops", json={"name": "Kiln & Clay", "description": "Pots."})
    shown = browser.get(opened.location)

    assert (opened.status_code, opened.location) == (201, "/api/v1/shops/kiln-clay")
    assert opened.json["status"] == "active"
    assert shown.json["shipping"] == {
        "price": {"amount": 0, "currency": "USD"}, "free_over": None, "handling_days": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": "K"}, "/name"),
        ({"name": "x" * 81}, "/name"),
        ({"name": "???"}, "/slug"),
        ({"slug": "Kiln"}, "/slug"),
        ({"slug": "k"}, "/slug"),
        ({"slug": "-kiln"}, "/slug"),
        ({"slug": "../kiln"}, "/slug"),
        ({"slug": "k\u0131ln"}, "/slug"),
        ({"slug": "x" * 61}, "/slug"),
        ({"description": "x" * 2001}, "/description"),
        ({"status": "active"}, "/status"),
        ({"owner_id": "a" * 24}, "/owner_id"),
    ],
    ids=repr,
)
def test_each_mistake_of_a_new_shop_is_named(person, wrong, pointer):
    _, browser = person()

    answer = browser.post("/api/v1/shops", json={"name": "Kiln"} | wrong)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})


def test_a_taken_slug_is_a_conflict_at_its_field(person):
    _, browser = person()
    a_shop(slug="kiln")

    answer = browser.post("/api/v1/shops", json={"name": "Kiln"})

    assert (answer.status_code, answer.json["code"]) == (409, "shop_slug_taken")
    assert pointers(answer) == {"/slug"}


@pytest.mark.parametrize("settings", [{"ENV": "testing", "SECRET_KEY": "k", "AUTO_APPROVE_SHOPS": False}])
def test_a_shop_that_waits_is_its_owners_alone(person, client):
    _, browser = person()

    browser.post("/api/v1/shops", json={"name": "Kiln"})

    assert browser.get("/api/v1/me/shops").json[0]["status"] == "onboarding"
    assert browser.get("/api/v1/shops/kiln").status_code == 404
    assert client.get("/api/v1/shops").json["data"] == []


def test_a_member_sees_the_own_shops_alone(person):
    ada, browser = person()
    a_shop(owner=ada, slug="mine")
    a_shop()

    assert [shop["slug"] for shop in browser.get("/api/v1/me/shops").json] == ["mine"]


def test_the_public_view_of_a_shop_tells_nothing_of_its_owner(client):
    a_shop(slug="kiln")

    shop = client.get("/api/v1/shops/kiln").json

    assert set(shop) == {"id", "slug", "name", "description", "currency", "shipping", "reply_time"}


def test_a_shop_that_there_is_not_is_a_404(client):
    answer = client.get("/api/v1/shops/nowhere")

    assert (answer.status_code, answer.json["code"]) == (404, "shop_not_found")


# Shops of sellers


EDIT = {"name": "Kiln & Clay", "description": "Pots."}


def test_a_shop_is_edited_by_its_owner(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    answer = browser.put("/api/v1/seller/kiln", json=EDIT)

    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["description"]) == ("Kiln & Clay", "Pots.")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"slug": "other"}, "/slug"),
    ],
    ids=repr,
)
def test_each_mistake_of_an_edited_shop_is_named(person, wrong, pointer):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    answer = browser.put("/api/v1/seller/kiln", json=EDIT | wrong)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})


@pytest.mark.parametrize(("method", "path"), [("PUT", "/seller/kiln"), ("POST", "/seller/kiln/submit")])
def test_the_shop_of_somebody_else_is_not_there(person, method, path):
    a_shop(slug="kiln", approved=False)
    _, browser = person()

    answer = browser.open(f"/api/v1{path}", method=method, json=EDIT if method == "PUT" else None)

    assert (answer.status_code, answer.json["code"]) == (404, "shop_not_found")


# Moderation


@pytest.fixture
def moderator(person):
    """The browser of a moderator."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


def test_a_moderator_sees_who_waits_and_decides(person, moderator):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln", approved=False)

    waiting = moderator.get("/api/v1/admin/shops").json["data"]
    rejected = moderator.post("/api/v1/admin/shops/kiln/reject", json={"reason": "Say more."})
    again = browser.post("/api/v1/seller/kiln/submit")
    approved = moderator.post("/api/v1/admin/shops/kiln/approve")

    assert [shop["slug"] for shop in waiting] == ["kiln"]
    assert (rejected.json["status"], rejected.json["rejection_reason"]) == ("rejected", "Say more.")
    assert (again.json["status"], approved.json["status"]) == ("pending_review", "active")


def test_a_step_that_a_shop_cannot_take_names_its_state_and_the_way_out(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    answer = browser.post("/api/v1/seller/kiln/submit")

    assert (answer.status_code, answer.json["code"]) == (409, "invalid_shop_transition")
    assert (answer.json["state"], answer.json["allowed"]) == ("active", ["close"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/admin/shops"), ("POST", "/admin/shops/kiln/approve"), ("POST", "/admin/shops/kiln/reject")],
)
def test_nobody_but_a_moderator_reviews_shops(person, client, method, path):
    a_shop(slug="kiln", approved=False)
    _, browser = person()
    body = {"reason": "Say more."} if path.endswith("reject") else None

    stranger = client.open(f"/api/v1{path}", method=method, json=body)
    member = browser.open(f"/api/v1{path}", method=method, json=body)

    assert (stranger.status_code, member.status_code) == (401, 403)
