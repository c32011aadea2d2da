"""The queries of ordering on a real server: one cart for each owner, and an index for each list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from marketplace.ordering import process, services
from marketplace.ordering.repositories import carts, orders, payments, purchases
from marketplace.ordering.values import CartOwner, new_cart_token
from marketplace.shared.clock import now
from tests.builders import goods

pytestmark = pytest.mark.real


@pytest.mark.parametrize("owner", [CartOwner(user_id=ObjectId()), CartOwner(token=new_cart_token())])
def test_adding_from_ten_tabs_at_once_fills_one_cart(app, owner):
    mug = goods(stock=50)

    def add(_):
        with app.app_context():
            services.add_item(owner, variant_id=mug)

    with ThreadPoolExecutor(10) as tabs:
        list(tabs.map(add, range(10)))

    assert carts.all().count() == 1
    assert carts.live(owner).pieces == 10


def test_what_is_added_while_carts_are_joined_is_in_one_of_them(app):
    token, user_id, goods_of_all = new_cart_token(), ObjectId(), [goods() for _ in range(20)]
    visitor, member = CartOwner(token=token), CartOwner(user_id=user_id)

    def do(variant):
        with app.app_context():
            services.add_item(visitor, variant_id=variant)
            services.merge_carts(token=token, user_id=user_id)

    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(do, goods_of_all))

    assert carts.pieces(visitor) + carts.pieces(member) == 20


QUERIES = {
    "a member's cart": lambda: carts.all().filter(live=True, user_id=ObjectId()),
    "a visitor's cart": lambda: carts.all().filter(live=True, token=new_cart_token()),
    "the purchase of a cart": lambda: purchases.all().filter(cart_id=ObjectId()),
    "unpaid purchases": lambda: purchases.all().filter(pay_until__exists=True, pay_until__lte=now()),
    "an order": lambda: orders.all().filter(number="7F3K-9Q2D"),
    "the orders of a purchase": lambda: orders.all().filter(purchase_id=ObjectId()),
    "my orders": lambda: orders.all().filter(buyer_id=ObjectId()).order_by("-placed_at", "-_id"),
    "a shop's orders": lambda: (
        orders.all().filter(shop_id=ObjectId(), status__in=process.PAID).order_by("-placed_at", "-_id")
    ),
    "a provider's payment": lambda: payments.all().filter(provider="sandbox", reference="x"),
    "the payments of a purchase": lambda: payments.all().filter(purchase_id=ObjectId()),
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reads_a_whole_collection_or_sorts_in_memory(app, name):
    plan = str(QUERIES[name]().explain()["queryPlanner"]["winningPlan"])

    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan
