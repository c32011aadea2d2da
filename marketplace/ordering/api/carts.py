"""The cart over JSON: a member's, or a visitor's by the cookie that the first answer sets."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access
from ...shared.api import Problem
from .. import services, visitors
from ..schemas import AddItem, CartSchema, ChangeItem
from ..services import PricedCart
from ..values import CartOwner
from . import blueprint


@blueprint.get("/cart")
@blueprint.response(200, CartSchema)
@access.everyone
def show_cart() -> PricedCart:
    """The cart at today's prices, grouped by shop, with what stands in the way of buying it."""
    return services.priced_cart(visitors.owner())


@blueprint.delete("/cart")
@blueprint.response(204)
@blueprint.alt_response(409, schema=Problem, description="It is being checked out right now.")
@access.everyone
def empty_cart() -> None:
    """Take everything out of the cart."""
    services.empty_cart(visitors.owner())


@blueprint.post("/cart/items")
@blueprint.arguments(AddItem)
@blueprint.response(201, CartSchema)
@blueprint.alt_response(409, schema=Problem, description="It cannot be bought, or not with this cart.")
@access.everyone
def add_item(asked: dict[str, Any]) -> PricedCart:
    """Put pieces of a variant into the cart; those of a variant that is in it already are added up."""
    owner = visitors.owner_to_fill()
    services.add_item(owner, **asked)
    return services.priced_cart(owner)


@blueprint.patch("/cart/items/<object_id:item_id>")
@blueprint.arguments(ChangeItem)
@blueprint.response(200, CartSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The cart is being checked out right now.")
@access.everyone
def change_item(asked: dict[str, Any], item_id: ObjectId) -> PricedCart:
    """Set a line to this many pieces, agreed at today's price."""
    return _changed(visitors.owner(), item_id, **asked)


@blueprint.delete("/cart/items/<object_id:item_id>")
@blueprint.response(200, CartSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The cart is being checked out right now.")
@access.everyone
def remove_item(item_id: ObjectId) -> PricedCart:
    """Take a line out of the cart."""
    return _changed(visitors.owner(), item_id, quantity=0)


def _changed(owner: CartOwner, item_id: ObjectId, *, quantity: int) -> PricedCart:
    services.change_quantity(owner, item_id=item_id, quantity=quantity)
    return services.priced_cart(owner)
