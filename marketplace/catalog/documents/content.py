"""What a listing says, as one short text that changes with it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import bson

if TYPE_CHECKING:
    from .products import Product

#: The fields that the seller writes, other than how many there are.
WRITTEN = (
    "title",
    "description",
    "brand",
    "category_id",
    "tags",
    "specs",
    "options",
    "variants",
    "pictures",
)


def digest_of(product: Product) -> str:
    """The digest of all that the seller wrote: the same as long as nothing of it changes."""
    stored = product.to_mongo()
    said = {name: stored[name] for name in WRITTEN if name in stored}
    return hashlib.blake2b(bson.encode(said), digest_size=16).hexdigest()
