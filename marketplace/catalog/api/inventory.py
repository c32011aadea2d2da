"""A shop's inventory over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import PageQuery
from .. import services
from ..schemas import (
    CountStock,
    InventoryPageSchema,
    InventoryQuery,
    InventoryRowSchema,
    MovementPageSchema,
)
from ..values import InventoryRow
from .blueprint import seller_stock_blueprint as blueprint


@blueprint.get("")
@blueprint.arguments(InventoryQuery, location="query")
@blueprint.response(200, InventoryPageSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="This is not your shop.")
@access.seller("read:stock")
def list_inventory(query: dict[str, Any], shop: str) -> dict[str, Any]:
    """The shop's variants with their stock: all, or what is low or out."""
    found, listing = _own(shop), cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    search, limit = query.get("q", ""), query["limit"]
    page = services.inventory_of(found.id, query["show"], search=search, at=at, limit=limit)
    return cursors.page_json(page, listing, limit)


@blueprint.get("/<object_id:variant_id>/movements")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, MovementPageSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="The shop has no such variant, or is not yours.")
@access.seller("read:stock")
def list_movements(query: dict[str, Any], shop: str, variant_id: ObjectId) -> dict[str, Any]:
    """Why the stock of a variant changed, the last first."""
    found, listing = _own(shop), cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.movements_of(found.id, variant_id, at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.put("/<object_id:variant_id>")
@blueprint.arguments(CountStock)
@blueprint.response(200, InventoryRowSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="The shop has no such variant, or is not yours.")
@blueprint.alt_response(409, schema=Problem, description="More pieces are promised to buyers.")
@access.seller("write:stock")
def count(counted: dict[str, Any], shop: str, variant_id: ObjectId) -> InventoryRow:
    """Say how many pieces of a variant lie on the shelf, and why; with a `ref` it happens once."""
    actor_id = identity.signed_in_user()
    which = {"shop_id": _own(shop).id, "variant_id": variant_id, "actor_id": actor_id}
    return services.change_stock(**which, **counted)


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)
