"""What the macros of the templates show of the catalog."""

from __future__ import annotations

from typing import Any

from flask import url_for

from ..documents import Category
from ..values import ProductCard
from .media import address


def card(card: ProductCard) -> dict[str, Any]:
    """What the macro product_card shows."""
    return {
        "title": card.title,
        "url": url_for("catalog_pages.show_product", shop=card.shop.slug, slug=card.slug),
        "image": address(card.picture.small) if card.picture else None,
        "price": card.price,
        "price_from": card.price_from,
        "compare_at": None if card.price_from else card.compare_at,
        "shop_name": card.shop.name,
        "shop_url": url_for("catalog_pages.show_shop", slug=card.shop.slug),
        "stock": card.stock,
        "rating": card.rating.mean,
        "rating_count": card.rating.n,
    }


def link(category: Category) -> dict[str, Any]:
    """A category as a link."""
    return {
        "name": category.name,
        "label": category.name,
        "url": url_for("catalog_pages.show_category", slug=category.slug),
    }
