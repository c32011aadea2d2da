"""What must hold among the entries of a scene."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .parts import Product, Purchase


def unique(rows: Iterable[Any], field: str, place: str) -> None:
    """Refuse two rows with the same value of a field."""
    for value, times in Counter(getattr(row, field) for row in rows).items():
        if times > 1:
            raise ValueError(f"{place}: {field}: {value!r} is there {times} times")


def unique_in_shops(products: Iterable[Product]) -> None:
    """Refuse a sku or a title that a shop has twice."""
    titles = Counter((product.shop, "title", product.title) for product in products)
    skus = Counter((product.shop, "sku", variant.sku) for product in products for variant in product.variants)
    for (shop, field, value), times in (titles + skus).items():
        if times > 1:
            raise ValueError(f"{shop}.toml: product: {field}: {value!r} is there {times} times")


def stock_suffices(products: Iterable[Product], purchases: Iterable[Purchase]) -> None:
    """Refuse purchases of what a shop does not have, or not as many of."""
    shelf = {
        (product.shop, variant.sku): variant.stock for product in products for variant in product.variants
    }
    for number, purchase in enumerate(purchases, start=1):
        for order in purchase.orders:
            for line in order.lines:
                place = f"purchases.toml: purchase {number}: {order.shop}: lines"
                if (order.shop, line.sku) not in shelf:
                    raise ValueError(f"{place}: {line.sku!r} is no sku of the shop")
                shelf[order.shop, line.sku] -= line.quantity
                if shelf[order.shop, line.sku] < 0:
                    raise ValueError(f"{place}: {line.sku!r} is sold out by then")
