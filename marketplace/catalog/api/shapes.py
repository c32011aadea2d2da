"""What the schemas show of a product."""

from __future__ import annotations

from typing import Any

from ...shared.preconditions import tag_of
from .. import services
from ..documents import Product
from ..process import available
from ..values import ListingActor

#: A body, a status and headers.
Answer = tuple[dict[str, Any], int, dict[str, str]]


def shown(details: services.ProductDetails) -> dict[str, Any]:
    """What ProductSchema shows."""
    product = details.product
    variants = [
        _variant(variant) | {"stock": details.level(variant.id)} for variant in product.active_variants
    ]
    return _common(details) | {"variants": variants}


def shown_to_seller(product: Product) -> dict[str, Any]:
    """What OwnProductSchema shows."""
    return _shown_inside(product, ListingActor.SELLER)


def shown_to_moderator(product: Product) -> dict[str, Any]:
    """What ModeratedProductSchema shows."""
    missing = services.publishing.missing(product)
    lacks = [{"field": field, "message": text} for field, texts in missing.items() for text in texts]
    return _shown_inside(product, ListingActor.MODERATOR) | {"missing": lacks}


def answer(product: Product, status: int = 200, **headers: str) -> Answer:
    """The answer that shows a listing to its seller, tagged by its version."""
    return shown_to_seller(product), status, tag_of(product.version) | headers


def _shown_inside(product: Product, actor: ListingActor) -> dict[str, Any]:
    """What is shown of a listing to those who look after it."""
    details = services.details(product)
    names = ("active", "barcode", "weight_g")
    variants = [
        _variant(variant)
        | {name: getattr(variant, name) for name in names}
        | {"stock": details.level(variant.id)}
        for variant in product.variants
    ]
    status = {
        "status": product.status.value,
        "visible": product.visible,
        "available_transitions": [step.name for step in available(product.status, actor)],
        "moderation": product.moderation,
        "former_slugs": list(product.former_slugs),
        "queued_at": product.queued_at,
        "quality": services.quality(product),
    }
    return _common(details) | status | {"variants": variants}


def _variant(variant: Any) -> dict[str, Any]:
    names = ("id", "sku", "option_values", "price", "compare_at")
    return {name: getattr(variant, name) for name in names}


def _common(details: services.ProductDetails) -> dict[str, Any]:
    product, shop = details.product, details.shop
    names = ("external_id", "title", "slug", "description", "brand", "tags", "specs", "options", "pictures")
    dates = ("published_at", "updated_at", "version")
    return {name: getattr(product, name) for name in (*names, *dates)} | {
        "id": product.pk,
        "url": f"/p/{shop.slug}/{product.slug}",
        "category": details.trail[-1],
        "shop": shop,
    }
