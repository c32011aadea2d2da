"""What somebody else changed in a listing while its form was open.

The form carries a short digest of each part as it was when it was shown (`seen`). It is compared with the
stored listing alone, so that whoever forges it deceives nobody else.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ..documents import Product
from ..process import STATES

#: How the parts of a listing are called, in the order of its form.
PARTS = {
    "title": "Title",
    "category_id": "Category",
    "brand": "Brand",
    "description": "Description",
    "tags": "Tags",
    "variants": "Options, variants and prices",
    "specs": "Facts",
    "pictures": "Pictures",
    "status": "State",
    "shipping_profile_id": "Shipping",
}

#: The parts whose words can be shown in a line.
IN_WORDS = ("title", "brand", "description", "tags", "status")


def seen_of(product: Product) -> str:
    """The digests of a listing's parts, for its form."""
    return ",".join(_digest(_part(product, name)) for name in PARTS)


def changed_since(product: Product, seen: str) -> list[dict[str, str | None]]:
    """The parts that differ from what was `seen`: how each is called, and what it says now, if in words."""
    digests = dict(zip(PARTS, seen.split(","), strict=False))
    return [
        {"name": label, "theirs": _words(product, name)}
        for name, label in PARTS.items()
        if name in digests and digests[name] != _digest(_part(product, name))
    ]


def _part(product: Product, name: str) -> Any:
    if name == "variants":
        kept = ("sku", "option_values", "price", "compare_at", "active", "barcode", "weight_g")
        rows = [[str(getattr(one, field)) for field in kept] for one in product.variants]
        return [list(product.options), rows]
    if name == "specs":
        return [(spec.name, str(spec.value), spec.unit) for spec in product.specs]
    if name == "pictures":
        return [(picture.file, picture.alt) for picture in product.pictures]
    return list(product.tags) if name == "tags" else str(getattr(product, name) or "")


def _words(product: Product, name: str) -> str | None:
    if name not in IN_WORDS:
        return None
    if name == "status":
        return STATES[product.status].label
    words = ", ".join(product.tags) if name == "tags" else str(getattr(product, name) or "")
    return words or "nothing"


def _digest(part: Any) -> str:
    return hashlib.blake2b(repr(part).encode(), digest_size=6).hexdigest()
