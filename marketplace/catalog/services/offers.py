"""What a variant costs right now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from ...shared.clock import now
from ...shared.documents import restored
from ...shared.values import Money
from ..repositories import stock
from ..values import Offer, StockLevel


def offers(variant_ids: Iterable[ObjectId]) -> dict[ObjectId, Offer]:
    """What those of the variants that exist cost and whether they can be bought now, in one query."""
    answer = {}
    for row, level in stock.with_products(variant_ids, now()):
        variant = next((one for one in row["variants"] if one["id"] == level[0]), None)
        if variant is not None:
            answer[level[0]] = _offer(row, variant, level[1])
    return answer


def _offer(product: dict[str, Any], variant: dict[str, Any], level: StockLevel) -> Offer:
    pictures = product.get("pictures")
    return Offer(
        variant_id=variant["id"],
        product_id=product["_id"],
        shop_id=product["shop_id"],
        title=product["title"],
        slug=product["slug"],
        sku=variant["sku"],
        options=tuple(zip(product.get("options", ()), variant.get("option_values", ()), strict=False)),
        price=restored(Money, variant["price"]),
        image=pictures[0]["file"] if pictures else None,
        on_sale=product["visible"] and variant.get("active", True),
        available=level.available if level.track else None,
        profile_id=product.get("shipping_profile_id"),
    )
