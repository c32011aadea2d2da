"""The documents of a load, as they are made; what the database makes of them stands with the command."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.catalog.services import products
from marketplace.ordering.values import OrderStatus
from seeds.load import _Progress, blocks, templates
from seeds.load.catalogue import BLOCK
from seeds.load.words import by_rank
from seeds.plan import EPOCH, Plan
from tests.seeds.talking import talks_that_are_wrong

SCALE = BLOCK + 300

Documents = dict[str, list[dict[str, Any]]]


def made(plan: Plan) -> Documents:
    """All documents of a load by collection."""
    found: Documents = defaultdict(list)
    for documents in blocks(plan):
        for name, rows in documents.items():
            found[name] += rows
    return found


@pytest.fixture(scope="module")
def load() -> Documents:
    return made(Plan(scale=SCALE))


def test_a_load_has_as_many_products_as_asked_for_and_three_orders_for_ten(load):
    assert len(load["products"]) == SCALE
    assert len(load["orders"]) == SCALE * 3 // 10
    assert len(load["shops"]) == 5 + 2


@pytest.mark.parametrize("name", templates.KINDS)
def test_documents_are_what_their_aggregates_store(load, name):
    for document in load[name][::7]:
        templates.check(name, document)


def test_a_document_that_its_aggregate_would_not_store_is_told(load):
    wrong = load["orders"][0] | {
        "totals": load["orders"][0]["totals"] | {"total": {"amount": 1, "currency": "USD"}}
    }
    stale = load["products"][0] | {"price_min": 0}

    with pytest.raises(Exception, match="not the sum"):
        templates.check("orders", wrong)
    with pytest.raises(ValueError, match="A document for products is not what its aggregate would store"):
        templates.check("products", stale)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("users", "email"),
        ("shops", "slug"),
        ("categories", "slug"),
        ("orders", "number"),
        ("purchases", "cart_id"),
        ("payments", "reference"),
        ("payment_events", "event_id"),
        *((name, "_id") for name in templates.KINDS),
    ],
)
def test_what_has_to_be_unique_is(load, name, field):
    values = [document[field] for document in load[name]]

    assert len(set(values)) == len(values)


def test_every_address_of_a_listing_is_the_one_that_its_title_wishes_for(load):
    assert all(product["slug"] == products.slug_of(product["title"]) for product in load["products"])


def test_every_reference_leads_to_something(load):
    ids = {name: {row["_id"] for row in rows} for name, rows in load.items()}
    references = [
        *(("shops", product["shop_id"]) for product in load["products"]),
        *(("categories", one) for product in load["products"] for one in product["category_ids"]),
        *(("media", picture["file"]) for product in load["products"] for picture in product["pictures"]),
        *(("products", stock["product_id"]) for stock in load["stock"]),
        *(("stock", movement["variant_id"]) for movement in load["stock_movements"]),
        *(("users", shop["owner_id"]) for shop in load["shops"]),
        *(("users", order["buyer_id"]) for order in load["orders"] if "buyer_id" in order),
        *(("purchases", order["purchase_id"]) for order in load["orders"]),
        *(("stock", item["variant_id"]) for order in load["orders"] for item in order["items"]),
        *(("orders", order_id) for purchase in load["purchases"] for order_id in purchase["order_ids"]),
        *(("purchases", payment["purchase_id"]) for payment in load["payments"]),
        *(("payments", event["payment_id"]) for event in load["payment_events"]),
    ]

    assert [(name, one) for name, one in references if one not in ids[name]] == []


def test_the_numbers_of_stock_are_those_of_the_orders(load):
    counted = {stock["_id"]: stock for stock in load["stock"] if stock["track"]}
    allocated, shipped = Counter[Any](), Counter[Any]()
    for order in load["orders"]:
        for item in order["items"]:
            if order["status"] in ("placed", "processing"):
                allocated[item["variant_id"]] += item["quantity"]
            elif order.get("shipments"):
                shipped[item["variant_id"]] += item["quantity"]
    arrived, gone = Counter[Any](), Counter[Any]()
    for movement in load["stock_movements"]:
        (gone if movement["kind"] == "ship" else arrived)[movement["variant_id"]] += movement["quantity"]

    assert gone == shipped
    for variant_id, stock in counted.items():
        held = sum(hold["quantity"] for hold in stock["holds"])
        assert stock["on_hand"] == stock["available"] + stock["allocated"] + held
        assert stock["allocated"] == allocated[variant_id]
        assert stock["on_hand"] == arrived[variant_id] - gone[variant_id]


def test_what_was_received_may_be_reviewed_and_stars_are_those_of_the_reviews(load):
    rights = {right["_id"]: right for right in load["review_rights"]}
    stars = defaultdict(list)
    for review in load["reviews"]:
        right = rights[review["line_id"]]
        assert right["delivered_at"] < review["created_at"] == right["used_at"] <= EPOCH
        assert (right["author_id"], right["product_id"]) == (review["author_id"], review["product_id"])
        stars[review["product_id"]].append(review["rating"])

    authors = [(review["author_id"], review["product_id"]) for review in load["reviews"]]
    assert len(set(authors)) == len(authors) > SCALE // 20
    for product in load["products"]:
        given = stars[product["_id"]]
        counted = {f"c{number}": given.count(number) for number in range(1, 6)}
        assert product["rating"] == {"n": len(given), "sum": sum(given)} | counted


def test_only_purchases_that_wait_hold_pieces(load):
    waiting = {str(purchase["_id"]) for purchase in load["purchases"] if "pay_until" in purchase}
    holds = [hold for stock in load["stock"] for hold in stock["holds"]]

    assert waiting
    assert {hold["ref"].partition(":")[0] for hold in holds} <= waiting


def test_purchases_cost_what_their_orders_cost_and_that_is_paid(load):
    orders = {order["_id"]: order["totals"]["total"]["amount"] for order in load["orders"]}
    total = {purchase["_id"]: purchase["total"]["amount"] for purchase in load["purchases"]}

    for purchase in load["purchases"]:
        assert total[purchase["_id"]] == sum(orders[order_id] for order_id in purchase["order_ids"])
    assert all(payment["amount"]["amount"] == total[payment["purchase_id"]] for payment in load["payments"])


def test_orders_are_in_every_state_and_nothing_happens_after_the_end(load):
    assert {order["status"] for order in load["orders"]} == set(OrderStatus)
    assert all(event["at"] <= EPOCH for order in load["orders"] for event in order["events"])
    assert all(
        [event["at"] for event in order["events"]] == sorted(event["at"] for event in order["events"])
        for order in load["orders"]
    )


def test_nobody_buys_what_is_not_for_sale_or_not_there_yet(load):
    shown = {product["_id"]: product["published_at"] for product in load["products"] if product["visible"]}

    for order in load["orders"]:
        assert all(shown[item["product_id"]] < order["placed_at"] for item in order["items"])


def test_some_listings_are_not_for_sale_and_a_shop_waits_for_its_review():
    load = made(Plan(scale=10 * BLOCK))

    assert {product["status"] for product in load["products"]} == {"draft", "active", "paused", "archived"}
    assert Counter(shop["status"] for shop in load["shops"]) == {"active": 49, "pending_review": 1}


def test_a_larger_load_begins_like_a_smaller_one(load):
    larger = made(Plan(scale=2 * BLOCK))

    assert larger["orders"][:300] == load["orders"][:300]
    assert larger["stock"][: len(load["stock"]) // 2] == load["stock"][: len(load["stock"]) // 2]


def test_another_seed_shares_nothing(load):
    other = made(Plan(seed=43, scale=200))

    for name, field in (("orders", "number"), ("users", "email"), ("shops", "slug"), ("products", "_id")):
        assert not {row[field] for row in other[name]} & {row[field] for row in load[name]}


def test_a_load_that_ends_later_has_the_same_ids(load):
    later = made(replace(Plan(scale=SCALE), moment=EPOCH + timedelta(days=100)))

    assert [row["_id"] for row in later["orders"]] == [row["_id"] for row in load["orders"]]
    assert later["orders"][0]["placed_at"] - load["orders"][0]["placed_at"] == timedelta(days=100)


@pytest.mark.parametrize("scale", [1, 2, 3, 7, 201])
def test_the_smallest_loads_are_whole(scale):
    load = made(Plan(scale=scale))

    assert len(load["products"]) == scale
    assert len(load["orders"]) == scale * 3 // 10


def test_the_progress_tells_how_far_it_is_how_fast_it_goes_and_how_long_it_takes(monkeypatch):
    moments = iter([100.0, 103.0, 110.0, 111.0])
    monkeypatch.setattr("seeds.load.time", SimpleNamespace(monotonic=lambda: next(moments)))
    progress = _Progress(10_000)

    lines = [progress.line(Counter({"products": 1000, "stock": 1000})) for _ in range(3)]

    assert lines == [
        None,
        "1,000 of 10,000 products (10 %), 200 documents a second, about 1 min 30 s to go",
        None,
    ]


def test_the_most_frequent_word_is_twice_as_frequent_as_the_second():
    table = Counter(by_rank(("the", "of", "and", "rare"), 1000))

    assert table["the"] // table["of"] == 2
    assert table["the"] // table["and"] == 3
    assert min(Counter(by_rank([str(number) for number in range(5000)], 1000)).values()) == 1


def test_some_members_talk_to_shops_about_what_they_bought(load):
    orders = {order["_id"]: order for order in load["orders"]}
    bought = sum("buyer_id" in order for order in load["orders"])

    assert talks_that_are_wrong(load) == []
    assert bought / 20 < len(load["conversations"]) < bought / 5
    for one in load["conversations"]:
        (subject,) = one["subjects"]
        order = orders[subject["id"]]
        assert (order["buyer_id"], order["shop_id"]) == (one["buyer_id"], one["shop_id"])
        assert order["events"][0]["at"] < one["created_at"] <= one["last_at"]


def test_unread_messages_are_some_of_them(load):
    unread = [row for row in load["conversations"] if row["buyer"]["has_unread"] or row["shop"]["has_unread"]]

    assert 0 < len(unread) < len(load["conversations"]) / 2


def test_a_message_has_an_id_of_its_own_that_rises_with_its_number(load):
    rows = sorted(load["messages"], key=lambda row: (row["conversation_id"], row["seq"]))

    for one, next_one in pairwise(rows):
        if one["conversation_id"] == next_one["conversation_id"]:
            assert one["_id"] < next_one["_id"]
            assert one["at"] < next_one["at"]
