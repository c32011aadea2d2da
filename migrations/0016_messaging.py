"""Buyers and shops talk: conversations, and their messages by number."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from marketplace.operations.migrations.steps import collections

phase = "expand"

_NEWEST = [("last_at", DESCENDING), ("_id", DESCENDING)]

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "conversations": [
        IndexModel(
            [("buyer_id", ASCENDING), ("shop_id", ASCENDING), ("subject_keys", ASCENDING)],
            name="subject",
            unique=True,
        ),
        IndexModel([("buyer_id", ASCENDING), ("buyer.archived", ASCENDING), *_NEWEST], name="buyer_box"),
        IndexModel([("buyer_id", ASCENDING), ("buyer.has_unread", ASCENDING), *_NEWEST], name="buyer_unread"),
        IndexModel([("buyer_id", ASCENDING), ("about_order", ASCENDING), *_NEWEST], name="buyer_orders"),
        IndexModel([("shop_id", ASCENDING), ("shop.archived", ASCENDING), *_NEWEST], name="shop_box"),
        IndexModel([("shop_id", ASCENDING), ("shop.has_unread", ASCENDING), *_NEWEST], name="shop_unread"),
        IndexModel([("shop_id", ASCENDING), ("about_order", ASCENDING), *_NEWEST], name="shop_orders"),
    ],
    "messages": [
        IndexModel([("conversation_id", ASCENDING), ("seq", ASCENDING)], name="seq", unique=True),
        IndexModel(
            [("conversation_id", ASCENDING), ("sender_id", ASCENDING), ("client_id", ASCENDING)],
            name="client",
            unique=True,
            partialFilterExpression={"client_id": {"$exists": True}},
        ),
    ],
}

steps = [collections(COLLECTIONS)]
