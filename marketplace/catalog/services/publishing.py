"""What a listing needs before people can buy it, and whether a moderator looks at it first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from ...shared.errors import Invalid
from ..documents import Product
from ..errors import CategoryNotFound, NotPublishable
from ..repositories import categories, listings
from ..values import ProductStatus, ReviewPolicy
from .rules import missing_specs, rules_of

#: The states of what people can buy, or could until their seller paused it.
ON_SALE = (ProductStatus.ACTIVE, ProductStatus.PAUSED)

#: How long a title is; what an import brought may keep a longer one.
SHORTEST_TITLE, LONGEST_TITLE = 5, 120


def missing(product: Product) -> dict[str, list[str]]:
    """Everything that the listing lacks, by field, in the order of its form; empty when it may be bought."""
    found = {
        "title": _title(product),
        "category_id": _category(product),
        "variants": [] if product.active_variants else ["Tick at least one variant as for sale."],
        "pictures": _pictures(product),
        **_facts(product),
    }
    return {field: sentences for field, sentences in found.items() if sentences}


def check(product: Product) -> None:
    """Raise NotPublishable with all that the listing lacks."""
    found = missing(product)
    if found:
        raise NotPublishable(found)


def check_loss(product: Product, lacked: Mapping[str, Any]) -> None:
    """Refuse a change that takes from a listing on sale what it needed to get there (Invalid).

    `lacked` is what was `missing` before the change: whoever never had it may go on without.
    """
    if product.status not in ON_SALE:
        return
    lost = {field: texts for field, texts in missing(product).items() if field not in lacked}
    if lost:
        needed = " ".join(text for texts in lost.values() for text in texts)
        raise Invalid(f"What is for sale keeps what it needs. {needed}", errors=lost)


def needs_review(product: Product) -> bool:
    """Whether a moderator looks at it before people can buy.

    What was sent back is looked at again whatever the policy, so that a change of the policy is no way
    around a decision.
    """
    policy = ReviewPolicy(current_app.config["LISTING_REVIEW"])
    if product.sent_back or policy is ReviewPolicy.ALL:
        return True
    if policy is ReviewPolicy.OFF:
        return False
    first: int = current_app.config["LISTING_REVIEW_FIRST"]
    return listings.published(product.shop_id, first) < first


def _facts(product: Product) -> dict[str, list[str]]:
    """What the listing's category asks for and that it does not state, by the field of its form."""
    try:
        lacked = missing_specs(product, rules_of(product.category_id))
    except CategoryNotFound:  # which is said at the category
        return {}
    return {
        f"attributes.{rule.attribute.code}": [f"Fill in “{rule.attribute.label}”: the category asks for it."]
        for rule in lacked
    }


def _title(product: Product) -> list[str]:
    length = len(product.title)
    if length < SHORTEST_TITLE or (length > LONGEST_TITLE and not product.external_id):
        return [f"Give it a title of {SHORTEST_TITLE} to {LONGEST_TITLE} characters."]
    return []


def _category(product: Product) -> list[str]:
    if categories.find(pk=product.category_id) is None:
        return ["Choose one of the categories."]
    if categories.children_of(product.category_id, limit=1):
        return ["Choose a category that has no others below it."]
    return []


def _pictures(product: Product) -> list[str]:
    least: int = current_app.config["LISTING_PICTURES"]
    if len(product.pictures) >= least:
        return []
    return ["Add a picture." if least == 1 else f"Add {least} pictures or more."]
