"""Create the audit log and the API tokens, and the indexes of the users page.

Shops and users from before have no new field: owners accept the seller terms when they next send a shop in.
"""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"
depends_on = ("0002_outbox",)

#: Newest first, which every page of the audit log is.
NEWEST = [("at", DESCENDING), ("_id", DESCENDING)]

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "audit_log": [
        IndexModel([("subject.collection", ASCENDING), ("subject.id", ASCENDING), *NEWEST], name="subject"),
        IndexModel([("actor_id", ASCENDING), *NEWEST], name="actor"),
        IndexModel([("action", ASCENDING), *NEWEST], name="action"),
        IndexModel(NEWEST, name="at"),
    ],
    "api_tokens": [
        IndexModel([("hash", ASCENDING)], name="hash", unique=True),
        IndexModel([("shop_id", ASCENDING), ("_id", DESCENDING)], name="shop"),
        IndexModel([("user_id", ASCENDING)], name="user"),
        IndexModel([("expires_at", ASCENDING)], name="expires_at", expireAfterSeconds=7_776_000),
    ],
}

steps = [
    collections(COLLECTIONS),
    index.create("users", "display_name", {"display_name": 1, "_id": 1}),
    index.create("users", "roles", {"roles": 1, "_id": 1}, sparse=True),
]
