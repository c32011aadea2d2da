"""A catalogue of any size from the sample load, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask

from marketplace.catalog import services
from marketplace.catalog.schemas import ProductListQuery
from marketplace.operations.migrations import migrate
from marketplace.shared import connections, cursors
from marketplace.shared.paging import Position
from seeds.load import blocks
from seeds.plan import Plan

#: How many rows a page has, and which page is the deep one, as far as there are so many.
PAGE, DEEP = 24, 10_000

#: What lists and searches read.
NEEDED = ("attributes", "categories", "shops", "products", "stock")


@dataclass(frozen=True, slots=True)
class Shelves:
    """What is asked for: addresses of deep pages, words that are neither rare nor everywhere."""

    category: str
    attribute: str
    options: list[str]
    deep: list[str]
    words: list[str]
    frequent: str
    prefixes: list[str]


def lay_out(app: Flask, size: int) -> Shelves:
    """The catalogue of this size in the application's database; its indexes are built when all is there."""
    db = connections.database()
    migrate(db)
    indexes = [dict(index) for index in db.products.list_indexes() if index["name"] != "_id_"]
    db.products.drop_indexes()
    for documents in blocks(Plan(scale=size, orders=0)):
        for name in NEEDED:
            if documents.get(name):
                db[name].insert_many(documents[name], ordered=False)
    for index in indexes:
        db.command("createIndexes", "products", indexes=[index])
    services.rebuild_dictionary()
    return _asked(app, db, size)


def _asked(app: Flask, db: Any, size: int) -> Shelves:
    largest = next(iter(db.products.aggregate([{"$sortByCount": "$category_id"}, {"$limit": 1}])))["_id"]
    material = db.attributes.find_one({"code": {"$regex": "material$"}})
    like = {"kind": "term", "key": {"$regex": "^[a-z]{4,}$"}}
    terms = list(db.search_terms.find(like, {"key": 1, "count": 1}))
    terms.sort(key=lambda term: (-term["count"], term["key"]))
    usual = [term["key"] for term in terms if size * 0.0005 <= term["count"] <= size * 0.01][:200]
    return Shelves(
        category=db.categories.find_one({"_id": largest})["slug"],
        attribute=material["code"],
        options=[option["code"] for option in material["options"]],
        deep=_deep(app, db),
        words=usual,
        frequent=terms[0]["key"],
        prefixes=sorted({word[:length] for word in usual for length in (2, 3, 4)}),
    )


def _deep(app: Flask, db: Any) -> list[str]:
    """Addresses of pages around the ten thousandth of all products by price, or near the end of fewer."""
    skip = min(DEEP * PAGE, int(db.products.count_documents({"visible": True}) * 0.9))
    order = [("price_min", 1), ("_id", 1)]
    rows = db.products.find({"visible": True}, {"price_min": 1}).sort(order).skip(skip).limit(20 * PAGE)
    found = []
    with app.test_request_context("/api/v1/products"):
        asked = ProductListQuery().load({"sort": "price"})
        listing = cursors.listing_of(asked)
        for row in list(rows)[::PAGE]:
            cursor = cursors.encode(Position((row["price_min"], row["_id"])), listing)
            found.append(f"/api/v1/products?sort=price&cursor={cursor}")
    return found
