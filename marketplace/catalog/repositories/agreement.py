"""Where products do not agree with themselves, with their shop, their category or their stock.

What a product repeats of others makes its lists fast, and each of it can go stale. Every query here is one
pass on the server that answers with what is wrong alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..values import ProductStatus
from .categories import categories
from .products import products

Row = dict[str, Any]


def wrong_prices() -> Iterator[Row]:
    """Products whose lowest or highest price is not that of what can be bought of them: id and prices."""
    active = {"$filter": {"input": "$variants", "cond": "$$this.active"}}
    buyable = {"$cond": [{"$eq": [active, []]}, "$variants", active]}
    return products.rows(
        [
            {"$project": {"price_min": 1, "price_max": 1, "variants": buyable}},
            {"$set": {"low": {"$min": "$variants.price.amount"}, "high": {"$max": "$variants.price.amount"}}},
            {"$match": {"$expr": {"$or": _differ(("$price_min", "$low"), ("$price_max", "$high"))}}},
            {"$project": {"variants": 0}},
        ]
    )


def wrongly_visible() -> Iterator[Row]:
    """Products that are seen though they or their shop are not to be seen, or the other way round."""
    seen = {"$and": ["$shop_visible", {"$eq": ["$status", ProductStatus.ACTIVE.value]}]}
    return products.rows([{"$match": {"$expr": {"$ne": ["$visible", seen]}}}, {"$project": {"visible": 1}}])


def without_search() -> Iterator[Row]:
    """Products that no search finds, because what it finds them by was never written."""
    return products.rows([{"$match": {"search.weights": None}}, {"$project": {"_id": 1}}])


def apart_from_shop(visible_statuses: Iterable[str]) -> Iterator[Row]:
    """Products that take their shop for visible when it is not, or the other way round."""
    stale = products.rows(
        [
            {"$group": {"_id": {"shop_id": "$shop_id", "shop_visible": _or_none("$shop_visible")}}},
            _joined("shops", "_id.shop_id", {"status": 1}),
            {"$match": {"other": {"$ne": []}}},
            {"$set": {"shown": {"$in": [{"$first": "$other.status"}, list(visible_statuses)]}}},
            {"$match": {"$expr": {"$ne": ["$_id.shop_visible", "$shown"]}}},
        ]
    )
    return _each_of(stale, {"shop_id": 1, "shop_visible": 1})


def apart_from_category() -> Iterator[Row]:
    """Products whose categories are not their own one and all above it."""
    line = {"$concatArrays": [{"$ifNull": [{"$first": "$other.ancestors"}, []]}, ["$_id.category_id"]]}
    stale = products.rows(
        [
            {"$group": {"_id": {"category_id": "$category_id", "category_ids": _or_none("$category_ids")}}},
            _joined("categories", "_id.category_id", {"ancestors": 1}),
            {"$match": {"$and": [{"other": {"$ne": []}}, {"$expr": {"$ne": ["$_id.category_ids", line]}}]}},
        ]
    )
    return _each_of(stale, {"category_id": 1})


def unknown_attributes() -> Iterator[Row]:
    """Products with facts, and categories with rules, of attributes that are not there: code and where."""
    for repository, where in ((products, "specs"), (categories, "attribute_rules")):
        stated = f"${where}.attribute"
        yield from repository.rows(
            [
                {"$match": {f"{where}.attribute": {"$exists": True}}},
                {"$project": {"code": stated}},
                {"$unwind": "$code"},
                {"$group": {"_id": "$code", "one": {"$first": "$_id"}}},
                _joined("attributes", "_id", {"code": 1}, foreign="code"),
                {"$match": {"other": []}},
                {"$set": {"collection": repository.document._meta["collection"]}},
            ]
        )


def apart_from_stock() -> Iterator[Row]:
    """Variants without stock, and stock without its variant: id of the variant, and the product of each."""
    stock = [{"$project": {"stock_of": "$product_id"}}]
    return products.rows(
        [
            {"$unwind": "$variants"},
            {"$project": {"_id": "$variants.id", "variant_of": "$_id"}},
            {"$unionWith": {"coll": "stock", "pipeline": stock}},
            {
                "$group": {
                    "_id": "$_id",
                    "variant_of": {"$max": "$variant_of"},
                    "stock_of": {"$max": "$stock_of"},
                }
            },
            {"$match": {"$expr": {"$ne": ["$variant_of", "$stock_of"]}}},
        ]
    )


def without_a_decision() -> Iterator[Row]:
    """Products in a state that only a moderator's decision leads to, without one: id and status."""
    decided = [ProductStatus.CHANGES_REQUESTED, ProductStatus.REJECTED, ProductStatus.HIDDEN]
    wrong = {"status": {"$in": [one.value for one in decided]}, "moderation.step": {"$exists": False}}
    return products.rows([{"$match": wrong}, {"$project": {"status": 1}}])


def given_again() -> Iterator[Row]:
    """Addresses that several products of a shop have or had: shop and address, and the products."""
    addresses = {"$concatArrays": [["$slug"], {"$ifNull": ["$former_slugs", []]}]}
    place = {"shop_id": "$shop_id", "address": "$address"}
    return products.rows(
        [
            {"$project": {"shop_id": 1, "address": addresses}},
            {"$unwind": "$address"},
            {"$group": {"_id": place, "products": {"$addToSet": "$_id"}}},
            {"$match": {"products.1": {"$exists": True}}},
        ]
    )


def _joined(collection: str, local: str, shown: dict[str, int], *, foreign: str = "_id") -> Row:
    """A stage that finds the document with the local id, as the only one of the list `other`."""
    return {
        "$lookup": {
            "from": collection,
            "localField": local,
            "foreignField": foreign,
            "pipeline": [{"$project": shown}],
            "as": "other",
        }
    }


def _each_of(groups: Iterable[Row], shown: dict[str, int]) -> Iterator[Row]:
    """The products of each group, whose id is what they have in common."""
    for group in groups:
        yield from products.rows([{"$match": group["_id"]}, {"$project": shown}])


def _or_none(field: str) -> Row:
    """The field, or None where it is missing, as a filter finds it again."""
    return {"$ifNull": [field, None]}


def _differ(*pairs: tuple[str, str]) -> list[Row]:
    return [{"$ne": list(pair)} for pair in pairs]
