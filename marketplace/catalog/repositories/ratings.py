"""The stars of each product, counted by bucket.

They change in the transaction in which a review enters or leaves what is published, as one `$inc`, and leave
the product's version alone: who edits a listing is not disturbed by those who review it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from ...shared.documents import restored, stored
from ..documents import Product
from ..values import MOST_STARS, Rating, ReviewStatus
from . import tokens
from .products import products
from .reviews import reviews

Row = dict[str, Any]

NUMBERS = tuple(field.name for field in fields(Rating))


def change(product_id: ObjectId, by: Mapping[str, int]) -> Rating | None:
    """The product's rating after its numbers changed by these; None when there is no such product."""
    row = Product._get_collection().find_one_and_update(
        {"_id": product_id},
        {"$inc": {f"rating.{name}": amount for name, amount in by.items()}},
        projection={"rating": 1},
        return_document=ReturnDocument.AFTER,
    )
    if row is None:
        return None
    tokens.follow_after([product_id])
    return restored(Rating, row["rating"])


def recounted(product_id: ObjectId) -> Rating:
    """The rating that the product's published reviews make."""
    rows = list(reviews.rows([{"$match": {"product_id": product_id}}, *_COUNT]))
    return restored(Rating, rows[0]) if rows else Rating()


def put(product_id: ObjectId, rating: Rating) -> None:
    """Store a rating that was counted anew in the open transaction."""
    products.all().filter(pk=product_id).update_one(__raw__={"$set": {"rating": stored(rating)}})
    tokens.follow_after([product_id])


def apart() -> Iterator[Row]:
    """Products whose rating is not what their reviews make: id, `said` and `real`, each with its numbers."""
    zeros = {name: {"$ifNull": [f"$rating.{name}", 0]} for name in NUMBERS}
    rated = {"$or": [{f"rating.{name}": {"$nin": [0, None]}} for name in NUMBERS]}
    nothing = dict.fromkeys(NUMBERS, 0)
    numbers = {name: f"${name}" for name in NUMBERS}
    return reviews.rows(
        [
            *_COUNT,
            {"$project": {"real": numbers}},
            {
                "$unionWith": {
                    "coll": "products",
                    "pipeline": [{"$match": rated}, {"$project": {"said": zeros}}],
                }
            },
            {"$group": {"_id": "$_id", "real": {"$max": "$real"}, "said": {"$max": "$said"}}},
            {"$set": {"real": {"$ifNull": ["$real", nothing]}, "said": {"$ifNull": ["$said", nothing]}}},
            {"$match": {"$expr": {"$or": [{"$ne": [f"$real.{one}", f"$said.{one}"]} for one in NUMBERS]}}},
        ]
    )


def miscounted_votes() -> Iterator[Row]:
    """Reviews whose numbers of votes are not those of the votes: id, `said` and `real`, each a pair."""
    both = {"_id": "$review_id", "yes": {"$cond": ["$helpful", 1, 0]}, "no": {"$cond": ["$helpful", 0, 1]}}
    return reviews.rows(
        [
            {"$project": {"is": {"$literal": True}, "said": ["$helpful", "$unhelpful"]}},
            {"$unionWith": {"coll": "review_votes", "pipeline": [{"$project": both}]}},
            {
                "$group": {
                    "_id": "$_id",
                    "is": {"$max": "$is"},
                    "said": {"$max": "$said"},
                    "yes": {"$sum": "$yes"},
                    "no": {"$sum": "$no"},
                }
            },
            {"$project": {"is": 1, "said": 1, "real": ["$yes", "$no"]}},
            {"$match": {"is": True, "$expr": {"$ne": ["$said", "$real"]}}},
        ]
    )


def not_bought() -> Iterator[Row]:
    """Published reviews whose author has no line of the product that was delivered and not paid back."""
    line = {
        "from": "review_rights",
        "let": {"author": "$author_id", "product": "$product_id"},
        "pipeline": [
            {
                "$match": {
                    "$expr": {
                        "$and": [{"$eq": ["$author_id", "$$author"]}, {"$eq": ["$product_id", "$$product"]}]
                    },
                    "delivered_at": {"$ne": None},
                    "ended_at": None,
                }
            },
            {"$limit": 1},
            {"$project": {"_id": 1}},
        ],
        "as": "line",
    }
    return reviews.rows(
        [
            {"$match": {"status": ReviewStatus.PUBLISHED.value}},
            {"$project": {"author_id": 1, "product_id": 1}},
            {"$lookup": line},
            {"$match": {"line": []}},
        ]
    )


def _stars(stars: int) -> Row:
    return {"$sum": {"$cond": [{"$eq": ["$rating", stars]}, 1, 0]}}


_COUNT: list[Row] = [
    {"$match": {"status": ReviewStatus.PUBLISHED.value}},
    {
        "$group": {
            "_id": "$product_id",
            "n": {"$sum": 1},
            "sum": {"$sum": "$rating"},
            **{f"c{stars}": _stars(stars) for stars in range(1, MOST_STARS + 1)},
        }
    },
]
