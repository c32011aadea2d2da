"""Checking out and paying over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...shared import access, identity
from ...shared.api import Problem
from .. import services, visitors
from ..schemas import CheckedOutSchema, ClientActionSchema, KeyQuery, PlaceOrder, PurchaseSchema
from ..services import PurchaseView
from ..values import ClientAction
from . import blueprint


@blueprint.post("/checkout")
@blueprint.arguments(PlaceOrder)
@blueprint.response(201, CheckedOutSchema)
@blueprint.alt_response(200, schema=CheckedOutSchema, description="The cart was bought before.")
@blueprint.alt_response(409, schema=Problem, description="The cart changed, is short of stock, or empty.")
@access.everyone
def check_out(asked: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Buy the cart: one purchase, an order for each shop, and how to pay them."""
    done = services.check_out(visitors.owner(), **asked)
    purchase = services.view(done.purchase)
    location = url_for(".show_purchase", purchase_id=done.purchase.id, key=purchase.key)
    body = {"purchase": purchase, "client_action": done.action}
    return body, 200 if done.replayed else 201, {"Location": location}


@blueprint.get("/purchases/<object_id:purchase_id>")
@blueprint.arguments(KeyQuery, location="query")
@blueprint.response(200, PurchaseSchema)
@blueprint.alt_response(404, schema=Problem)
@access.everyone
def show_purchase(query: dict[str, Any], purchase_id: ObjectId) -> PurchaseView:
    """A purchase with its orders, for the member who bought or with a guest's key."""
    return services.see_purchase(purchase_id, user_id=identity.user_id_for_sure(), key=query.get("key"))


@blueprint.post("/purchases/<object_id:purchase_id>/payments")
@blueprint.arguments(KeyQuery, location="query")
@blueprint.response(201, ClientActionSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The time is over, or nothing is to be paid.")
@access.everyone
def pay_again(query: dict[str, Any], purchase_id: ObjectId) -> ClientAction:
    """Pay a purchase that is not paid yet; after a declined payment this begins a new one."""
    seen = services.see_purchase(purchase_id, user_id=identity.user_id_for_sure(), key=query.get("key"))
    return services.pay_again(seen.purchase)
