"""The names of a backup's files, which are those that mongodump gives them."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote_plus, unquote_plus

DATA = ".bson"
METADATA = ".metadata.json"
PRELUDE = "prelude.json"
MANIFEST = "manifest.json"
GZIPPED = ".gz"

#: What the name of a folder ends in until its backup is whole.
PARTIAL = ".partial"

#: A file name has at most 255 bytes, and the longest ending is `.metadata.json.gz`.
_LONGEST = 238
_KEPT = 208

#: Where a time series keeps its measurements.
BUCKETS = "system.buckets."


def file_stem(collection: str) -> str:
    """The name of a collection's files without the ending, as mongodump escapes and shortens it."""
    escaped = quote_plus(collection)
    if len(escaped) <= _LONGEST:
        return escaped
    digest = hashlib.sha1(collection.encode(), usedforsecurity=False).digest()
    return escaped[:_KEPT] + "%24" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def collection_of(stem: str) -> str:
    """The collection that a file belongs to, as far as its name tells (a shortened one does not)."""
    return unquote_plus(stem)
