"""What sellers do with their listings over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.preconditions import IF_MATCH, IF_MATCH_OPTIONAL, expected_version
from .. import services
from ..documents import Product
from ..process import NAMES
from ..repositories import products
from ..schemas import (
    ChangeProduct,
    EditProduct,
    LevelSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    SellerProductQuery,
    SetStock,
    WriteProduct,
)
from ..values import StockLevel
from .blueprint import seller_blueprint
from .shapes import Answer, answer


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
    page = services.own_listings(
        shop_id, query["status"], search=query.get("q", ""), at=at, limit=query["limit"]
    )
    return cursors.page_json(page, listing, query["limit"])


@seller_blueprint.post("")
@seller_blueprint.arguments(WriteProduct)
@seller_blueprint.response(201, OwnProductSchema)
@seller_blueprint.alt_response(401, schema=Problem)
@seller_blueprint.alt_response(404, schema=Problem, description="This is not your shop.")
@seller_blueprint.alt_response(409, schema=Problem, description="The SKU is taken.")
@access.seller("write:products")
def create(written: dict[str, Any], shop: str) -> Answer:
    """Write a new listing, as a draft."""
    return _created(services.create_product(shop_id=_own(shop).id, **written), shop)


@seller_blueprint.get("/<object_id:product_id>")
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@access.seller("read:products")
def show_own(shop: str, product_id: ObjectId) -> Answer:
    """A listing in whatever state, with the numbers of its stock; its ETag is its version."""
    return answer(products.of_shop(_own(shop).id, product_id))


@seller_blueprint.put("/<object_id:product_id>")
@seller_blueprint.doc(parameters=[IF_MATCH])
@seller_blueprint.arguments(EditProduct)
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The SKU is taken, or pieces are promised.")
@seller_blueprint.alt_response(412, schema=Problem, description="Someone else saved it since.")
@seller_blueprint.alt_response(428, schema=Problem, description="There is no If-Match.")
@access.seller("write:products")
def edit(written: dict[str, Any], shop: str, product_id: ObjectId) -> Answer:
    """Write a listing anew; what is left out is emptied. A token counts stock only with `write:stock`."""
    if any(draft.id is not None and draft.on_hand is not None for draft in written["variants"]):
        access.check_scope("write:stock")
    which = {"shop_id": _own(shop).id, "product_id": product_id, "version": expected_version()}
    return answer(services.edit_product(**which, **written))


@seller_blueprint.patch("/<object_id:product_id>")
@seller_blueprint.doc(parameters=[IF_MATCH])
@seller_blueprint.arguments(ChangeProduct)
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The SKU is taken.")
@seller_blueprint.alt_response(412, schema=Problem, description="Someone else saved it since.")
@seller_blueprint.alt_response(428, schema=Problem, description="There is no If-Match.")
@access.seller("write:products")
def change(changes: dict[str, Any], shop: str, product_id: ObjectId) -> Answer:
    """Change parts of a listing, such as the price of a variant; what is left out stays."""
    which = {"shop_id": _own(shop).id, "product_id": product_id, "version": expected_version()}
    return answer(services.change_product(**which, **changes))


@seller_blueprint.delete("/<object_id:product_id>")
@seller_blueprint.doc(parameters=[IF_MATCH])
@seller_blueprint.response(204)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="It is no draft, or somebody ordered it.")
@seller_blueprint.alt_response(412, schema=Problem, description="Someone else saved it since.")
@seller_blueprint.alt_response(428, schema=Problem, description="There is no If-Match.")
@access.seller("write:products")
def delete(shop: str, product_id: ObjectId) -> None:
    """Delete a draft that nobody ordered, with its stock."""
    which = {"shop_id": _own(shop).id, "product_id": product_id, "version": expected_version()}
    services.delete_draft(**which)


@seller_blueprint.post("/<object_id:product_id>/duplicate")
@seller_blueprint.response(201, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@access.seller("write:products")
def duplicate(shop: str, product_id: ObjectId) -> Answer:
    """A draft that says the same, with SKUs of its own and nothing in stock."""
    return _created(services.duplicate_product(shop_id=_own(shop).id, product_id=product_id), shop)


@seller_blueprint.post(f"/<object_id:product_id>/<any({','.join(NAMES)}):step>")
@seller_blueprint.doc(parameters=[IF_MATCH_OPTIONAL])
@seller_blueprint.response(200, OwnProductSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(
    409,
    schema=Problem,
    description="Its state does not lead there, something is missing, or it is as it was when sent back.",
)
@seller_blueprint.alt_response(412, schema=Problem, description="Someone else saved it since.")
@access.seller("write:products")
def take_step(shop: str, product_id: ObjectId, step: str) -> Answer:
    """Submit, pause, resume, archive or restore a listing; a draft is deleted by DELETE."""
    which = {"shop_id": _own(shop).id, "product_id": product_id, "version": expected_version(required=False)}
    return answer(services.change_status(**which, step=step))


@seller_blueprint.put("/<object_id:product_id>/variants/<object_id:variant_id>/stock")
@seller_blueprint.arguments(SetStock)
@seller_blueprint.response(200, LevelSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="More pieces are promised to buyers.")
@access.seller("write:stock")
def set_stock(asked: dict[str, Any], shop: str, product_id: ObjectId, variant_id: ObjectId) -> StockLevel:
    """Say how many pieces of a variant were counted on the shelf."""
    return services.count_stock(shop_id=_own(shop).id, product_id=product_id, variant_id=variant_id, **asked)


def _created(product: Product, shop: str) -> Answer:
    return answer(product, 201, Location=url_for(".show_own", shop=shop, product_id=product.pk))


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)
