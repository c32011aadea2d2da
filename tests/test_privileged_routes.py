"""Who gets through which door: every route of the URL map, asked by everybody whom it is not for."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from bson import ObjectId
from werkzeug.routing import IntegerConverter

from marketplace.accounts import services
from marketplace.accounts.values import Role
from marketplace.shared import access
from marketplace.shared.access import Audience
from marketplace.shared.scopes import SCOPES
from tests.builders import a_shop

STAFF = {Audience.SUPPORT, Audience.MODERATOR, Audience.ADMIN}
EVERYONE, SIGNED_IN, SELLER = {Audience.EVERYONE}, {Audience.SIGNED_IN}, {Audience.SELLER}

#: For whom the routes below an address are; the first row that fits counts, and each route needs one.
MATRIX = (
    (r"/api/v1/admin/", STAFF),
    (r"/admin(/|$)", STAFF),
    (r"/api/v1/seller/<(string:)?shop>(/|$)", SELLER),
    (r"/sell/<shop>/", SELLER),
    (r"/sell$", SIGNED_IN),
    (r"/account/email/confirm$", EVERYONE),  # a link in a mail
    (r"/account(/|$)", SIGNED_IN),
    (r"/api/v1/(me|sessions|orders)(/<session_id>)?$", SIGNED_IN),
    (r"/api/v1/me/", SIGNED_IN),
    (r"/api/v1/shops$", EVERYONE | SIGNED_IN),
    (r"/api/v1/shops/", EVERYONE),
    (r"/(api/v1/)?orders?/<number>", EVERYONE),  # guests come with a key; members are checked inside
    (r"/api/v1/products/<object_id:product_id>/reviews$", EVERYONE | SIGNED_IN),
    (r"/api/v1/reviews/", EVERYONE | SIGNED_IN),
    (r"/reviews?/", SIGNED_IN),
    (r"/api/v1/cart/merge$", SIGNED_IN),
    (r"/api/v1/(conversations|notifications)(/|$)", SIGNED_IN),
    (r"/(inbox|notifications)(/|$)", SIGNED_IN),
    (r"/(api/v1/reports|report)$", SIGNED_IN),
    (
        r"/api/v1/(session|users|categories|products|search|cart|checkout|purchases)(/|$)",
        EVERYONE,
    ),
    (r"/api/v1/payment-methods$", EVERYONE),
    (r"/api/v1/(email-verification|email-change|password-reset)(/mail)?$", EVERYONE),
    (r"/(signin|signout|register|mail-sent|verify|forgot|reset|seller-terms|terms|country)(/|$)", EVERYONE),
    (r"/(cart|checkout|purchase|payment|sandbox)(/|$)", EVERYONE),
    (r"/webhooks/", EVERYONE),  # each is signed by its provider
    (r"/(p|c|shop|s|categories|media)(/|$)", EVERYONE),
    (r"/$", EVERYONE),
    (r"/(api/docs|health)", EVERYONE),
)

#: Routes of libraries, which say nothing.
FOREIGN = ("static", "api-docs.")


@dataclass(frozen=True)
class Door:
    """A route, with an address that it answers."""

    endpoint: str
    rule: str
    method: str
    path: str
    policy: access.Policy

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def doors(app, *audiences, shop="kiln"):
    """Every route for one of these audiences, by each of its methods."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        policy = access.policy_of(app.view_functions[rule.endpoint])
        if policy is None or policy.audience not in audiences:
            continue
        values = {name: _value(name, rule._converters[name], shop) for name in rule.arguments}
        path = adapter.build(rule.endpoint, values, append_unknown=False)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield Door(rule.endpoint, rule.rule, method, path, policy)


def _value(name, converter, shop):
    if name == "shop":
        return shop
    if hasattr(converter, "items"):  # one of some words
        return sorted(converter.items)[0]
    if isinstance(converter, IntegerConverter):
        return 1
    return ObjectId() if type(converter).__name__ == "ObjectIdConverter" else "nothing"


def ask(client, door, **options):
    """The status of the answer; a page that sends to sign-in counts as 401."""
    answer = client.open(door.path, method=door.method, **options)
    if answer.status_code == 303 and answer.location.startswith("/signin"):
        return 401
    return answer.status_code


def wrong(client, found, expected, **options):
    """The doors that answer something else."""
    answers = {f"{door.method} {door.rule}": ask(client, door, **options) for door in found}
    assert answers, "No route was asked."
    return {name: status for name, status in answers.items() if status != expected}


def bearing(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


@pytest.fixture
def kiln(person):
    """A shop at /shop/kiln, with its owner's browser."""
    owner, browser = person("Kim")
    return a_shop(owner=owner, slug="kiln"), browser


def a_token(shop, *scopes):
    made = services.make_token(
        owner_id=shop.owner_id, slug=shop.slug, name="Robot", scopes=scopes or list(SCOPES)
    )
    return made.text


def test_every_route_has_a_row_and_is_for_whom_the_row_says(app):
    strays = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(FOREIGN) or rule.endpoint.endswith(".static"):
            continue
        policy = access.policy_of(app.view_functions[rule.endpoint])
        row = next((audiences for pattern, audiences in MATRIX if re.match(pattern, rule.rule)), None)
        if row is None or policy is None or policy.audience not in row:
            strays[rule.rule] = policy and policy.audience.value

    assert strays == {}


@pytest.mark.parametrize("audience", [*sorted(STAFF), Audience.SELLER, Audience.SIGNED_IN])
def test_a_visitor_is_asked_to_sign_in(app, client, kiln, audience):
    assert wrong(client, doors(app, audience), 401) == {}


@pytest.mark.parametrize("audience", sorted(STAFF))
def test_a_member_looks_after_nothing(app, person, audience):
    assert wrong(person("Bea")[1], doors(app, audience), 403) == {}


@pytest.mark.parametrize("audience", sorted(STAFF))
def test_a_seller_looks_after_nothing_either(app, kiln, audience):
    assert wrong(kiln[1], doors(app, audience), 403) == {}


def test_support_decides_nothing(app, person):
    _, browser = person("Su", roles=(Role.SUPPORT,))

    assert wrong(browser, doors(app, Audience.MODERATOR, Audience.ADMIN), 403) == {}


def test_a_moderator_gives_no_roles(app, person):
    _, browser = person("Mo", roles=(Role.MODERATOR,))

    assert wrong(browser, doors(app, Audience.ADMIN), 403) == {}


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_the_pages_that_it_is_for(app, person, role):
    _, browser = person("Ro", roles=(role,))
    opened = [one for one in STAFF if role in access.ROLES[one]]

    shut = [door.rule for door in doors(app, *opened) if ask(browser, door) in (401, 403)]

    assert shut == []


@pytest.mark.parametrize(
    "roles", [(), (Role.MODERATOR,), (Role.ADMIN,)], ids=["seller", "moderator", "admin"]
)
def test_the_shop_of_somebody_else_is_not_there(app, person, kiln, roles):
    olga, browser = person("Olga", roles=roles)
    a_shop(owner=olga, slug="forge")

    assert wrong(browser, doors(app, Audience.SELLER), 404) == {}


def test_an_owner_is_not_turned_away(app, kiln):
    _, browser = kiln
    seen = (door for door in doors(app, Audience.SELLER) if door.method == "GET")

    assert [door.rule for door in seen if ask(browser, door) in (401, 403)] == []


def test_a_token_without_the_scope_opens_nothing(app, client, kiln):
    shop, _ = kiln
    scoped = [door for door in doors(app, Audience.SELLER) if door.is_api and door.policy.scope]

    open_doors = {}
    for scope in sorted({door.policy.scope for door in scoped}):
        others = [one for one in SCOPES if one != scope]
        mine = [door for door in scoped if door.policy.scope == scope]
        open_doors |= wrong(client, mine, 403, **bearing(a_token(shop, *others)))

    assert open_doors == {}


def test_a_token_of_another_shop_finds_nothing(app, client, kiln):
    token = a_token(a_shop(slug="forge"))
    scoped = (door for door in doors(app, Audience.SELLER) if door.is_api and door.policy.scope)

    assert wrong(client, scoped, 404, **bearing(token)) == {}


def test_a_token_opens_no_page_and_nothing_without_a_scope(app, client, kiln):
    shop, _ = kiln
    shut = (
        door
        for door in doors(app, *STAFF, Audience.SIGNED_IN, Audience.SELLER)
        if not (door.is_api and door.policy.scope)
    )

    assert wrong(client, shut, 403, **bearing(a_token(shop))) == {}


def test_a_token_changes_nothing_that_everybody_may_change(app, client, kiln):
    shop, _ = kiln
    changing = (door for door in doors(app, Audience.EVERYONE) if door.method != "GET")

    assert wrong(client, changing, 403, **bearing(a_token(shop))) == {}


def test_a_token_with_every_scope_is_let_into_its_shop(app, client, kiln):
    shop, _ = kiln
    token = bearing(a_token(shop))
    scoped = [door for door in doors(app, Audience.SELLER) if door.is_api and door.policy.scope]

    assert [door.rule for door in scoped if ask(client, door, **token) in (401, 403)] == []
