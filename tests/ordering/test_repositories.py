"""The queries of ordering on a real server: one cart for each owner, and an index for each list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from bson import ObjectId

from marketplace.accounts.repositories import shops
from marketplace.catalog.repositories import products
from marketplace.ordering import process, services
from marketplace.ordering.repositories import carts, events, history, orders, payments, purchases, refunds
from marketplace.ordering.repositories.carts import live_or_bought
from marketplace.ordering.repositories.orders import BY_PLACED, BY_URGENCY
from marketplace.ordering.values import CartOwner, new_cart_token
from marketplace.shared import paging
from marketplace.shared.clock import now
from marketplace.shared.errors import VersionConflict
from marketplace.shared.paging import Position
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


def persistently(change):
    """Make a change, and again when it is refused because others changed the same at that moment."""
    for _ in range(20):
        with suppress(VersionConflict):
            return change()
    pytest.fail("It was refused twenty times.")


def test_what_is_added_while_carts_are_joined_is_in_one_of_them(app):
    token, user_id, goods_of_all = new_cart_token(), ObjectId(), [goods() for _ in range(20)]
    visitor, member = CartOwner(token=token), CartOwner(user_id=user_id)

    def do(variant):
        with app.app_context():
            persistently(lambda: services.add_item(visitor, variant_id=variant))
            persistently(lambda: services.merge_carts(token=token, user_id=user_id))

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
        orders.all()
        .filter(shop_id=ObjectId(), status__in=process.PAID)
        .order_by("-placed_at", "-_id")
        .hint(BY_PLACED)
    ),
    "the orders whose timer rings": lambda: (
        orders.all().filter(__raw__={"timer.at": {"$lte": now()}}).order_by("timer.at", "_id")
    ),
    "the orders whose timer failed": lambda: (
        orders.all().filter(__raw__={"timer.error": {"$exists": True}}).order_by("timer.error", "_id")
    ),
    "late orders": lambda: (
        orders.all().filter(status__in=process.TO_SHIP, ships_by__lt=now()).order_by("ships_by", "_id")
    ),
    "the refunds of an order": lambda: refunds.all().filter(order_id=ObjectId()).order_by("_id"),
    "the refunds in a state": lambda: refunds.all().filter(status__in=["failed", "pending"]).order_by("_id"),
    "the refunds to ask about again": lambda: (
        refunds.all().filter(status="failed", tried_at__lte=now()).order_by("tried_at", "_id")
    ),
    "a provider's payment": lambda: payments.all().filter(provider="sandbox", reference="x"),
    "the payments of a purchase": lambda: payments.all().filter(purchase_id=ObjectId()),
}


def _placed(query, at=None):
    return _sorted(query, [("placed_at", -1), ("_id", -1)], at)


def _due(query, at=None):
    return _sorted(query, [("ships_by", 1), ("_id", 1)], at)


def _sorted(query, sort, at):
    """The query as `Repository.page` asks it, from the beginning or from a position on."""
    position = Position((now(), ObjectId())) if at else None
    names = [f"{'-' if way < 0 else '+'}{name}" for name, way in sort]
    after = paging.predicate(sort, position)
    return (query.filter(__raw__=after) if after else query).order_by(*names).limit(25)


def _of_shop(statuses, **more):
    index = BY_PLACED if statuses is process.PAID else BY_URGENCY
    return orders.all().filter(shop_id=ObjectId(), status__in=statuses, **more).hint(index)


LATE = {"ships_by__lt": now(), "origin": None}

WORDS = {"$and": [{"items.title": {"$regex": "mug", "$options": "i"}}]}

for place in (None, "later"):
    QUERIES |= {
        f"{name}, {place or 'first'} page": query
        for name, query in {
            "my open orders": lambda at=place: _placed(
                orders.all().filter(buyer_id=ObjectId(), status__in=services.OPEN), at
            ),
            "my orders with words": lambda at=place: _placed(
                orders.all().filter(buyer_id=ObjectId(), __raw__=WORDS), at
            ),
            "a shop's orders of some days": lambda at=place: _placed(
                _of_shop(process.PAID, placed_at__gte=now(), placed_at__lt=now()), at
            ),
            "what a shop has to ship": lambda at=place: _due(_of_shop(process.TO_SHIP, origin=None), at),
            "what a shop ships late": lambda at=place: _due(_of_shop(process.TO_SHIP, **LATE), at),
            "what a shop ships late of some days": lambda at=place: _due(
                _of_shop(process.TO_SHIP, placed_at__gte=now(), **LATE), at
            ),
            "all orders": lambda at=place: _placed(orders.all(), at),
            "the orders of an e-mail address": lambda at=place: _placed(
                orders.all().filter(email="ada@example.com"), at
            ),
        }.items()
    }

QUERIES |= {
    "orders with numbers": lambda: orders.all().filter(number__in=["7F3K-9Q2D"], shop_id=ObjectId()),
    "a payment by its reference": lambda: payments.all().filter(reference="x").limit(20),
    "what was reported of payments": lambda: events.all().filter(payment_id__in=[ObjectId()]),
    "the orders of purchases": lambda: orders.all().filter(purchase_id__in=[ObjectId()]).order_by("_id"),
    "imported purchases": lambda: history.all().filter(__raw__={"origin.reference": {"$in": ["x", "y"]}}),
    "archived listings": lambda: products.all().filter(shop_id__in=[ObjectId()], external_id__in=["a", "b"]),
    "shops at addresses": lambda: shops.all().filter(slug__in=["a", "b"]),
    "a visitor's carts at the checkout": lambda: _at_checkout(CartOwner(token="x")),
    "a member's carts at the checkout": lambda: _at_checkout(CartOwner(user_id=ObjectId())),
}


def _at_checkout(owner):
    return carts.all().filter(__raw__=live_or_bought(owner, ObjectId()))


#: A handful of documents that are sorted after they were found by their ids.
SORTED = ("the orders of purchases",)


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reads_a_whole_collection_or_sorts_in_memory(app, name):
    plan = str(QUERIES[name]().explain()["queryPlanner"]["winningPlan"])

    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan or name in SORTED
