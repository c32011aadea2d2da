"""The scenario of edges holds everything that the documents allow: a new state or limit has to be added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from mongoengine import EmbeddedDocumentListField, EnumField, ListField, StringField
from mongoengine.base import BaseDocument

from marketplace.accounts.documents import ADDRESS_LIMIT
from marketplace.accounts.services import SHOP_LIMIT
from marketplace.catalog.documents import DEEPEST
from marketplace.catalog.services.stock import MOST
from marketplace.catalog.values import (
    LOW_STOCK,
    REASON_LENGTH,
    REPLY_LENGTH,
    WORDINGS,
    Bucket,
    HidingCause,
    SpecificationType,
    StockLevel,
)
from marketplace.messaging.values import MOST_SUBJECTS
from marketplace.operations.drift import documents
from marketplace.ordering import process
from marketplace.ordering.values import MOST_LINES, MOST_PIECES, Actor
from marketplace.shared.values import LARGEST_PRICE
from seeds.edge import LASTS, _made
from seeds.edge.texts import TEXTS
from seeds.plan import EPOCH, Plan
from tests.seeds.talking import talks_that_are_wrong

CONTEXTS = tuple(f"marketplace.{name}." for name in ("accounts", "catalog", "ordering", "messaging"))

#: Texts that never grow as long as they might: addresses made of titles, references made of ids.
SHORTER = {"products.slug", "stock.holds.ref", "stock_movements.ref"}


@pytest.fixture(scope="module")
def edge() -> dict[str, list[dict[str, Any]]]:
    """The documents of the scenario by collection."""
    return dict(_made(Plan(), EPOCH - LASTS))


def fields() -> Iterator[tuple[str, list[str], Any]]:
    """Each field of the contexts' documents: its collection, the way to it, and the field."""
    for kind in documents():
        if kind.__module__.startswith(CONTEXTS):
            for path, field in _below(kind, []):
                yield kind._meta["collection"], path, field


def _below(kind: type[BaseDocument], above: list[str]) -> Iterator[tuple[list[str], Any]]:
    for field in kind._fields.values():
        path = [*above, field.db_field]
        if isinstance(field, EmbeddedDocumentListField):
            yield from _below(field.field.document_type, path)
        elif isinstance(field, ListField):
            yield path, field.field
        else:
            yield path, field


def values(rows: Any, path: list[str]) -> Iterator[Any]:
    """Everything that stands at this place of the documents."""
    if isinstance(rows, list):
        for row in rows:
            yield from values(row, path)
    elif not path:
        yield rows
    elif isinstance(rows, dict) and path[0] in rows:
        yield from values(rows[path[0]], path[1:])


ENUMS = [(name, path, field.choices) for name, path, field in fields() if isinstance(field, EnumField)]

LIMITS = [
    (name, path, field.max_length)
    for name, path, field in fields()
    if isinstance(field, StringField) and field.max_length and ".".join([name, *path]) not in SHORTER
]


def test_the_walk_finds_the_states_and_the_limits():
    assert ("orders", ["status"]) in [(name, path) for name, path, _ in ENUMS]
    assert ("products", ["variants", "sku"], 64) in LIMITS
    assert len(ENUMS) == 19


@pytest.mark.parametrize(
    ("name", "path", "states"), ENUMS, ids=lambda part: ".".join(part) if isinstance(part, list) else None
)
def test_every_state_is_there(edge, name, path, states):
    assert set(values(edge[name], path)) == set(states)


@pytest.mark.parametrize(
    ("name", "path", "longest"), LIMITS, ids=lambda part: ".".join(part) if isinstance(part, list) else None
)
def test_every_text_is_somewhere_as_long_as_it_may_be(edge, name, path, longest):
    assert max(len(text) for text in values(edge[name], path)) == longest


def test_every_step_of_an_order_was_taken_by_everybody_who_may(edge):
    events = list(values(edge["orders"], ["events"]))

    assert {event["name"] for event in events} >= {step.name for step in process.TRANSITIONS}
    assert {event["actor"] for event in events} == set(Actor)


def test_every_kind_of_specification_is_there(edge):
    assert set(values(edge["products"], ["specs", "type"])) == set(SpecificationType)


def test_every_kind_of_stock_is_there(edge):
    levels = [
        StockLevel(
            row["on_hand"],
            row["available"],
            sum(values(row, ["holds", "quantity"])),
            row["allocated"],
            row["track"],
        )
        for row in edge["stock"]
    ]

    assert {level.bucket for level in levels} == set(Bucket)
    assert {level.track for level in levels} == {True, False}
    assert any(level.held for level in levels)
    assert any(level.allocated for level in levels)
    assert max(level.on_hand for level in levels) >= MOST - MOST_PIECES
    assert LOW_STOCK in {level.available for level in levels}


def test_the_numbers_of_stock_add_up_and_the_movements_explain_them(edge):
    arrived: dict[object, int] = defaultdict(int)
    for row in edge["stock_movements"]:
        sign = {"ship": -1, "unallocate": 0}.get(row["kind"], 1)
        arrived[row["variant_id"]] += sign * row["quantity"]

    for row in edge["stock"]:
        held = sum(values(row, ["holds", "quantity"]))
        assert row["on_hand"] == row["available"] + row["allocated"] + held
        if row["track"]:
            assert row["on_hand"] == arrived[row["_id"]]


def test_what_is_counted_in_documents_is_as_many_as_there_may_be(edge):
    assert max(len(user["addresses"]) for user in edge["users"]) == ADDRESS_LIMIT
    assert max(len(category["path"]) for category in edge["categories"]) == DEEPEST
    assert max(len(cart["items"]) for cart in edge["carts"]) == MOST_LINES
    assert min(len(cart["items"]) for cart in edge["carts"]) == 0
    assert max(values(edge["carts"], ["items", "quantity"])) == MOST_PIECES
    product = max(edge["products"], key=lambda one: len(one["variants"]))
    sizes = {name: len(product[name]) for name in ("variants", "options", "tags", "specs", "pictures")}
    assert sizes == {"variants": 100, "options": 3, "tags": 10, "specs": 200, "pictures": 12}
    owners = [shop["owner_id"] for shop in edge["shops"]]
    assert max(owners.count(owner) for owner in owners) == SHOP_LIMIT


def test_prices_go_from_nothing_to_the_largest_in_currencies_of_any_precision(edge):
    prices = list(values(edge["products"], ["variants", "price"]))

    assert {0, LARGEST_PRICE} <= {price["amount"] for price in prices}
    assert {price["currency"] for price in prices} == {"USD", "JPY", "KWD"}
    assert 0 in set(values(edge["orders"], ["totals", "total", "amount"]))


@pytest.mark.parametrize("kind", TEXTS)
def test_every_hard_text_is_a_title_a_name_and_was_bought_or_can_be(edge, kind):
    text = TEXTS[kind]

    assert text in set(values(edge["products"], ["title"]))
    assert text[:80] in set(values(edge["users"], ["display_name"]))


def test_visitors_bought_too(edge):
    assert any("buyer_id" not in purchase for purchase in edge["purchases"])


def test_another_seed_has_other_ids(edge):
    other = dict(_made(Plan(seed=7), EPOCH - LASTS))

    assert not {row["_id"] for row in edge["orders"]} & {row["_id"] for row in other["orders"]}


def test_reviews_have_every_number_of_stars_and_products_count_them(edge):
    published = [row for row in edge["reviews"] if row["status"] == "published"]
    ratings = {product["_id"]: product["rating"] for product in edge["products"]}

    assert {row["rating"] for row in published} == {1, 2, 3, 4, 5}
    assert {hiding["cause"] for hiding in values(edge["reviews"], ["hiding"])} == set(HidingCause)
    for product_id, rating in ratings.items():
        stars = [row["rating"] for row in published if row["product_id"] == product_id]
        assert rating["n"] == len(stars)
        assert rating["sum"] == sum(stars)
        assert [rating[f"c{number}"] for number in range(1, 6)] == [stars.count(one) for one in range(1, 6)]


def test_a_review_has_as_many_wordings_and_as_long_a_reply_as_it_may(edge):
    assert max(len(row["history"]) for row in edge["reviews"]) == WORDINGS
    assert max(len(text) for text in values(edge["reviews"], ["reply", "text"])) == REPLY_LENGTH
    assert max(len(text) for text in values(edge["reviews"], ["hiding", "reason"])) == REASON_LENGTH


def test_conversations_are_about_as_much_as_they_may_be_and_each_thing_is_talked_about_once(edge):
    keys = [
        (row["buyer_id"], row["shop_id"], key) for row in edge["conversations"] for key in row["subject_keys"]
    ]

    assert max(len(row["subjects"]) for row in edge["conversations"]) == MOST_SUBJECTS
    assert len(set(keys)) == len(keys)


def test_what_is_unread_follows_from_the_messages(edge):
    assert talks_that_are_wrong(edge) == []
    assert {row["locked"] for row in edge["conversations"]} == {True, False}
    assert any("deleted_at" in row for row in edge["messages"])
