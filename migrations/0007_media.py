"""Uploaded pictures get a place: their files in GridFS, and a list of what has to be looked at.

The drawings of sample data stay where they are, in `media`. The two indexes are what the sweep asks by
whether a picture is still named: in a listing, or in an order, which keeps the picture that was bought by.
"""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, index

phase = "expand"

depends_on = ("0002_outbox",)

#: The new collections with their indexes; those of GridFS are as its specification says.
COLLECTIONS: dict[str, list[IndexModel]] = {
    "media.files": [
        IndexModel([("filename", ASCENDING), ("uploadDate", ASCENDING)], name="filename_1_uploadDate_1"),
    ],
    "media.chunks": [
        IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True),
    ],
    "uploads": [
        IndexModel([("due_at", ASCENDING)], name="due_at"),
    ],
}

steps = [
    collections(COLLECTIONS),
    index.create("products", "pictures", {"pictures.file": 1}),
    index.create("orders", "pictures", {"items.image": 1}),
]
