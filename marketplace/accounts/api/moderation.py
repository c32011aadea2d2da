"""Shops over JSON, as moderators see them."""

from __future__ import annotations

from typing import Any

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import PageQuery, page_schema
from .. import services
from ..documents import Shop
from ..repositories import shops
from ..schemas import (
    OwnShopSchema,
    RejectShop,
)
from ..values import ShopStatus
from .blueprint import blueprint


@blueprint.get("/admin/shops")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(OwnShopSchema, "WaitingShopPage"))
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_waiting_shops(query: dict[str, Any]) -> dict[str, Any]:
    """The shops that wait for a moderator, newest first."""
    services.require_moderator(identity.signed_in_user())
    return shop_page(ShopStatus.PENDING_REVIEW, query)


@blueprint.post("/admin/shops/<slug>/approve")
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(409, schema=Problem, description="The shop does not wait for review.")
@access.moderator
def approve_shop(slug: str) -> Shop:
    """Let a shop sell."""
    return services.approve_shop(moderator_id=identity.signed_in_user(), slug=slug)


@blueprint.post("/admin/shops/<slug>/reject")
@blueprint.arguments(RejectShop)
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(409, schema=Problem, description="The shop does not wait for review.")
@access.moderator
def reject_shop(asked: dict[str, Any], slug: str) -> Shop:
    """Send a shop back to its owner with a reason."""
    return services.reject_shop(moderator_id=identity.signed_in_user(), slug=slug, **asked)


def shop_page(status: ShopStatus, query: dict[str, Any]) -> dict[str, Any]:
    """A page of the shops in this status, as the cursor of the query asks."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    return cursors.page_json(shops.in_status(status, at=at, limit=query["limit"]), listing, query["limit"])
