"""What the schemas show of a product, and of a review."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from ...shared.preconditions import tag_of
from .. import services
from ..documents import Category, Product, Review
from ..process import available
from ..repositories import categories
from ..values import ListingActor, ProductFilter, ProductSpecification, Suggestion, SuggestionKind

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
        "shipping_profile_id": product.shipping_profile_id,
    }
    return _common(details) | status | {"variants": variants}


def _spec(spec: ProductSpecification) -> dict[str, Any]:
    """A fact, with what its attribute makes of it where it has one."""
    shown = {"name": spec.name, "type": spec.type.value, "value": spec.value, "unit": spec.unit}
    more = {"attribute": spec.attribute, "norm": spec.norm, "label": spec.label}
    return shown | {name: part for name, part in more.items() if part not in ("", None)}


def shown_to_author(review: Review) -> dict[str, Any]:
    """What OwnReviewSchema shows."""
    names = ("product_id", "rating", "title", "body", "helpful", "unhelpful", "reply", "created_at")
    more = ("edited_at", "status", "hiding", "version")
    author = services.reviews.names_of_authors([review.author_id])[review.author_id]
    return {name: getattr(review, name) for name in (*names, *more)} | {"id": review.pk, "author": author}


def about_json(found: services.Listing) -> dict[str, Any]:
    """What is said about a list beside where it goes on."""
    return {
        "total": {"value": found.total, "relation": "gte" if found.more else "eq"},
        "sort": found.sort.value,
        "relaxed": found.relaxed,
        "correction": found.correction,
        "category_hint": found.hint,
    }


def suggestion_json(one: Suggestion) -> dict[str, str]:
    """A suggestion with the address that it leads to."""
    leads = {
        SuggestionKind.CATEGORY: f"/c/{one.slug}",
        SuggestionKind.SHOP: f"/shop/{one.slug}",
        SuggestionKind.PRODUCT: f"/p/{one.slug}",
    }
    searched = f"/s?{urlencode({'q': one.text})}"
    return {"type": one.kind.value, "label": one.text, "url": leads.get(one.kind, searched)}


def facets_json(wanted: ProductFilter, found: services.Listing, names: list[str] | None) -> dict[str, Any]:
    """The facets of these names, where any were asked for."""
    if names is None:
        return {"facets": None, "approximate": False}
    shown = services.facets_of(wanted, found.search, names)
    return {"facets": shown.facets, "approximate": shown.approximate}


def _variant(variant: Any) -> dict[str, Any]:
    names = ("id", "sku", "option_values", "price", "compare_at")
    return {name: getattr(variant, name) for name in names}


def _common(details: services.ProductDetails) -> dict[str, Any]:
    product, shop = details.product, details.shop
    names = ("external_id", "title", "slug", "description", "brand", "tags", "options", "pictures")
    dates = ("published_at", "updated_at", "version", "rating")
    return {name: getattr(product, name) for name in (*names, *dates)} | {
        "specs": [_spec(spec) for spec in product.specs],
        "id": product.pk,
        "url": f"/p/{shop.slug}/{product.slug}",
        "category": details.trail[-1] if details.trail else None,
        "shop": shop,
    }


def category_shown(category: Category) -> dict[str, Any]:
    """What CategoryDetailSchema shows; options that are offered no more are left out."""
    names = ("id", "slug", "name", "path", "parent_id")
    return {name: getattr(category, name) for name in names} | {
        "children": categories.children_of(category.pk),
        "rules": [_rule(rule) for rule in services.rules_for(category)],
    }


def _rule(rule: services.EffectiveRule) -> dict[str, Any]:
    attribute = rule.attribute
    names = ("code", "label", "type", "unit_family", "unit", "min", "max", "decimals")
    flags = ("filterable", "axis", "searchable")
    shown = {name: getattr(attribute, name) for name in (*names, *flags)}
    shown["options"] = [option for option in attribute.options if not option.retired]
    return {
        "attribute": SimpleNamespace(**shown),
        "required": rule.required,
        "filter": rule.filter,
        "axis": rule.axis,
    }
