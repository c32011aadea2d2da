"""What everybody may read over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, cursors, freshness, preconditions
from ...shared.api import Problem
from .. import services
from ..documents import Category
from ..repositories import categories, products
from ..schemas import (
    CategoryDetailSchema,
    CategorySchema,
    ProductListQuery,
    ProductPageSchema,
    ProductSchema,
    SuggestionsSchema,
    SuggestQuery,
)
from .blueprint import blueprint
from .shapes import about_json, category_shown, facets_json, shown, suggestion_json


@blueprint.get("/categories")
@blueprint.response(200, CategorySchema(many=True))
@access.everyone
@freshness.public
def list_categories() -> list[Category]:
    """The whole tree of categories, parents before children."""
    return categories.in_order()


@blueprint.get("/categories/<slug>")
@blueprint.response(200, CategoryDetailSchema)
@blueprint.alt_response(404, schema=Problem, description="There is no such category.")
@access.everyone
def show_category(slug: str) -> dict[str, Any]:
    """A category with what it asks of a listing, and the categories right below it."""
    return category_shown(categories.with_slug(slug))


@blueprint.get("/products")
@blueprint.arguments(ProductListQuery, location="query")
@blueprint.response(200, ProductPageSchema)
@blueprint.alt_response(400, schema=Problem, description="An unknown parameter, sort or cursor.")
@blueprint.alt_response(404, schema=Problem, description="There is no such category or shop.")
@access.everyone
@freshness.public
def list_products(query: dict[str, Any]) -> dict[str, Any]:
    """Find products: by words, category, shop, price, stars, stock and attributes.

    `f.<attribute>=<option>` may be given several times: the options of one attribute widen the list, further
    attributes narrow it. `facets` asks for what else the list can be narrowed by.
    """
    names = query.pop("facets", None)
    listing = cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    how = {name: query.pop(name, None) for name in ("sort", "limit", "exact")}
    wanted = services.product_filter(**query)
    found = services.find_products(wanted, at=at, **how)
    body = cursors.page_json(found.page, listing, how["limit"]) | facets_json(wanted, found, names)
    body["page"] |= about_json(found)
    return body


@blueprint.get("/search/suggest")
@blueprint.arguments(SuggestQuery, location="query")
@blueprint.response(200, SuggestionsSchema)
@access.everyone
@freshness.public
def suggest(query: dict[str, Any]) -> dict[str, Any]:
    """What somebody may mean who has typed this: at most eight rows, from two letters on."""
    return {"data": [suggestion_json(one) for one in services.suggest(query["q"])]}


@blueprint.get("/products/<object_id:product_id>")
@blueprint.response(200, ProductSchema)
@blueprint.alt_response(304, description="Unchanged since the answer with this ETag.", success=True)
@blueprint.alt_response(404, schema=Problem)
@access.everyone
@freshness.public
def show_product(product_id: ObjectId) -> dict[str, Any]:
    """A product with its variants; what is left of them as a bucket."""
    product = products.shown(product_id)
    preconditions.show_version(product.version)
    return shown(services.shown_details(product))
