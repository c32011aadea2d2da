"""Orders and refunds over JSON, as moderators look after them."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.clock import now
from ...shared.preconditions import IF_MATCH_OPTIONAL, expected_version, tag_of
from ...shared.schemas import PageQuery, page_schema
from .. import services
from ..documents import Refund
from ..process import TO_SHIP
from ..repositories import orders_in_process, refunds
from ..schemas import (
    ModeratedOrderSchema,
    OpenRefundSchema,
    OrderSummarySchema,
    RefundQuery,
    TakeOperatorStep,
)
from . import blueprint
from .orders import Tagged


@blueprint.get("/admin/late-orders")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(OrderSummarySchema, "LateOrderPage"))
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_late_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The orders that should have left by now, longest ago first."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = orders_in_process.late(TO_SHIP, now(), at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.post("/admin/orders/<number>/cancel")
@blueprint.doc(parameters=[IF_MATCH_OPTIONAL])
@blueprint.arguments(TakeOperatorStep)
@blueprint.response(200, ModeratedOrderSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The order's state does not allow this.")
@blueprint.alt_response(412, schema=Problem, description="The order changed since you saw it.")
@access.moderator
def cancel_order(asked: dict[str, Any], number: str) -> Tagged:
    """Call an order off, whatever left of it; the rest of its money goes back."""
    order = services.operator_cancel(
        operator_id=identity.signed_in_user(),
        number=number,
        version=expected_version(required=False),
        **asked,
    )
    return order, 200, tag_of(order.version)


@blueprint.get("/admin/refunds")
@blueprint.arguments(RefundQuery, location="query")
@blueprint.response(200, page_schema(OpenRefundSchema, "RefundPage"))
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_open_refunds(query: dict[str, Any]) -> dict[str, Any]:
    """The refunds in a state, oldest first: those that failed, unless another one is asked for."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = refunds.in_status((query["status"],), at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.post("/admin/refunds/<object_id:refund_id>/retry")
@blueprint.response(200, OpenRefundSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def retry_refund(refund_id: ObjectId) -> Refund:
    """Ask the provider to send a refund once more; what it says is in the answer."""
    return services.retry_refund(operator_id=identity.signed_in_user(), refund_id=refund_id)
