"""No participant, no read: every route that names a conversation, tried by everybody whom it is not for."""

from __future__ import annotations

from io import BytesIO

import pytest
from bson import ObjectId

from marketplace.accounts.values import Role
from marketplace.messaging import services
from marketplace.messaging.values import SubjectKind
from marketplace.shared import access
from tests.builders import a_product, a_shop


@pytest.fixture
def talk(app, person):
    """A conversation between Ben and the shop at /shop/kiln, with both browsers."""
    buyer, his = person("Ben")
    owner, hers = person("Kim")
    shop = a_shop(owner=owner, slug="kiln")
    sent = services.start_as_buyer(
        user_id=buyer.pk,
        kind=SubjectKind.PRODUCT,
        ref=str(a_product(shop=shop).pk),
        body="The secret is under the mat",
        client_id="1",
    )
    return sent.conversation, his, hers


def routes(app, conversation, shop="kiln"):
    """Each route that names the conversation, as (method, path)."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "conversation_id" not in rule.arguments:
            continue
        values = {name: _value(name, rule._converters[name], conversation, shop) for name in rule.arguments}
        path = adapter.build(rule.endpoint, values, append_unknown=False)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, path


def _value(name, converter, conversation, shop):
    given = {"conversation_id": conversation.pk, "shop": shop, "seq": 1}
    if name in given:
        return given[name]
    if hasattr(converter, "items"):
        return sorted(converter.items)[0]
    return ObjectId() if type(converter).__name__ == "ObjectIdConverter" else "1"


def body_of(method, path):
    """Something that the route would take from a participant."""
    if method == "GET":
        return {}
    if not path.startswith("/api/") or path.endswith("/files"):
        return {"data": {"body": "Hello", "client_id": "x", "files": (BytesIO(b"%PDF-1.4"), "a.pdf")}}
    bodies = {"messages": {"body": "Hello", "client_id": "x"}, "read": {"up_to": 1}}
    settings = {"muted": True} if method == "PATCH" else {}
    return {"json": bodies.get(path.rpartition("/")[2], settings)}


def let_in(browser, app, conversation, shop="kiln"):
    """The routes that answer anything but that there is no such thing."""
    found = {}
    for method, path in routes(app, conversation, shop):
        answer = browser.open(path, method=method, **body_of(method, path))
        if answer.status_code != 404 or "secret" in answer.text:
            found[f"{method} {path}"] = answer.status_code
    return found


def test_there_are_routes_of_both_sides(app, talk):
    asked = list(routes(app, talk[0]))

    assert {path.startswith("/api/v1/seller/") for _, path in asked if path.startswith("/api/")} == {
        True,
        False,
    }


def test_every_one_of_them_asks_who_is_there(app):
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "conversation_id" in rule.arguments
        and access.policy_of(app.view_functions[rule.endpoint]).audience is access.Audience.EVERYONE
    ]

    assert silent == []


def test_the_two_sides_are_let_in(app, talk):
    conversation, his, hers = talk

    assert "secret" in his.get(f"/api/v1/conversations/{conversation.pk}/messages").text
    assert "secret" in hers.get(f"/api/v1/seller/kiln/conversations/{conversation.pk}/messages").text


def test_a_visitor_sees_nothing(app, client, talk):
    answers = {path: client.open(path, method=method).status_code for method, path in routes(app, talk[0])}

    assert set(answers.values()) <= {303, 401}


@pytest.mark.parametrize("roles", [(), (Role.SUPPORT,), (Role.MODERATOR,), (Role.ADMIN,)])
def test_a_stranger_sees_nothing_whatever_their_role(app, talk, person, roles):
    assert let_in(person("Sam", roles=roles)[1], app, talk[0]) == {}


def test_another_buyer_of_the_same_shop_sees_nothing(app, talk, person):
    other, browser = person("Olga")
    services.start_as_buyer(user_id=other.pk, kind=SubjectKind.SHOP, ref="kiln", body="Hello", client_id="1")

    assert let_in(browser, app, talk[0]) == {}


def test_another_shop_sees_nothing_at_its_own_address(app, talk, person):
    other, browser = person("Olga")
    a_shop(owner=other, slug="forge")

    assert let_in(browser, app, talk[0], shop="forge") == {}
    assert let_in(browser, app, talk[0]) == {}


def test_each_side_is_let_in_by_its_own_door_alone(app, talk):
    conversation, his, hers = talk

    crossed = {
        his.get(f"/api/v1/seller/kiln/conversations/{conversation.pk}/messages").status_code,
        hers.get(f"/api/v1/conversations/{conversation.pk}/messages").status_code,
    }

    assert crossed == {404}


def test_a_moderator_without_a_report_opens_nothing(app, talk, person):
    _, browser = person("Mo", roles=(Role.MODERATOR,))
    conversation = talk[0]

    answers = {
        browser.get(f"/api/v1/admin/reports/{conversation.pk}/messages").status_code,
        browser.get(f"/api/v1/admin/reports/{conversation.pk}").status_code,
        browser.get(f"/admin/reports/{conversation.pk}").status_code,
    }

    assert answers == {404}


def test_who_is_blocked_writes_nothing_and_reads_what_was_said_to_them(talk):
    conversation, his, hers = talk
    seller = f"/api/v1/seller/kiln/conversations/{conversation.pk}"
    buyer = f"/api/v1/conversations/{conversation.pk}"
    assert hers.put(f"{seller}/block").status_code in (200, 204)

    refused = {
        browser.post(f"{here}/messages", json={"body": "Hi", "client_id": "z"}).json["code"]
        for browser, here in ((his, buyer), (hers, seller))
    }

    assert refused == {"cannot_message", "blocked"}
    assert "secret" in his.get(f"{buyer}/messages").text
