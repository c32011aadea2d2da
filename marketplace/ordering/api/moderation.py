"""All orders over JSON, for those who look after the marketplace."""

from __future__ import annotations

from typing import Any

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import page_schema
from .. import services
from ..schemas import OrderFileSchema, OrderSearch, OrderSummarySchema
from ..services import OrderFile
from . import blueprint

NOT_YOURS = "You do not have the role for this."


@blueprint.get("/admin/orders")
@blueprint.arguments(OrderSearch, location="query")
@blueprint.response(200, page_schema(OrderSummarySchema, "AllOrdersPage"))
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.moderator
def search_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The orders with a number, of an e-mail address, or of a payment; the newest without `q`."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.find_orders(query.get("q"), at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.get("/admin/orders/<number>")
@blueprint.response(200, OrderFileSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def inspect_order(number: str) -> OrderFile:
    """Everything about an order with what its payment's provider reported; that you looked is noted."""
    return services.inspect_order(moderator_id=identity.signed_in_user(), number=number)
