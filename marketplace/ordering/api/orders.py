"""A buyer's orders over JSON."""

from __future__ import annotations

from typing import Any

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import page_schema
from .. import services
from ..documents import Order
from ..schemas import KeyQuery, OrderSchema, OrdersQuery, OrderSummarySchema, TakeStep
from ..values import Actor
from . import blueprint


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
def show_order(query: dict[str, Any], number: str) -> Order:
    """An order, for the member who bought or with a guest's key."""
    return services.order_for(number, user_id=identity.user_id_for_sure(), key=query.get("key"))


@blueprint.post("/orders/<number>/transitions")
@blueprint.arguments(KeyQuery, location="query")
@blueprint.arguments(TakeStep)
@blueprint.response(200, OrderSchema)
@blueprint.alt_response(403, schema=Problem, description="This step belongs to somebody else.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The order's state does not allow this step.")
@access.everyone
def take_step(query: dict[str, Any], asked: dict[str, Any], number: str) -> Order:
    """Take one of the order's `available_transitions`; `cancel` calls off the whole unpaid purchase."""
    order = services.order_for(number, user_id=identity.user_id_for_sure(), key=query.get("key"))
    return services.move_order(number=order.number, actor=Actor.BUYER, **asked)
