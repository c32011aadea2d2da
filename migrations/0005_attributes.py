"""Create the attributes that products state, and the index by which a category's products move with it.

Products without typed facts stay as they are: what is new about them is optional. The lock keeps two people
from changing the tree of categories at the same moment.
"""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"

depends_on = ("0002_outbox",)

#: The new collections with their indexes.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "attributes": [
        IndexModel([("code", ASCENDING)], name="code", unique=True),
        IndexModel([("names", ASCENDING)], name="names", unique=True),
        IndexModel([("label", ASCENDING), ("_id", ASCENDING)], name="label"),
    ],
    "locks": [],
}

steps = [
    collections(COLLECTIONS),
    index.create("products", "category", {"category_id": 1, "_id": 1}),
]
