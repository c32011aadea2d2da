"""Create the outbox, and the indexes of what the worker looks for.

The sweeps for refunds that are due and for carts whose checkout died come with it.
"""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "outbox": [
        IndexModel(
            [("stream", ASCENDING), ("sequence", ASCENDING)],
            name="waiting",
            partialFilterExpression={"state": "waiting"},
        ),
        IndexModel([("state", ASCENDING), ("told_at", ASCENDING)], name="state_told"),
        IndexModel([("delivered_at", ASCENDING)], name="delivered_at", expireAfterSeconds=604_800),
    ],
    "outbox_streams": [
        IndexModel(
            [("due_at", ASCENDING)],
            name="due_at",
            partialFilterExpression={"due_at": {"$exists": True}},
        ),
    ],
    "timers": [],
    "workers": [
        IndexModel([("seen_at", ASCENDING)], name="seen_at", expireAfterSeconds=3600),
    ],
}

steps = [
    collections(COLLECTIONS),
    index.create(
        "payments",
        "refund_due",
        {"status": 1, "_id": 1},
        partialFilterExpression={"status": "refund_due"},
    ),
    index.create(
        "carts",
        "converting_at",
        {"converting_at": 1},
        partialFilterExpression={"converting_at": {"$exists": True}},
    ),
]
