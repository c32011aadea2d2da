"""Create the outbox, and the indexes of what the worker looks for.

The sweeps for refunds that are due and for carts whose checkout died come with it.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

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

#: New indexes of collections that were there.
INDEXES: dict[str, IndexModel] = {
    "payments": IndexModel(
        [("status", ASCENDING), ("_id", ASCENDING)],
        name="refund_due",
        partialFilterExpression={"status": "refund_due"},
    ),
    "carts": IndexModel(
        [("converting_at", ASCENDING)],
        name="converting_at",
        partialFilterExpression={"converting_at": {"$exists": True}},
    ),
}


def upgrade(db: Database[dict[str, Any]]) -> None:
    """Create each collection, and the indexes."""
    existing = set(db.list_collection_names())
    for name, indexes in COLLECTIONS.items():
        if name not in existing:
            db.create_collection(name)
        if indexes:
            db[name].create_indexes(indexes)
    for name, index in INDEXES.items():
        db[name].create_indexes([index])


def downgrade(db: Database[dict[str, Any]]) -> None:
    """Drop the indexes, and the collections with all that waits in them."""
    for name, index in INDEXES.items():
        if index.document["name"] in db[name].index_information():
            db[name].drop_index(index.document["name"])
    for name in COLLECTIONS:
        db.drop_collection(name)
