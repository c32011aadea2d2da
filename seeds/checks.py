"""Whether what a database holds obeys its rules, asked of the server: for any number of documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymongo.database import Database

from .store import Stored

_HELD = {"$sum": "$holds.quantity"}
_GOODS = {
    "$sum": {
        "$map": {
            "input": "$items",
            "in": {"$multiply": ["$$this.quantity", "$$this.unit_price.amount"]},
        }
    }
}
_ORDERS = {"from": "orders", "localField": "_id", "foreignField": "purchase_id", "as": "orders"}

#: By collection, which documents are wrong and in what.
_RULES: tuple[tuple[str, str, list[Stored]], ...] = (
    (
        "stock",
        "have numbers that do not add up",
        [{"$match": {"$expr": {"$ne": ["$on_hand", {"$add": ["$available", "$allocated", _HELD]}]}}}],
    ),
    (
        "orders",
        "have totals that are not the sum of their lines and shipping",
        [
            {
                "$match": {
                    "$expr": {
                        "$or": [
                            {"$ne": ["$totals.items.amount", _GOODS]},
                            {
                                "$ne": [
                                    "$totals.total.amount",
                                    {"$add": ["$totals.items.amount", "$totals.shipping.amount"]},
                                ]
                            },
                        ]
                    }
                }
            }
        ],
    ),
    (
        "purchases",
        "have a total that is not the sum of their orders",
        [
            {"$lookup": _ORDERS},
            {"$match": {"$expr": {"$ne": ["$total.amount", {"$sum": "$orders.totals.total.amount"}]}}},
        ],
    ),
)


def problems(db: Database[Stored]) -> Iterator[str]:
    """A sentence for each rule that some documents break; none when all is well."""
    yield from refused_by_validators(db)
    for name, wrong, pipeline in _RULES:
        found = next(db[name].aggregate([*pipeline, {"$count": "count"}]), None)
        if found:
            yield f"{found['count']:,} {name} {wrong}."


def refused_by_validators(db: Database[Stored]) -> Iterator[str]:
    """A sentence for each collection with documents that its own validator would refuse."""
    for info in db.list_collections():
        validator: Any = info.get("options", {}).get("validator")
        if validator:
            count = db[info["name"]].count_documents({"$nor": [validator]})
            if count:
                yield f"{count:,} documents in {info['name']} break its validator."
