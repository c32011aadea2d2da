"""A shop's orders over JSON."""

from __future__ import annotations

from typing import Any

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import page_schema
from .. import services
from ..documents import Order
from ..schemas import TABS, OrderSummarySchema, ShopOrderSchema, ShopOrdersQuery, TakeShopStep
from ..values import Actor
from . import blueprint


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
def show_shop_order(shop: str, number: str) -> Order:
    """An order of your shop."""
    found = accounts.own_shop(identity.signed_in_user(), shop)
    return services.shop_order(found.id, number)


@blueprint.post("/seller/<shop>/orders/<number>/transitions")
@blueprint.arguments(TakeShopStep)
@blueprint.response(200, ShopOrderSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="This step belongs to somebody else.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The order's state does not allow this step.")
@access.seller("write:orders")
def take_shop_step(asked: dict[str, Any], shop: str, number: str) -> Order:
    """Take one of the order's `available_transitions` as its shop."""
    found = accounts.own_shop(identity.signed_in_user(), shop)
    order = services.shop_order(found.id, number)
    return services.move_order(number=order.number, actor=Actor.SELLER, **asked)
