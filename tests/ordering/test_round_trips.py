"""How often a page asks the database: counted by the database itself."""

from __future__ import annotations

import pytest

from marketplace.ordering import services
from marketplace.ordering.values import CartOwner
from marketplace.shared import connections
from marketplace.shared.outbox import silent
from tests.builders import a_cart, a_shop, checked_out, goods, paid

pytestmark = pytest.mark.real


def _commands(work):
    """How many commands the database ran for this work."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    return db["system.profile"].count_documents(
        {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    )


def _round_trips(browser, address):
    """How many commands the database ran for the page."""

    def look():
        answer = browser.get(address)
        assert answer.status_code == 200, answer.text

    return _commands(look)


def _of_two_shops(owner=None):
    return a_cart(goods(), goods(), goods(a_shop(name="Forge")), owner=owner, quantity=2)


def test_a_visitors_cart_takes_four(app):
    browser = app.test_client()
    browser.set_cookie("cart", _of_two_shops().token)

    assert _round_trips(browser, "/cart") <= 4


def test_a_members_cart_takes_six(app, person):
    member, browser = person()
    _of_two_shops(CartOwner(user_id=member.id))

    assert _round_trips(browser, "/cart") <= 5


def test_a_cart_over_json_takes_three(app):
    browser = app.test_client()
    browser.set_cookie("cart", _of_two_shops().token)

    assert _round_trips(browser, "/api/v1/cart") <= 3


def test_a_visitors_checkout_takes_four(app):
    browser = app.test_client()
    browser.set_cookie("cart", _of_two_shops().token)

    assert _round_trips(browser, "/checkout") <= 4


def test_an_order_takes_nine_two_of_them_for_what_is_said_about_it(app, person):
    member, browser = person()
    order = paid(checked_out(_of_two_shops(CartOwner(user_id=member.id)))).orders[0]

    assert _round_trips(browser, f"/order/{order.number}") <= 6


def test_a_visitors_purchase_takes_six(app):
    view = paid(checked_out(_of_two_shops()))

    address = f"/purchase/{view.purchase.id}?key={services.key_of(view.purchase)}"

    assert _round_trips(app.test_client(), address) <= 6


def test_telling_of_a_payment_takes_two_for_each_order_and_two_for_the_purchase(app):
    first, second = checked_out(_of_two_shops()), checked_out(_of_two_shops())
    shops = len(first.purchase.order_ids)

    with silent():
        in_silence = _commands(lambda: paid(first))

    assert _commands(lambda: paid(second)) - in_silence == 2 * shops + 2


def test_buying_three_lines_of_two_shops_takes_twenty_three_and_again_seven(app):
    browser = app.test_client()
    owner = _of_two_shops()
    browser.set_cookie("cart", owner.token)
    cart = browser.get("/api/v1/cart").json
    address = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}
    order = {"email": "ada@example.com", "ship_to": address, "accept_terms": True}
    body = order | {"cart_id": cart["id"], "expected_total": cart["total"]}

    def buy():
        answer = browser.post("/api/v1/checkout", json=body, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 201, answer.text

    assert _commands(buy) <= 23
    replay = {"Idempotency-Key": "one"}
    assert _commands(lambda: browser.post("/api/v1/checkout", json=body, headers=replay)) <= 7
