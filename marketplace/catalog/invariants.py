"""What must hold of the stored catalog: numbers that add up, and what products repeat of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ..accounts.values import CAPABILITIES, Capability
from ..shared.checks import Finding, Invariant
from .repositories import agreement, categories, products, ratings, tokens
from .services import pictures, reviews, stock


def _stock_adds_up() -> Iterator[Finding]:
    for found in stock.violations():
        yield Finding("stock", found.variant_id, found.reason)


def _misplaced_categories() -> Iterator[Finding]:
    for row in categories.misplaced():
        path = " › ".join(row.get("path", ()))
        yield Finding("categories", row["_id"], f"{path} does not follow from its parent.")


def _wrong_prices() -> Iterator[Finding]:
    for row in agreement.wrong_prices():
        said, real = (row.get("price_min"), row.get("price_max")), (row.get("low"), row.get("high"))
        sentence = f"It says {said[0]} to {said[1]}, and its variants cost {real[0]} to {real[1]}."
        yield Finding("products", row["_id"], sentence)


def _wrongly_visible() -> Iterator[Finding]:
    for row in agreement.wrongly_visible():
        shown, hidden = "It is shown, though not both", "It is not shown, though both"
        sentence = f"{shown if row.get('visible') else hidden} its state and its shop say that it is."
        yield Finding("products", row["_id"], sentence)


def _without_search() -> Iterator[Finding]:
    for row in agreement.without_search():
        yield Finding("products", row["_id"], "No search finds it. Run: flask search-rebuild --products")


def _apart_from_shop() -> Iterator[Finding]:
    statuses = [status.value for status, may in CAPABILITIES.items() if Capability.VISIBLE in may]
    for row in agreement.apart_from_shop(statuses):
        taken, real = ("visible", "not") if row.get("shop_visible") else ("hidden", "visible")
        sentence = f"It takes its shop {row['shop_id']} for {taken}, which is {real}."
        yield Finding("products", row["_id"], sentence)


def _apart_from_category() -> Iterator[Finding]:
    for row in agreement.apart_from_category():
        sentence = f"It is not filed under everything above its category {row['category_id']}."
        yield Finding("products", row["_id"], sentence)


def _apart_from_stock() -> Iterator[Finding]:
    for row in agreement.apart_from_stock():
        if row["variant_of"] is None:
            yield Finding("stock", row["_id"], f"The product {row['stock_of']} has no such variant.")
        else:
            yield Finding("products", row["variant_of"], f"Its variant {row['_id']} has no stock of its own.")


def _lost_pictures() -> Iterator[Finding]:
    found = products.pictured()
    while some := list(islice(found, 500)):
        lost = pictures.missing_files({file for _, files in some for file in files})
        for product_id, files in some:
            for file in sorted(lost.intersection(files)):
                yield Finding("products", product_id, f"It shows the picture {file}, which is not stored.")


def _unknown_attributes() -> Iterator[Finding]:
    for row in agreement.unknown_attributes():
        yield Finding(
            row["collection"], row["one"], f"It names the attribute {row['_id']}, which is not there."
        )


def _miscounted_ratings() -> Iterator[Finding]:
    for found in reviews.miscounted_ratings():
        yield Finding("products", found.product_id, found.sentence)


def _miscounted_votes() -> Iterator[Finding]:
    for row in ratings.miscounted_votes():
        said, real = row["said"], row["real"]
        sentence = (
            f"It counts {said[0]} helpful and {said[1]} other votes; there are {real[0]} and {real[1]}."
        )
        yield Finding("reviews", row["_id"], sentence)


def _not_bought() -> Iterator[Finding]:
    for row in ratings.not_bought():
        sentence = f"Its author {row['author_id']} did not receive, or does not keep, what it is about."
        yield Finding("reviews", row["_id"], sentence)


def _without_a_reason() -> Iterator[Finding]:
    for row in agreement.without_a_decision():
        yield Finding("products", row["_id"], f"It is {row['status']}, and no moderator said why.")


def _given_again() -> Iterator[Finding]:
    for row in agreement.given_again():
        address = row["_id"]["address"]
        for product_id in row["products"]:
            yield Finding("products", product_id, f"Another product has or had its address {address}.")


def _apart_from_tokens() -> Iterator[Finding]:
    for row in tokens.apart():
        said, should = set(row.get("f") or ()), set(row["should"]["f"])
        wrong = [*(f"lacks {one}" for one in should - said), *(f"has {one}" for one in said - should)]
        sentence = f"It {', '.join(wrong)}." if wrong else "Its codes or rank do not follow from the rest."
        yield Finding("products", row["_id"], sentence)


_PRODUCTS: tuple[tuple[str, Callable[[], Iterator[Any]]], ...] = (
    ("The lowest and highest price of a product are those of its variants.", _wrong_prices),
    ("A product is visible when it is active and its shop is visible.", _wrongly_visible),
    ("Every product can be found by a search.", _without_search),
    ("Products know whether their shop is visible.", _apart_from_shop),
    ("Products are filed under their category and all above it.", _apart_from_category),
    ("Every variant has its stock, and all stock its variant.", _apart_from_stock),
    ("The pictures that products show are stored.", _lost_pictures),
    ("The rating of a product is that of its published reviews.", _miscounted_ratings),
    ("What a moderator sent back, rejected or hid says why.", _without_a_reason),
    ("An address that a product had is given to no other product of its shop.", _given_again),
    ("Lists find products by their category, shop, stock and stars.", _apart_from_tokens),
)

INVARIANTS = (
    Invariant("The numbers of every variant's stock add up.", "stock", _stock_adds_up),
    Invariant("Facts and rules name attributes that are there.", "attributes", _unknown_attributes),
    Invariant("Categories lie where their parent says.", "categories", _misplaced_categories),
    *(Invariant(name, "products", find) for name, find in _PRODUCTS),
    Invariant("Reviews count the votes that they have.", "reviews", _miscounted_votes),
    Invariant("What is reviewed in public was bought, delivered and kept.", "reviews", _not_bought),
)
