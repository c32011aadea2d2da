"""Keeping the tokens and ranks of products in step with what they follow from: stock, stars, categories.

A variant that sells out or comes back changes one product's `f`, beside its version: who edits the listing is
not disturbed. Nothing here trusts what it read: a change is written only over the tokens that it was made
from, and afterwards it is looked again, until nothing is left to change. So whoever writes last has seen what
is true now, however many do this at once, and doing it again changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from bson import ObjectId
from mongoengine.errors import OperationError
from pymongo.errors import PyMongoError

from ...shared import transactions
from ..documents import Product
from ..documents.listed import arranged
from ..values.tokens import (
    NO_MEAN,
    category_token,
    codes_of,
    ranked_by_stars,
    shop_token,
    stars_of,
)

log = logging.getLogger(__name__)

#: How often it is looked again while others change the same products.
ATTEMPTS = 8

#: How many products are looked at together.
CHUNK = 1000

_READ = ("f", "f_codes", "rank_rating", "rank_mean", "rating", "category_ids", "shop_id")

Row = dict[str, Any]


def follow(product_ids: Iterable[ObjectId], *, mean: float | None = None) -> int:
    """Bring tokens and ranks of these products in line; how many changes that took.

    `mean` is the mean of all stars to rank by from now on. For outside of transactions: inside of one, stock
    that somebody else changes is not seen.
    """
    ids = iter(product_ids)
    return sum(_follow(chunk, mean) for chunk in iter(lambda: list(islice(ids, CHUNK)), []))


def follow_after(product_ids: Iterable[ObjectId]) -> None:
    """The same once the open transaction is committed; where it fails, the walk through all comes later."""
    transactions.on_commit(partial(_follow_or_log, list(product_ids)))


def after(product_id: ObjectId | None, limit: int) -> list[ObjectId]:
    """The ids of the next products, in the order of their ids."""
    rows = Product.objects(**({"pk__gt": product_id} if product_id else {})).order_by("pk").limit(limit)
    return list(rows.scalar("pk"))


def apart(product_ids: Iterable[ObjectId] | None = None) -> Iterator[Row]:
    """What would be changed: the row of each product, with the tokens and the rank that it should have.

    Of all products, as a stream, unless some are named.
    """
    pipeline: list[Row] = [] if product_ids is None else [{"$match": {"_id": {"$in": list(product_ids)}}}]
    read = dict.fromkeys((*_READ, "variants.id", "variants.active"), 1)
    stock = {"from": "stock", "localField": "_id", "foreignField": "product_id", "as": "stock"}
    shown = dict.fromkeys((*_READ, "variants", "stock._id", "stock.track", "stock.available"), 1)
    stages = [*pipeline, {"$project": read}, {"$lookup": stock}, {"$project": shown}]
    for row in Product._get_collection().aggregate(stages, allowDiskUse=True):
        should = _should(row, row.get("rank_mean"))
        if any(row.get(name) != value for name, value in should.items()):
            yield row | {"should": should}


def rated() -> tuple[int, int]:
    """How many reviews all visible products have, and the sum of their stars."""
    stages = [
        {"$match": {"visible": True, "f": "rating:1"}},
        {"$group": {"_id": None, "n": {"$sum": "$rating.n"}, "sum": {"$sum": "$rating.sum"}}},
    ]
    found = next(iter(Product._get_collection().aggregate(stages)), None)
    return stars_of(found)


def _follow(product_ids: list[ObjectId], mean: float | None) -> int:
    changed = 0
    if mean is not None:
        others = {"_id": {"$in": product_ids}, "rank_mean": {"$ne": mean}}
        Product._get_collection().update_many(others, {"$set": {"rank_mean": mean}})
    for _ in range(ATTEMPTS):
        wrong = list(apart(product_ids))
        if not wrong:
            break
        for row in wrong:
            seen = {"_id": row["_id"], "f": row.get("f")}
            changed += Product._get_collection().update_one(seen, {"$set": row["should"]}).modified_count
    return changed


def _should(row: Row, mean: float | None) -> Row:
    buyable = {variant["id"] for variant in row["variants"] if variant["active"]}
    in_stock = any(
        one["_id"] in buyable and (not one["track"] or one["available"] > 0) for one in row["stock"]
    )
    own = [token for token in row.get("f") or () if not token.startswith(("cat:", "shop:"))]
    places = [*map(category_token, row.get("category_ids") or ()), shop_token(row["shop_id"])]
    stars = stars_of(row.get("rating"))
    tokens = arranged([*places, *own], in_stock, stars)
    rank = ranked_by_stars(*stars, NO_MEAN if mean is None else mean)
    return {"f": tokens, "f_codes": codes_of(tokens), "rank_rating": rank}


def _follow_or_log(product_ids: list[ObjectId]) -> None:
    """Nobody's purchase fails because a list could not be brought up to date."""
    try:
        follow(product_ids)
    except (PyMongoError, OperationError) as error:
        log.warning("The tokens of %d products are left to the walk: %s", len(product_ids), error)
