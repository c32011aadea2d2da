"""People report what breaks the rules: what was reported, and each report about it."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from marketplace.operations.migrations.steps import collections

phase = "expand"
depends_on = ("0016_messaging",)

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "reported_subjects": [
        IndexModel([("key", ASCENDING)], name="key", unique=True),
        IndexModel([("state", ASCENDING), ("since", ASCENDING), ("_id", ASCENDING)], name="state"),
        IndexModel([("owner_id", ASCENDING)], name="owner"),
        IndexModel([("shop_id", ASCENDING)], name="shop"),
    ],
    "reports": [
        IndexModel(
            [("about_id", ASCENDING), ("round", ASCENDING), ("reporter_id", ASCENDING)],
            name="once",
            unique=True,
        ),
        IndexModel([("about_id", ASCENDING), ("_id", DESCENDING)], name="about"),
        IndexModel([("reporter_id", ASCENDING), ("_id", DESCENDING)], name="reporter"),
    ],
}

steps = [collections(COLLECTIONS)]
