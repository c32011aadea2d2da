"""Listings are reviewed, keep their former addresses, and drafts can be deleted.

The new states and fields need no change of what is stored: a listing without them was never moderated and
never had another address. Stock learns which variants were ordered, because a draft that somebody ordered
before is archived rather than deleted; what is held by a checkout now counts as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymongo import UpdateMany

from marketplace.operations.migrations.steps import index, opaque

phase = "expand"

depends_on = ("0002_outbox",)

#: How many variants are marked in one round trip.
BATCH = 1000


def mark_ordered(db: Any) -> None:
    """Mark the stock of every variant that an order has, or that is held."""
    db["stock"].update_many({"holds.0": {"$exists": True}}, {"$set": {"ordered": True}})
    for variants in _batches(_variants_of_orders(db)):
        db["stock"].bulk_write([UpdateMany({"_id": {"$in": variants}}, {"$set": {"ordered": True}})])


def forget_ordered(db: Any) -> None:
    """Leave the field out again."""
    db["stock"].update_many({"ordered": True}, {"$unset": {"ordered": ""}})


def _variants_of_orders(db: Any) -> Iterator[Any]:
    pipeline = [{"$unwind": "$items"}, {"$group": {"_id": "$items.variant_id"}}]
    return (row["_id"] for row in db["orders"].aggregate(pipeline, allowDiskUse=True))


def _batches(found: Iterator[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for one in found:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


steps = [
    index.create(
        "products",
        "former_slugs",
        {"shop_id": 1, "former_slugs": 1},
        partialFilterExpression={"former_slugs": {"$exists": True}},
    ),
    index.create(
        "products",
        "moderated",
        {"status": 1, "queued_at": 1, "_id": 1},
        partialFilterExpression={"queued_at": {"$exists": True}},
    ),
    opaque(mark_ordered, forget_ordered, idempotent=True),
]
