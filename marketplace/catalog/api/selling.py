"""What sellers do with their listings over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from .. import services
from ..repositories import products
from ..schemas import (
    EditProduct,
    LevelSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    SellerProductQuery,
    SetStock,
    WriteProduct,
)
from ..values import TRANSITIONS, StockLevel
from .blueprint import seller_blueprint
from .shapes import shown_to_seller


@seller_blueprint.get("")
@seller_blueprint.arguments(SellerProductQuery, location="query")
@seller_blueprint.response(200, OwnProductPageSchema)
@seller_blueprint.alt_response(401, schema=Problem)
@seller_blueprint.alt_response(404, schema=Problem, description="This is not your shop.")
@access.seller("read:products")
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
@access.seller("write:products")
def create(written: dict[str, Any], shop: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Write a new listing, as a draft."""
    product = services.create_product(shop_id=_own(shop).id, **written)
    return (
        shown_to_seller(product),
        201,
        {"Location": url_for(".show_own", shop=shop, product_id=product.pk)},
    )


@seller_blueprint.get("/<object_id:product_id>")
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@access.seller("read:products")
def show_own(shop: str, product_id: ObjectId) -> dict[str, Any]:
    """A listing in whatever state, with the numbers of its stock."""
    return shown_to_seller(products.of_shop(_own(shop).id, product_id))


@seller_blueprint.put("/<object_id:product_id>")
@seller_blueprint.arguments(EditProduct)
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The SKU is taken, or pieces are promised.")
@seller_blueprint.alt_response(412, schema=Problem, description="Someone else saved it since.")
@access.seller("write:products")
def edit(written: dict[str, Any], shop: str, product_id: ObjectId) -> dict[str, Any]:
    """Write a listing anew; `version` is that of the listing you saw."""
    product = services.edit_product(shop_id=_own(shop).id, product_id=product_id, **written)
    return shown_to_seller(product)


@seller_blueprint.post(f"/<object_id:product_id>/<any({','.join(TRANSITIONS)}):step>")
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The listing's state does not lead there.")
@access.seller("write:products")
def take_step(shop: str, product_id: ObjectId, step: str) -> dict[str, Any]:
    """Publish, pause, resume, archive or restore a listing."""
    product = services.change_status(shop_id=_own(shop).id, product_id=product_id, step=step)
    return shown_to_seller(product)


@seller_blueprint.put("/<object_id:product_id>/variants/<object_id:variant_id>/stock")
@seller_blueprint.arguments(SetStock)
@seller_blueprint.response(200, LevelSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="More pieces are promised to buyers.")
@access.seller("write:stock")
def set_stock(asked: dict[str, Any], shop: str, product_id: ObjectId, variant_id: ObjectId) -> StockLevel:
    """Say how many pieces of a variant were counted on the shelf."""
    return services.count_stock(shop_id=_own(shop).id, product_id=product_id, variant_id=variant_id, **asked)


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)
