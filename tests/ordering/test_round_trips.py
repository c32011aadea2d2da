"""How often a page asks the database: counted by the database itself."""

from __future__ import annotations

import pytest

from marketplace.ordering import services
from marketplace.ordering.values import CartOwner
from marketplace.shared import connections
from tests.builders import a_cart, a_shop, checked_out, goods, paid

pytestmark = pytest.mark.real


def _round_trips(browser, address):
    """How many commands the database ran for the page."""
    db = connections.database()
    db.command("profile", 2)
    answer = browser.get(address)
    db.command("profile", 0)
    assert answer.status_code == 200, answer.text
    return db["system.profile"].count_documents({"command.profile": {"$exists": False}})


def _of_two_shops(owner=None):
    return a_cart(goods(), goods(), goods(a_shop(name="Forge")), owner=owner, quantity=2)


def test_a_visitors_cart_takes_five(app):
    browser = app.test_client()
    browser.set_cookie("cart", _of_two_shops().token)

    assert _round_trips(browser, "/cart") <= 5


def test_a_members_cart_takes_six(app, person):
    member, browser = person()
    _of_two_shops(CartOwner(user_id=member.id))

    assert _round_trips(browser, "/cart") <= 6


def test_a_visitors_checkout_takes_five(app):
    browser = app.test_client()
    browser.set_cookie("cart", _of_two_shops().token)

    assert _round_trips(browser, "/checkout") <= 5


def test_an_order_takes_six(app, person):
    member, browser = person()
    order = paid(checked_out(_of_two_shops(CartOwner(user_id=member.id)))).orders[0]

    assert _round_trips(browser, f"/order/{order.number}") <= 6


def test_a_visitors_purchase_takes_six(app):
    view = paid(checked_out(_of_two_shops()))

    address = f"/purchase/{view.purchase.id}?key={services.key_of(view.purchase)}"

    assert _round_trips(app.test_client(), address) <= 6
