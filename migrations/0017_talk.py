"""People attach files, delete what they wrote, and block each other; shops are told how soon they reply."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"

depends_on = ("0016_messaging",)

_PAIR = [("buyer_id", ASCENDING), ("shop_id", ASCENDING), ("by", ASCENDING)]

steps = [
    collections({"blocks": [IndexModel(_PAIR, name="pair", unique=True)]}),
    index.create(
        "messages",
        "files",
        {"files": 1},
        partialFilterExpression={"files.0": {"$exists": True}},
    ),
    index.create(
        "messages",
        "originals",
        {"deleted_at": 1},
        partialFilterExpression={"original": {"$exists": True}},
    ),
    index.create(
        "conversations",
        "asked",
        {"asked_at": 1, "shop_id": 1, "first_reply_ms": 1},
        partialFilterExpression={"asked_at": {"$exists": True}},
    ),
    index.create(
        "conversations",
        "leaving",
        {"leaving": 1},
        partialFilterExpression={"leaving.0": {"$exists": True}},
    ),
]
