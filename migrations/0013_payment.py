"""Requests that are done once, and payments by more than one provider.

A checkout brings a key, whose row says what came of it. The sandbox remembers its charges, and bank transfers
that go back are noted until somebody has sent them. Operators list what needs their eyes.
"""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"
depends_on = ("0011_editor",)

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "idempotency": [
        IndexModel([("expires_at", ASCENDING)], name="expires_at", expireAfterSeconds=0),
    ],
    "sandbox_charges": [
        IndexModel(
            [("report_at", ASCENDING)],
            name="report_at",
            partialFilterExpression={"report_at": {"$exists": True}},
        ),
    ],
    "transfers": [
        IndexModel(
            [("state", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)],
            name="owed",
            partialFilterExpression={"state": "owed"},
        ),
    ],
}

steps = [
    collections(COLLECTIONS),
    index.create(
        "payments", "mismatch", {"status": 1, "_id": 1}, partialFilterExpression={"status": "mismatch"}
    ),
    index.create(
        "payments",
        "by_hand",
        {"provider": 1, "status": 1, "_id": 1},
        partialFilterExpression={"provider": "manual"},
    ),
    index.create("payment_events", "payment", {"payment_id": 1, "_id": 1}),
]
