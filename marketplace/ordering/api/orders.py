"""A buyer's orders over JSON."""

from __future__ import annotations

from typing import Any

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.preconditions import IF_MATCH_OPTIONAL, expected_version, tag_of
from ...shared.schemas import page_schema
from .. import services
from ..documents import Order
from ..repositories import refunds
from ..schemas import KeyQuery, OrderSchema, OrdersQuery, OrderSummarySchema, RefundListSchema, TakeStep
from ..values import Actor
from . import blueprint

#: An order, a status and headers.
Tagged = tuple[Order, int, dict[str, str]]


@blueprint.get("/orders")
@blueprint.arguments(OrdersQuery, location="query")
@blueprint.response(200, page_schema(OrderSummarySchema, "OrderPage"))
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The orders of whoever is signed in, newest first: all, open or done, or those that `q` finds."""
    buyer_id, listing = identity.signed_in_user(), cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    page = services.bought_orders(buyer_id, at=at, **query)
    return cursors.page_json(page, listing, query["limit"])


@blueprint.get("/orders/<number>")
@blueprint.arguments(KeyQuery, location="query")
@blueprint.response(200, OrderSchema)
@blueprint.alt_response(404, schema=Problem)
@access.everyone
def show_order(query: dict[str, Any], number: str) -> Tagged:
    """An order, for the member who bought or with a guest's key; its ETag is its version."""
    order = services.order_for(number, user_id=identity.user_id_for_sure(), key=query.get("key"))
    return order, 200, tag_of(order.version)


@blueprint.get("/orders/<number>/refunds")
@blueprint.arguments(KeyQuery, location="query")
@blueprint.response(200, RefundListSchema)
@blueprint.alt_response(404, schema=Problem)
@access.everyone
def list_refunds(query: dict[str, Any], number: str) -> dict[str, Any]:
    """What of an order goes back, or is back."""
    order = services.order_for(number, user_id=identity.user_id_for_sure(), key=query.get("key"))
    return {"data": refunds.of_order(order.pk)}


@blueprint.post("/orders/<number>/transitions")
@blueprint.doc(parameters=[IF_MATCH_OPTIONAL])
@blueprint.arguments(KeyQuery, location="query")
@blueprint.arguments(TakeStep)
@blueprint.response(200, OrderSchema)
@blueprint.alt_response(403, schema=Problem, description="This step belongs to somebody else.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The order's state does not allow this step.")
@blueprint.alt_response(412, schema=Problem, description="The order changed since you saw it.")
@access.everyone
def take_step(query: dict[str, Any], asked: dict[str, Any], number: str) -> Tagged:
    """Take one of the order's `available_transitions`.

    `cancel` calls off the whole purchase while it is not paid, and then this order, whose money goes back.
    """
    order = services.order_for(number, user_id=identity.user_id_for_sure(), key=query.get("key"))
    version = expected_version(required=False)
    order = services.move_order(number=order.number, actor=Actor.BUYER, version=version, **asked)
    return order, 200, tag_of(order.version)
