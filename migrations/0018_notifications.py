"""People are told what happened: notifications, and when a side of a conversation is mailed about it."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"

depends_on = ("0016_messaging",)

#: The new collection with its indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "notifications": [
        IndexModel([("user_id", ASCENDING), ("key", ASCENDING)], name="key", unique=True),
        IndexModel([("user_id", ASCENDING), ("_id", DESCENDING)], name="box"),
        IndexModel([("user_id", ASCENDING), ("read_at", ASCENDING), ("_id", DESCENDING)], name="unread"),
        IndexModel([("expires_at", ASCENDING)], name="expires_at", expireAfterSeconds=0),
    ],
}

steps = [
    collections(COLLECTIONS),
    index.create("conversations", "buyer_mail", {"buyer.unread_at": 1}, sparse=True),
    index.create("conversations", "shop_mail", {"shop.unread_at": 1}, sparse=True),
]
