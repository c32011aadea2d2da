"""A shop's orders over JSON."""

from __future__ import annotations

from typing import Any

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.preconditions import IF_MATCH, IF_MATCH_OPTIONAL, expected_version, tag_of
from ...shared.schemas import page_schema
from .. import services
from ..documents import Order, Refund
from ..repositories import refunds
from ..schemas import (
    TABS,
    GiveBack,
    OrderSummarySchema,
    RefundListSchema,
    RefundSchema,
    ShopOrderSchema,
    ShopOrdersQuery,
    TakeShopStep,
)
from ..values import Actor
from . import blueprint
from .orders import Tagged


@blueprint.get("/seller/<shop>/orders")
@blueprint.arguments(ShopOrdersQuery, location="query")
@blueprint.response(200, page_schema(OrderSummarySchema, "ShopOrderPage"))
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:orders")
def list_shop_orders(query: dict[str, Any], shop: str) -> dict[str, Any]:
    """The paid orders of your shop, newest first; those to ship with the most urgent first."""
    found, listing = accounts.own_shop(identity.signed_in_user(), shop), cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    page = services.shop_orders(found.id, TABS[query.pop("tab")], at=at, **query)
    return cursors.page_json(page, listing, query["limit"])


@blueprint.get("/seller/<shop>/orders/<number>")
@blueprint.response(200, ShopOrderSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:orders")
def show_shop_order(shop: str, number: str) -> Tagged:
    """An order of your shop; its ETag is its version."""
    order = _own(shop, number)
    return order, 200, tag_of(order.version)


@blueprint.post("/seller/<shop>/orders/<number>/transitions")
@blueprint.doc(parameters=[IF_MATCH_OPTIONAL])
@blueprint.arguments(TakeShopStep)
@blueprint.response(200, ShopOrderSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="This step belongs to somebody else.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The order's state does not allow this step.")
@blueprint.alt_response(412, schema=Problem, description="The order changed since you saw it.")
@access.seller("write:orders")
def take_shop_step(asked: dict[str, Any], shop: str, number: str) -> Tagged:
    """Take one of the order's `available_transitions` as its shop.

    Send If-Match with a partial `ship`, so that what is sent twice is not done twice.
    """
    order = _own(shop, number)
    version = expected_version(required=False)
    order = services.move_order(number=order.number, actor=Actor.SELLER, version=version, **asked)
    return order, 200, tag_of(order.version)


@blueprint.get("/seller/<shop>/orders/<number>/refunds")
@blueprint.response(200, RefundListSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:orders")
def list_shop_refunds(shop: str, number: str) -> dict[str, Any]:
    """What of an order of your shop goes back, or is back."""
    return {"data": refunds.of_order(_own(shop, number).pk)}


@blueprint.post("/seller/<shop>/orders/<number>/refunds")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(GiveBack)
@blueprint.response(201, RefundSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="Nothing of this order can be refunded.")
@blueprint.alt_response(412, schema=Problem, description="The order changed since you saw it.")
@blueprint.alt_response(428, schema=Problem, description="A refund says of which version of the order.")
@access.seller("write:orders")
def give_back(asked: dict[str, Any], shop: str, number: str) -> tuple[Refund, int]:
    """Give a part of the money back: an amount over the whole order, or parts of lines and shipping."""
    order = _own(shop, number)
    return services.give_back(number=order.number, version=expected_version(), **asked), 201


def _own(shop: str, number: str) -> Order:
    found = accounts.own_shop(identity.signed_in_user(), shop)
    return services.shop_order(found.id, number)
