"""Ordering over JSON."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import pytest
from bson import ObjectId

from marketplace.ordering import services
from marketplace.ordering.errors import InsufficientStock
from marketplace.ordering.repositories import orders, purchases
from marketplace.ordering.values import Actor, CartOwner
from marketplace.shared.clock import now
from tests.builders import a_cart, a_placed_order, a_shop, a_user, checked_out, goods

ADDRESS = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}


def _add(client, variant_id, quantity=1):
    return client.post("/api/v1/cart/items", json={"variant_id": str(variant_id), "quantity": quantity})


def _order(client, **changes):
    cart = client.get("/api/v1/cart").json
    body = {
        "cart_id": cart.get("id"),
        "email": "ada@example.com",
        "ship_to": ADDRESS,
        "accept_terms": True,
        "expected_total": cart["total"],
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def _check_out(client, **changes):
    return client.post("/api/v1/checkout", json=_order(client, **changes), headers=_key())


def _key():
    """A key that no request had before."""
    return {"Idempotency-Key": token_hex(8)}


def _fields(answer):
    return [error["pointer"] for error in answer.json["errors"]]


# The cart


def test_an_empty_cart_has_no_lines(client):
    cart = client.get("/api/v1/cart").json

    assert (cart["groups"], cart["total"], cart["ready"]) == ([], {"amount": 0, "currency": "USD"}, False)


def test_adding_answers_the_cart(client):
    mug = goods(a_shop(name="Kiln"), price=1250)

    answer = _add(client, mug, 2)

    assert answer.status_code == 201
    group = answer.json["groups"][0]
    assert group["shop"]["name"] == "Kiln"
    assert group["items"][0]["variant_id"] == str(mug)
    assert answer.json["total"] == {"amount": 2500, "currency": "USD"}


def test_a_visitors_cart_is_kept_by_a_cookie(client):
    _add(client, goods())

    assert client.get("/api/v1/cart").json["pieces"] == 1


def test_a_line_is_changed_and_removed(client):
    line = _add(client, goods()).json["groups"][0]["items"][0]["id"]

    changed = client.patch(f"/api/v1/cart/items/{line}", json={"quantity": 3})
    removed = client.delete(f"/api/v1/cart/items/{line}")

    assert changed.json["pieces"] == 3
    assert removed.json["pieces"] == 0


def test_the_cart_is_emptied(client):
    _add(client, goods())

    assert client.delete("/api/v1/cart").status_code == 204
    assert client.get("/api/v1/cart").json["pieces"] == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/variant_id"),
        ({"variant_id": "x"}, "/variant_id"),
        ({"variant_id": str(ObjectId()), "quantity": 0}, "/quantity"),
        ({"variant_id": str(ObjectId()), "quantity": True}, "/quantity"),
        ({"variant_id": str(ObjectId()), "quantity": {"$gt": 0}}, "/quantity"),
        ({"variant_id": str(ObjectId()), "colour": "blue"}, "/colour"),
    ],
)
def test_a_mistake_is_named_by_its_field(client, body, pointer):
    answer = client.post("/api/v1/cart/items", json=body)

    assert answer.status_code == 422
    assert _fields(answer) == [pointer]


def test_what_is_not_for_sale_is_refused_with_the_reason(client):
    answer = _add(client, ObjectId())

    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["reason"]) == ("not_purchasable", "product_unavailable")


def test_ones_own_goods_are_refused(person):
    seller, browser = person()

    answer = _add(browser, goods(a_shop(owner=seller)))

    assert (answer.status_code, answer.json["code"]) == (409, "own_product")


def test_too_many_pieces_are_refused(client):
    mug = goods(stock=None)
    _add(client, mug, 99)

    answer = _add(client, mug, 1)

    assert (answer.status_code, answer.json["code"]) == (422, "quantity_limit")


# Checking out


def test_checking_out_answers_the_purchase_and_how_to_pay(client):
    _add(client, goods(price=1000))

    answer = _check_out(client)

    assert answer.status_code == 201
    purchase = answer.json["purchase"]
    assert (purchase["status"], purchase["total"]["amount"]) == ("awaiting_payment", 1000)
    assert answer.json["client_action"]["kind"] == "redirect"
    assert client.get(answer.headers["Location"]).json["id"] == purchase["id"]


def test_checking_out_again_answers_the_same_purchase(client):
    _add(client, goods())
    order = _order(client)
    first = client.post("/api/v1/checkout", json=order, headers=_key())

    again = client.post("/api/v1/checkout", json=order, headers=_key())

    assert again.status_code == 200
    assert again.json["purchase"]["id"] == first.json["purchase"]["id"]


def test_a_bought_and_paid_cart_needs_nothing_more(client):
    _add(client, goods())
    order = _order(client)
    done = client.post("/api/v1/checkout", json=order, headers=_key()).json
    client.post(done["client_action"]["url"], data={"decision": "pay"})
    client.get(f"/api/v1/purchases/{done['purchase']['id']}?key={done['purchase']['key']}")

    again = client.post("/api/v1/checkout", json=order, headers=_key())

    assert again.json["client_action"] == {"kind": "none", "url": None}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"email": "ada"}, "/email"),
        ({"email": None}, "/email"),
        ({"ship_to": None}, "/ship_to"),
        ({"ship_to": ADDRESS | {"postal": "x"}}, "/ship_to/postal"),
        ({"ship_to": "Berlin"}, "/ship_to"),
        ({"accept_terms": None}, "/accept_terms"),
        ({"accept_terms": "perhaps"}, "/accept_terms"),
        ({"expected_total": None}, "/expected_total"),
        ({"expected_total": {"amount": "1", "currency": "USD"}}, "/expected_total/amount"),
        ({"expected_total": {"amount": 1, "currency": "EURO"}}, "/expected_total/currency"),
        ({"address_id": "x"}, "/address_id"),
        ({"cart_id": "x"}, "/cart_id"),
        ({"coupon": "SUMMER"}, "/coupon"),
    ],
)
def test_a_mistake_at_checkout_is_named_by_its_field(client, changes, pointer):
    _add(client, goods())

    answer = _check_out(client, **changes)

    assert answer.status_code == 422
    assert _fields(answer) == [pointer]


def test_a_changed_cart_is_refused_with_its_total(client):
    _add(client, goods(price=1000))

    answer = _check_out(client, expected_total={"amount": 1, "currency": "USD"})

    assert (answer.status_code, answer.json["code"]) == (409, "cart_changed")
    assert answer.json["total"] == {"amount": 1000, "currency": "USD"}


def test_the_code_of_missing_stock_is_stable():
    assert InsufficientStock.code == "insufficient_stock"


# Purchases and orders


def test_a_purchase_is_paid_after_it_was_declined(client):
    _add(client, goods())
    done = _check_out(client).json
    key, purchase_id = done["purchase"]["key"], done["purchase"]["id"]
    client.post(done["client_action"]["url"], data={"decision": "decline"})

    again = client.post(f"/api/v1/purchases/{purchase_id}/payments?key={key}")
    client.post(again.json["url"], data={"decision": "pay"})

    purchase = client.get(f"/api/v1/purchases/{purchase_id}?key={key}").json
    assert again.status_code == 201
    assert (purchase["status"], purchase["payment"]["status"]) == ("placed", "succeeded")


def test_a_purchase_whose_time_is_over_is_not_paid(client):
    _add(client, goods())
    purchase = _check_out(client).json["purchase"]
    purchases.all().update(set__pay_until=now() - timedelta(minutes=1))

    answer = client.post(f"/api/v1/purchases/{purchase['id']}/payments?key={purchase['key']}")

    assert (answer.status_code, answer.json["code"]) == (409, "payment_expired")


@pytest.mark.parametrize("key", ["", "?key=", "?key=wrong"])
def test_a_guests_purchase_needs_its_key(client, key):
    done = checked_out(a_cart(goods()))

    assert client.get(f"/api/v1/purchases/{done.purchase.id}{key}").status_code == 404
    assert client.post(f"/api/v1/purchases/{done.purchase.id}/payments{key}").status_code == 404


def test_a_members_purchase_needs_the_member(app, person):
    member, browser = person()
    done = checked_out(a_cart(goods(), owner=CartOwner(user_id=member.id)))
    _, stranger = person("Mallory")

    assert browser.get(f"/api/v1/purchases/{done.purchase.id}").json["key"] is None
    assert stranger.get(f"/api/v1/purchases/{done.purchase.id}").status_code == 404
    assert app.test_client().get(f"/api/v1/purchases/{done.purchase.id}").status_code == 404


def test_my_orders_are_paged(person):
    member, browser = person()
    placed = [a_placed_order(owner=CartOwner(user_id=member.id)).number for _ in range(3)]

    first = browser.get("/api/v1/orders?limit=2").json
    second = browser.get("/api/v1/orders", query_string={"limit": 2, "cursor": first["page"]["next"]}).json

    numbers = [order["number"] for order in first["data"] + second["data"]]
    assert numbers == placed[::-1]
    assert second["page"]["next"] is None


def test_my_orders_need_somebody_signed_in(client):
    assert client.get("/api/v1/orders").status_code == 401


def test_an_order_tells_what_its_buyer_may_do(person):
    member, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=member.id))
    services.move_order(number=order.number, name="ship", actor=Actor.SELLER)

    shown = browser.get(f"/api/v1/orders/{order.number}").json

    assert shown["available_transitions"] == ["confirm_received"]
    assert shown["version"] == orders.get(order.id).version


def test_a_buyer_takes_a_step(person):
    member, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=member.id))
    services.move_order(number=order.number, name="ship", actor=Actor.SELLER)

    answer = browser.post(f"/api/v1/orders/{order.number}/transitions", json={"name": "confirm_received"})

    assert answer.json["status"] == "delivered"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("complete", 409, "invalid_transition"),
        ("ship", 403, "not_your_role"),
        ("payment_ok", 403, "not_your_role"),
        ("teleport", 422, "validation_error"),
    ],
)
def test_a_step_that_may_not_be_taken_is_refused(person, name, status, code):
    member, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=member.id))

    answer = browser.post(f"/api/v1/orders/{order.number}/transitions", json={"name": name})

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_another_buyers_order_is_not_found(person):
    order = a_placed_order(owner=CartOwner(user_id=a_user().id))
    _, stranger = person("Mallory")
    address = f"/api/v1/orders/{order.number}"

    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/transitions", json={"name": "confirm_received"}).status_code == 404


# The shop's orders


def _a_sale(person):
    seller, browser = person("Seller")
    shop = a_shop(owner=seller)
    return f"/api/v1/seller/{shop.slug}/orders", a_placed_order(goods(shop)), browser


def test_a_shop_lists_its_paid_orders(person):
    address, order, browser = _a_sale(person)

    listed = browser.get(address).json["data"]

    assert [one["number"] for one in listed] == [order.number]


def test_an_unknown_tab_is_refused(person):
    address, _, browser = _a_sale(person)

    answer = browser.get(f"{address}?tab=lost")

    assert (answer.status_code, _fields(answer)) == (400, ["/tab"])


def test_a_shop_ships_with_a_tracking_number(person):
    address, order, browser = _a_sale(person)

    answer = browser.post(
        f"{address}/{order.number}/transitions", json={"name": "ship", "carrier": "DHL", "tracking": "JD01"}
    )

    assert answer.json["status"] == "shipped"
    assert answer.json["shipments"][0]["tracking"] == "JD01"
    assert browser.get(f"{address}/{order.number}").json["available_transitions"] == ["mark_delivered"]


def test_a_shop_never_sees_what_opens_a_guests_purchase(person):
    address, order, browser = _a_sale(person)
    key, pages = services.key_of(order), address.replace("/api/v1/seller", "/sell")

    shown = [browser.get(f"{place}{end}") for place in (address, pages) for end in ("", f"/{order.number}")]

    assert key is not None
    assert [answer.status_code for answer in shown] == [200] * 4
    assert not any(key in answer.text for answer in shown)


def test_another_shops_order_is_not_found(person):
    _, order, _ = _a_sale(person)
    rival, browser = person("Rival")
    address = f"/api/v1/seller/{a_shop(owner=rival).slug}/orders/{order.number}"

    assert browser.get(address).status_code == 404
    assert browser.post(f"{address}/transitions", json={"name": "ship"}).status_code == 404


def test_a_shops_orders_need_its_owner(client, person):
    address, _, _ = _a_sale(person)
    _, stranger = person("Mallory")

    assert client.get(address).status_code == 401
    assert stranger.get(address).status_code == 404


def test_every_route_is_documented(client):
    paths = client.get("/api/openapi.json").json["paths"]

    assert {
        "/api/v1/cart",
        "/api/v1/cart/items",
        "/api/v1/cart/items/{item_id}",
        "/api/v1/checkout",
        "/api/v1/purchases/{purchase_id}",
        "/api/v1/purchases/{purchase_id}/payments",
        "/api/v1/orders",
        "/api/v1/orders/{number}",
        "/api/v1/orders/{number}/transitions",
        "/api/v1/seller/{shop}/orders",
        "/api/v1/seller/{shop}/orders/{number}",
        "/api/v1/seller/{shop}/orders/{number}/transitions",
    } <= set(paths)
