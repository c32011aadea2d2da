"""What a database holds, in a number: equal digests mean equal data, whatever the order.

A collection's digest is the sum of the hashes of its documents, byte for byte as they are stored, so it
does not depend on the order in which they are read. Options and indexes stand beside it; what differs
between two equal databases by nature (collection ids) is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pymongo import CursorType
from pymongo.collection import Collection
from pymongo.database import Database

from ..shared.rows import documents_in

_SIZE = 16
_MODULUS = 1 << (8 * _SIZE)

#: Documents a batch: larger than the server's first batch, small enough to stay in memory.
BATCH = 1000

#: Bytes a batch, for documents that are large: what comes in larger runs takes twice as long to receive.
BATCH_BYTES = 1 << 20


class Digest:
    """The digest and the number of the documents that were added."""

    def __init__(self) -> None:
        self.documents = 0
        self._sum = 0

    def add(self, documents: Iterable[bytes | memoryview]) -> None:
        """Take documents in, each as the bytes of its BSON."""
        blake, number, added = hashlib.blake2b, int.from_bytes, 0
        for document in documents:
            self._sum += number(blake(document, digest_size=_SIZE).digest(), "big")
            added += 1
        self.documents += added

    def __str__(self) -> str:
        return f"{self._sum % _MODULUS:0{2 * _SIZE}x}"


def of_collection(collection: Collection[Any], *, batch: int = BATCH) -> Digest:
    """The digest of every document of a collection, read so many at a time.

    A server that is no router sends one batch after the other without being asked, while the one before
    is summed.
    """
    digest = Digest()
    stream = CursorType.NON_TAILABLE if collection.database.client.is_mongos else CursorType.EXHAUST
    for run in collection.find_raw_batches(batch_size=batch, cursor_type=stream):
        digest.add(documents_in(run))
    return digest


def batch_for(size: int, documents: int) -> int:
    """How many documents to ask for at a time, when so many have so many bytes."""
    average = max(1, size // max(1, documents))
    return max(1, min(BATCH, BATCH_BYTES // average))


def of_database(db: Database[Any], *, but: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Each collection's documents, digest, options and indexes by name, but for those named.

    Views have options alone. What the server keeps for itself (`system.…`) is left out.
    """
    left_out, found = set(but), {}
    for info in sorted(db.list_collections(), key=lambda one: one["name"]):
        name = info["name"]
        if name in left_out or name.startswith("system."):
            continue
        described: dict[str, Any] = {"type": info["type"], "options": info["options"]}
        if info["type"] == "collection":
            digest = of_collection(db[name])
            described |= {"documents": digest.documents, "digest": str(digest)}
            described |= {"indexes": indexes_of(db[name])}
        found[name] = described
    return found


def indexes_of(collection: Collection[Any]) -> dict[str, dict[str, Any]]:
    """The indexes of a collection by name, as the server keeps them; keys as pairs, since order counts."""
    return {
        index["name"]: {
            name: list(value.items()) if name == "key" else value
            for name, value in index.items()
            if name not in ("v", "ns", "background")
        }
        for index in map(dict, collection.list_indexes())
    }
