"""What the macros of the templates show of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import current_app, request, url_for
from jinja2 import Template
from markupsafe import Markup

from ...shared import formats
from ...shared.rows import KEPT
from ..documents import Category
from ..services import Facets
from ..values import Facet, ProductCard
from .media import address

#: The pictures of so many cards are asked for at once, those of others when they come near.
AT_ONCE = 4


def drawn_cards(cards: Sequence[ProductCard]) -> list[Markup]:
    """The cards as HTML, each kept as long as nothing of it changes.

    For templates alone: before they are rendered nobody knows in which locale a member reads.
    """
    goods = current_app.jinja_env.get_template("macros/goods.html")
    root, locale = request.script_root, formats.locale()
    return [_drawn(goods, root, locale, one, place < AT_ONCE) for place, one in enumerate(cards)]


@lru_cache(2 * KEPT)
def _drawn(goods: Template, root: str, locale: str, one: ProductCard, eager: bool) -> Markup:
    drawn: Markup = goods.module.product_card(card(one), eager=eager)  # type: ignore[attr-defined]
    return drawn


def facet_groups(facets: Facets) -> list[Markup]:
    """What a list can be narrowed by beside price and category, each group as HTML that is kept."""
    drawing = current_app.jinja_env.get_template("macros/facets.html")
    shown = (one for one in facets.facets if one.name not in ("price", "category"))
    return [_drawn_group(drawing, one, facets.approximate) for one in shown]


@lru_cache(KEPT)
def _drawn_group(drawing: Template, facet: Facet, approximate: bool) -> Markup:
    drawn: Markup = drawing.module.facet_group(facet, approximate)  # type: ignore[attr-defined]
    return drawn


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
