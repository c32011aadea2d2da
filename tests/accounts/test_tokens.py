from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from marketplace.accounts import services
from marketplace.accounts.documents import ApiToken
from marketplace.accounts.errors import ShopNotActive, ShopNotFound, TokenNotFound, TooManyTokens
from marketplace.accounts.repositories import audit_log, tokens
from marketplace.accounts.services.tokens import TOKEN_LIMIT
from marketplace.accounts.values import Role, ShopStatus
from marketplace.shared import clock
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid
from marketplace.shared.scopes import SCOPES
from tests.builders import a_product, a_shop, a_user, a_variant

pytestmark = pytest.mark.usefixtures("app")

LISTINGS = "/api/v1/seller/kiln/products"


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique hashes, as migrations make them."""
    ApiToken.ensure_indexes()


def a_token(shop, *scopes, **parts):
    wanted = scopes or ("read:products",)
    return services.make_token(owner_id=shop.owner_id, slug=shop.slug, name="Robot", scopes=wanted, **parts)


def bearing(text):
    return {"Authorization": f"Bearer {text}"}


# Making


def test_a_token_says_what_it_is_and_only_its_hash_is_kept():
    made = a_token(a_shop())

    stored = ApiToken._get_collection().find_one()
    assert re.fullmatch(r"mkt_[a-zA-Z0-9]{8}_[a-zA-Z0-9]{40}", made.text)
    assert made.text.startswith(stored["prefix"])
    assert made.text.rpartition("_")[2] not in str(stored)


def test_a_token_lasts_a_year_unless_its_maker_says_otherwise():
    usual, short = a_token(a_shop()).token, a_token(a_shop(), days=1).token

    assert usual.expires_at - usual.created_at == timedelta(days=365)
    assert short.expires_at - short.created_at == timedelta(days=1)


@pytest.mark.parametrize(("parts", "field"), [({"days": 0}, "days"), ({"days": 366}, "days")])
def test_a_token_lasts_a_year_at_most(parts, field):
    with pytest.raises(Invalid) as refusal:
        a_token(a_shop(), **parts)

    assert refusal.value.field == field


def test_a_token_without_scopes_is_not_made():
    with pytest.raises(Invalid, match="Choose what"):
        a_token(a_shop(), "read:nothing")


def test_a_shop_has_so_many_tokens_and_no_more():
    shop = a_shop()
    made = [a_token(shop) for _ in range(TOKEN_LIMIT)]

    with pytest.raises(TooManyTokens):
        a_token(shop)

    services.revoke_token(owner_id=shop.owner_id, slug=shop.slug, token_id=made[0].token.pk)
    assert a_token(shop)


def test_a_closed_shop_makes_no_tokens():
    shop = a_shop(status=ShopStatus.CLOSED)

    with pytest.raises(ShopNotActive):
        a_token(shop)


def test_nobody_makes_a_token_for_another_shop():
    with pytest.raises(ShopNotFound):
        services.make_token(owner_id=a_user().id, slug=a_shop().slug, name="Robot", scopes=["read:shop"])


def test_making_and_revoking_are_in_the_audit_log():
    shop = a_shop()
    made = a_token(shop)
    services.revoke_token(owner_id=shop.owner_id, slug=shop.slug, token_id=made.token.pk)

    rows = audit_log.search(subject=("api_tokens", made.token.pk)).items
    assert [row.action for row in rows] == ["token.revoke", "token.create"]
    assert made.text not in str([row.to_mongo() for row in rows])


# Using


@pytest.fixture
def kiln():
    return a_shop(slug="kiln")


def test_a_token_works_in_its_shop_without_session_cookie_or_csrf(client, kiln):
    answer = client.get(LISTINGS, headers=bearing(a_token(kiln).text))

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_token_that_changes_something_needs_no_csrf_even_beside_a_cookie(person, kiln):
    _, browser = person("Olga")
    browser.environ_base.pop("HTTP_X_CSRF_TOKEN")
    text = a_token(kiln, "write:shop").text
    change = {"name": "Kiln 2"}

    answer = browser.put("/api/v1/seller/kiln", json=change, headers=bearing(text))

    assert (answer.status_code, answer.json["name"]) == (200, "Kiln 2")
    assert "Set-Cookie" not in answer.headers


def test_a_missing_scope_is_named(client, kiln):
    answer = client.get(LISTINGS, headers=bearing(a_token(kiln, "read:stock").text))

    assert (answer.status_code, answer.json["code"]) == (403, "insufficient_scope")
    assert answer.json["scope"] == "read:products"


def test_to_read_is_not_to_write(client, kiln):
    answer = client.post(LISTINGS, json={}, headers=bearing(a_token(kiln, "read:products").text))

    assert (answer.status_code, answer.json["scope"]) == (403, "write:products")


def test_stock_is_not_counted_by_writing_a_listing_anew(client, kiln):
    product = a_product(a_variant("M1", on_hand=2), shop=kiln)
    variant = {"id": str(product.variants[0].id), "sku": "M1", "price": {"amount": 100, "currency": "USD"}}
    listing = {"title": "Blue mug", "category_id": str(product.category_id)}

    def write(**counted):
        written = listing | {"variants": [variant | counted]}
        headers = bearing(a_token(kiln, "write:products").text) | {"If-Match": "*"}
        return client.put(f"{LISTINGS}/{product.pk}", json=written, headers=headers)

    refused = write(on_hand=777)
    assert (refused.status_code, refused.json["scope"]) == (403, "write:stock")
    assert write().json["variants"][0]["stock"]["on_hand"] == 2


def test_another_shop_is_not_there(client, kiln):
    a_shop(slug="forge", owner=services.get_user(kiln.owner_id))

    answer = client.get("/api/v1/seller/forge/products", headers=bearing(a_token(kiln).text))

    assert (answer.status_code, answer.json["code"]) == (404, "shop_not_found")


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/seller/kiln/tokens", "/sell/kiln/listings"])
def test_what_names_no_scope_is_opened_by_no_token(client, kiln, path):
    answer = client.get(path, headers=bearing(a_token(kiln, *SCOPES).text))

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "text", ["mkt_nothing", "", "x", "mkt_" + "a" * 8 + "_" + "b" * 40, "ä" * 40, "a" * 5000], ids=repr
)
def test_a_token_that_is_none_is_refused(client, kiln, text):
    answer = client.get(LISTINGS, headers={"Authorization": f"Bearer {text}".encode().decode("latin-1")})

    assert answer.status_code == 401
    assert answer.json["code"] in ("invalid_token", "authentication_required")


def test_a_refused_token_is_refused_where_everybody_may_look_too(client):
    answer = client.get("/api/v1/products", headers=bearing("mkt_nothing"))

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_looks_where_everybody_may(client, kiln):
    assert client.get("/api/v1/products", headers=bearing(a_token(kiln).text)).status_code == 200


def test_an_expired_token_says_so(client, kiln):
    text = a_token(kiln, days=1).text

    with clock.at(now() + timedelta(days=1)):
        answer = refused(text)

    assert answer == "token_expired"


def refused(text):
    """The code with which the token is refused."""
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - the code says which
        services.bearer(text)
    return refusal.value.code


def test_a_revoked_token_opens_nothing(kiln):
    made = a_token(kiln)
    services.revoke_token(owner_id=kiln.owner_id, slug="kiln", token_id=made.token.pk)

    assert refused(made.text) == "invalid_token"
    with pytest.raises(TokenNotFound):
        services.revoke_token(owner_id=kiln.owner_id, slug="kiln", token_id=made.token.pk)


def test_the_tokens_of_somebody_who_is_locked_die_for_good(kiln):
    moderator, text = a_user(roles=(Role.MODERATOR,)), a_token(kiln).text
    services.lock_user(moderator_id=moderator.id, user_id=kiln.owner_id, reason="Asked twice.")

    locked = refused(text)
    services.unlock_user(moderator_id=moderator.id, user_id=kiln.owner_id, reason="Settled.")

    assert (locked, refused(text)) == ("invalid_token", "invalid_token")


def test_the_tokens_of_somebody_who_is_gone_are_dead(kiln):
    text = a_token(kiln).text
    services.get_user(kiln.owner_id).delete()

    assert refused(text) == "invalid_token"


def test_the_tokens_of_a_closed_shop_are_dead(kiln):
    text = a_token(kiln).text
    services.close_shop(owner_id=kiln.owner_id, slug="kiln")

    assert refused(text) == "invalid_token"


def test_the_last_use_is_noted_once_a_minute(kiln):
    made, moment = a_token(kiln), now()

    for seconds in (0, 30, 59, 60):
        with clock.at(moment + timedelta(seconds=seconds)):
            services.bearer(made.text)
            if seconds == 59:
                first = tokens.get(made.token.pk).last_used_at

    assert (first, tokens.get(made.token.pk).last_used_at) == (moment, moment + timedelta(seconds=60))


# Over JSON


def test_an_owner_makes_lists_and_revokes_tokens(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")
    here = "/api/v1/seller/kiln/tokens"

    made = browser.post(here, json={"name": "Robot", "scopes": ["read:stock"]})
    listed = browser.get(here).json
    gone = browser.delete(f"{here}/{made.json['token']['id']}")

    assert made.status_code == 201
    assert made.json["text"].startswith(made.json["token"]["prefix"])
    assert [one["scopes"] for one in listed] == [["read:stock"]]
    assert "hash" not in listed[0]
    assert (gone.status_code, browser.get(here).json) == (204, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"scopes": []},
        {"scopes": ["read:all"]},
        {"scopes": "x"},
        {"days": 366},
        {"x": 1},
    ],
    ids=repr,
)
def test_each_mistake_of_a_token_is_refused(person, wrong):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    answer = browser.post(
        "/api/v1/seller/kiln/tokens", json={"name": "Robot", "scopes": ["read:stock"]} | wrong
    )

    assert answer.status_code == 422
    assert answer.json["errors"]


# In the browser


def test_the_developers_page_shows_a_token_once(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")
    form = {"name": "Stock robot", "scopes.write:stock": "1", "days": "30"}

    made = browser.post("/sell/kiln/developers", data=form)
    later = browser.get("/sell/kiln/developers").text

    text = re.search(r'id="token"[^>]*>(mkt_[^<]+)<', made.text)[1]
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "private, no-store")
    assert text not in later
    assert ("Stock robot" in later, "write:stock" in later, "Never" in later) == (True, True, True)


def test_the_developers_page_keeps_what_was_typed_when_no_scope_is_chosen(person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")

    answer = browser.post("/sell/kiln/developers", data={"name": "Robot", "days": "30"})

    assert answer.status_code == 422
    assert 'value="Robot"' in answer.text
    assert "What it may do: Choose what the token may do." in unescape(answer.text)


def test_a_token_is_revoked_on_the_page(person):
    ada, browser = person()
    made = a_token(a_shop(owner=ada, slug="kiln"))

    browser.post(f"/sell/kiln/developers/{made.token.pk}/revoke")

    page = browser.get("/sell/kiln/developers").text
    assert "“Robot” is revoked" in page
    assert refused(made.text) == "invalid_token"
