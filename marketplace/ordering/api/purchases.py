"""Checking out and paying over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...shared import access, idempotency, identity
from ...shared.api import Problem
from .. import services, visitors
from ..providers import PaymentProvider, offered
from ..schemas import (
    CheckedOutSchema,
    ChooseMethod,
    ClientActionSchema,
    KeyQuery,
    PaymentMethodSchema,
    PlaceOrder,
    PurchaseSchema,
)
from ..services import PurchaseView
from ..values import ClientAction
from . import blueprint


@blueprint.post("/checkout")
@blueprint.doc(parameters=[idempotency.KEY_HEADER])
@blueprint.arguments(PlaceOrder)
@blueprint.response(201, CheckedOutSchema)
@blueprint.alt_response(
    200,
    schema=CheckedOutSchema,
    description="It was bought before; `Idempotent-Replayed` says so.",
)
@blueprint.alt_response(400, schema=Problem, description="The header Idempotency-Key is missing.")
@blueprint.alt_response(
    409,
    schema=Problem,
    description="The cart changed (`changes` and `problems` say what), is short of stock, empty, or is being "
    "bought right now (`Retry-After` says when to ask again).",
)
@access.everyone
def check_out(asked: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Buy the cart: one purchase, an order for each shop, and how to pay them."""
    done = services.check_out(visitors.owner(), attempt=idempotency.attempt_of_request(), **asked)
    purchase = services.view(done.purchase)
    headers = {"Location": url_for(".show_purchase", purchase_id=done.purchase.id, key=purchase.key)}
    body = {"purchase": purchase, "client_action": done.action}
    return body, 200 if done.replayed else 201, headers | (idempotency.REPLAYED if done.replayed else {})


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
@blueprint.arguments(ChooseMethod, required=False)
@blueprint.response(201, ClientActionSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The time is over, or nothing is to be paid.")
@access.everyone
def pay_again(query: dict[str, Any], asked: dict[str, Any], purchase_id: ObjectId) -> ClientAction:
    """Pay a purchase that is not paid yet; after a declined payment, or by another way, this begins anew."""
    seen = services.see_purchase(purchase_id, user_id=identity.user_id_for_sure(), key=query.get("key"))
    return services.pay_again(seen.purchase, **asked)


@blueprint.delete("/purchases/<object_id:purchase_id>/payments")
@blueprint.arguments(KeyQuery, location="query")
@blueprint.response(200, PurchaseSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It is paid, or over.")
@access.everyone
def give_up(query: dict[str, Any], purchase_id: ObjectId) -> PurchaseView:
    """Call off a purchase that is not paid yet; what it was is back in the cart."""
    seen = services.see_purchase(purchase_id, user_id=identity.user_id_for_sure(), key=query.get("key"))
    services.give_up(seen.purchase)
    return services.see_purchase(purchase_id, user_id=identity.user_id_for_sure(), key=query.get("key"))


@blueprint.get("/payment-methods")
@blueprint.response(200, PaymentMethodSchema(many=True))
@access.everyone
def list_payment_methods() -> list[PaymentProvider]:
    """The ways to pay, the usual one first."""
    return offered()
