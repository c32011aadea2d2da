"""What the schemas show of a product, and of a review."""

from __future__ import annotations

from typing import Any

from .. import services
from ..documents import Product, Review


def shown(details: services.ProductDetails) -> dict[str, Any]:
    """What ProductSchema shows."""
    product = details.product
    variants = [
        _variant(variant) | {"stock": details.level(variant.id)} for variant in product.active_variants
    ]
    return _common(details) | {"variants": variants}


def shown_to_seller(product: Product) -> dict[str, Any]:
    """What OwnProductSchema shows."""
    details = services.details(product)
    variants = [
        _variant(variant) | {"stock": details.level(variant.id), "active": variant.active}
        for variant in product.variants
    ]
    status = {"status": product.status.value, "visible": product.visible}
    return _common(details) | status | {"variants": variants}


def shown_to_author(review: Review) -> dict[str, Any]:
    """What OwnReviewSchema shows."""
    names = ("product_id", "rating", "title", "body", "helpful", "unhelpful", "reply", "created_at")
    more = ("edited_at", "status", "hiding", "version")
    author = services.reviews.names_of_authors([review.author_id])[review.author_id]
    return {name: getattr(review, name) for name in (*names, *more)} | {"id": review.pk, "author": author}


def _variant(variant: Any) -> dict[str, Any]:
    names = ("id", "sku", "option_values", "price", "compare_at")
    return {name: getattr(variant, name) for name in names}


def _common(details: services.ProductDetails) -> dict[str, Any]:
    product, shop = details.product, details.shop
    names = ("external_id", "title", "slug", "description", "brand", "tags", "specs", "options", "pictures")
    dates = ("published_at", "updated_at", "version", "rating")
    return {name: getattr(product, name) for name in (*names, *dates)} | {
        "id": product.pk,
        "url": f"/p/{shop.slug}/{product.slug}",
        "category": details.trail[-1],
        "shop": shop,
    }
