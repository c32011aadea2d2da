"""Create the collections and every index that the application's queries are planned on.

MongoEngine creates no index by itself: what the documents declare is compared with what this makes in
`tests/operations/test_migrations.py`.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

#: Each collection with its indexes. The query that an index serves stands with the document.
INDEXES: dict[str, list[IndexModel]] = {
    # accounts
    "users": [
        IndexModel([("email", ASCENDING)], name="email", unique=True),
    ],
    "shops": [
        IndexModel([("slug", ASCENDING)], name="slug", unique=True),
        IndexModel([("owner_id", ASCENDING), ("_id", ASCENDING)], name="owner"),
        IndexModel([("status", ASCENDING), ("_id", DESCENDING)], name="status"),
    ],
    # catalog
    # ordering
}


def upgrade(db: Database[dict[str, Any]]) -> None:
    """Create each collection, and on it its indexes."""
    existing = set(db.list_collection_names())
    for name, indexes in INDEXES.items():
        if name not in existing:
            db.create_collection(name)
        if indexes:
            db[name].create_indexes(indexes)


def downgrade(db: Database[dict[str, Any]]) -> None:
    """Drop the collections with all that is in them."""
    for name in INDEXES:
        db.drop_collection(name)
