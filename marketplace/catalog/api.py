"""The catalog over JSON: what everybody may read, and what sellers do with their listings."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Response, request, url_for

from ..accounts import services as accounts
from ..shared import cursors, identity
from ..shared.api import ApiBlueprint, Problem
from . import services
from .documents import Category, Product
from .repositories import categories, products
from .schemas import (
    CategorySchema,
    EditProduct,
    LevelSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    ProductListQuery,
    ProductPageSchema,
    ProductSchema,
    SellerProductQuery,
    SetStock,
    WriteProduct,
)
from .values import TRANSITIONS, StockLevel

blueprint = ApiBlueprint(
    "catalog_api", __name__, url_prefix="/api/v1", description="Categories, products and search"
)
seller_blueprint = ApiBlueprint(
    "catalog_seller_api",
    __name__,
    url_prefix="/api/v1/seller/<string:shop>/products",
    description="A shop's own listings",
)


@blueprint.after_request
def answer_if_changed(response: Response) -> Response:
    """Tag each answer by its content, and send only the tag (304) to whoever has it already."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


@blueprint.get("/categories")
@blueprint.response(200, CategorySchema(many=True))
def list_categories() -> list[Category]:
    """The whole tree of categories, parents before children."""
    return categories.in_order()


@blueprint.get("/products")
@blueprint.arguments(ProductListQuery, location="query")
@blueprint.response(200, ProductPageSchema)
@blueprint.alt_response(400, schema=Problem, description="An unknown parameter, sort or cursor.")
@blueprint.alt_response(404, schema=Problem, description="There is no such category or shop.")
def list_products(query: dict[str, Any]) -> dict[str, Any]:
    """Find products: by words, category, shop and price."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    limit, sort = query.pop("limit"), query.pop("sort", None)
    found = services.find_products(services.product_filter(**query), sort=sort, at=at, limit=limit)
    body = cursors.page_json(found.page, listing, limit)
    body["page"] |= {
        "total": {"value": found.total, "relation": "gte" if found.more else "eq"},
        "sort": found.sort.value,
        "relaxed": found.relaxed,
    }
    return body


@blueprint.get("/products/<object_id:product_id>")
@blueprint.response(200, ProductSchema)
@blueprint.alt_response(304, description="Unchanged since the answer with this ETag.", success=True)
@blueprint.alt_response(404, schema=Problem)
def show_product(product_id: ObjectId) -> dict[str, Any]:
    """A product with its variants; what is left of them as a bucket."""
    return _shown(services.details(products.shown(product_id)))


@seller_blueprint.get("")
@seller_blueprint.arguments(SellerProductQuery, location="query")
@seller_blueprint.response(200, OwnProductPageSchema)
@seller_blueprint.alt_response(401, schema=Problem)
@seller_blueprint.alt_response(404, schema=Problem, description="This is not your shop.")
def list_own(query: dict[str, Any], shop: str) -> dict[str, Any]:
    """The shop's listings in one state, last changed first."""
    shop_id = _own(shop).id
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.own_listings(shop_id, query["status"], at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@seller_blueprint.post("")
@seller_blueprint.arguments(WriteProduct)
@seller_blueprint.response(201, OwnProductSchema)
@seller_blueprint.alt_response(401, schema=Problem)
@seller_blueprint.alt_response(404, schema=Problem, description="This is not your shop.")
@seller_blueprint.alt_response(409, schema=Problem, description="The SKU is taken.")
def create(written: dict[str, Any], shop: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Write a new listing, as a draft."""
    product = services.create_product(shop_id=_own(shop).id, **written)
    return (
        _shown_to_seller(product),
        201,
        {"Location": url_for(".show_own", shop=shop, product_id=product.pk)},
    )


@seller_blueprint.get("/<object_id:product_id>")
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
def show_own(shop: str, product_id: ObjectId) -> dict[str, Any]:
    """A listing in whatever state, with the numbers of its stock."""
    return _shown_to_seller(products.of_shop(_own(shop).id, product_id))


@seller_blueprint.put("/<object_id:product_id>")
@seller_blueprint.arguments(EditProduct)
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The SKU is taken, or pieces are promised.")
@seller_blueprint.alt_response(412, schema=Problem, description="Someone else saved it since.")
def edit(written: dict[str, Any], shop: str, product_id: ObjectId) -> dict[str, Any]:
    """Write a listing anew; `version` is that of the listing you saw."""
    product = services.edit_product(shop_id=_own(shop).id, product_id=product_id, **written)
    return _shown_to_seller(product)


@seller_blueprint.post(f"/<object_id:product_id>/<any({','.join(TRANSITIONS)}):step>")
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The listing's state does not lead there.")
def take_step(shop: str, product_id: ObjectId, step: str) -> dict[str, Any]:
    """Publish, pause, resume, archive or restore a listing."""
    product = services.change_status(shop_id=_own(shop).id, product_id=product_id, step=step)
    return _shown_to_seller(product)


@seller_blueprint.put("/<object_id:product_id>/variants/<object_id:variant_id>/stock")
@seller_blueprint.arguments(SetStock)
@seller_blueprint.response(200, LevelSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="More pieces are promised to buyers.")
def set_stock(asked: dict[str, Any], shop: str, product_id: ObjectId, variant_id: ObjectId) -> StockLevel:
    """Say how many pieces of a variant were counted on the shelf."""
    return services.count_stock(shop_id=_own(shop).id, product_id=product_id, variant_id=variant_id, **asked)


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _shown(details: services.ProductDetails) -> dict[str, Any]:
    """What ProductSchema shows."""
    product = details.product
    shown = _common(details)
    shown["variants"] = [
        _variant(variant) | {"stock": details.level(variant.id)} for variant in product.active_variants
    ]
    return shown


def _shown_to_seller(product: Product) -> dict[str, Any]:
    """What OwnProductSchema shows."""
    details = services.details(product)
    variants = [
        _variant(variant) | {"stock": details.level(variant.id), "active": variant.active}
        for variant in product.variants
    ]
    status = {"status": product.status.value, "visible": product.visible}
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
