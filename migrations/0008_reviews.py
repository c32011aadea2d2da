"""Reviews: who may write one, what they say, and who was helped by it; products count their stars.

What was bought before gives the right too: it is read from the orders that were paid. Orders that move while
this runs are written down by the new code and by this, whichever comes first, since a line has one document.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, each, opaque

phase = "migrate"
depends_on = ("0002_outbox",)

_UP, _DOWN = ASCENDING, DESCENDING


def _index(name: str, *keys: tuple[str, int], **options: Any) -> IndexModel:
    return IndexModel(list(keys), name=name, **options)


_PRODUCT, _SHOP, _NEWEST = (
    (("product_id", _UP), ("status", _UP)),
    (("shop_id", _UP), ("status", _UP)),
    ("_id", _DOWN),
)

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "review_rights": [_index("author_product", ("author_id", _UP), ("product_id", _UP))],
    "reviews": [
        _index("author_product", ("author_id", _UP), ("product_id", _UP), unique=True),
        _index("product_newest", *_PRODUCT, _NEWEST),
        _index("product_helpful", *_PRODUCT, ("helpful_score", _DOWN), _NEWEST),
        _index("product_rating", *_PRODUCT, ("rating", _UP), ("_id", _UP)),
        _index("product_rating_helpful", *_PRODUCT, ("rating", _UP), ("helpful_score", _DOWN), _NEWEST),
        _index("shop_newest", *_SHOP, _NEWEST),
        _index("shop_unanswered", *_SHOP, ("answered", _UP), _NEWEST),
        _index("status_newest", ("status", _UP), _NEWEST),
    ],
    "review_votes": [_index("once", ("review_id", _UP), ("user_id", _UP), unique=True)],
}

#: The states of an order that was paid, and the steps that deliver one.
PAID = ["placed", "processing", "shipped", "delivered", "completed"]
DELIVERIES = ["confirm_received", "mark_delivered"]

UNRATED = {"n": 0, "c1": 0, "c2": 0, "c3": 0, "c4": 0, "c5": 0, "sum": 0}


def give_rights(db: Any) -> None:
    """A right for each line that a member bought and paid."""
    deliveries = {"$filter": {"input": "$events", "cond": {"$in": ["$$this.name", DELIVERIES]}}}
    db["orders"].aggregate(
        [
            {"$match": {"buyer_id": {"$exists": True}, "status": {"$in": PAID}}},
            {"$set": {"delivered_at": {"$min": {"$map": {"input": deliveries, "in": "$$this.at"}}}}},
            {"$unwind": "$items"},
            {
                "$project": {
                    "_id": "$items.id",
                    "author_id": "$buyer_id",
                    "product_id": "$items.product_id",
                    "shop_id": 1,
                    "bought_at": {"$ifNull": ["$paid_at", "$placed_at"]},
                    "delivered_at": {"$ifNull": ["$delivered_at", "$$REMOVE"]},
                }
            },
            {"$merge": {"into": "review_rights", "on": "_id", "whenMatched": "keepExisting"}},
        ],
        allowDiskUse=True,
    )


def keep_rights(db: Any) -> None:
    """Nothing: the collection goes with its step."""


steps = [
    collections(COLLECTIONS),
    opaque(give_rights, keep_rights, idempotent=True),
    each("products", {"rating": None}, {"$set": {"rating": UNRATED}}, down={"$unset": {"rating": ""}}),
]
