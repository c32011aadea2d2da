"""The cart over JSON: a member's, or a visitor's by the cookie that the first answer sets."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, destination, identity
from ...shared.api import Problem
from .. import services, visitors
from ..schemas import AddItem, CartQuery, CartSchema, ChangeItem, MergedCartSchema
from ..services import PricedCart, Sending
from ..values import CartOwner
from . import blueprint

CONVERTING = "The cart is being checked out right now."


@blueprint.get("/cart")
@blueprint.arguments(CartQuery, location="query")
@blueprint.response(200, CartSchema)
@access.everyone
def show_cart(query: dict[str, Any]) -> PricedCart:
    """The cart at today's prices, grouped by shop, with what stands in the way of buying it."""
    country = query.get("country") or destination.country()
    return services.priced_cart(visitors.owner(), Sending(country))


@blueprint.delete("/cart")
@blueprint.response(204)
@blueprint.alt_response(409, schema=Problem, description=CONVERTING)
@access.everyone
def empty_cart() -> None:
    """Take everything out of the cart; what is kept for later stays."""
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
@blueprint.alt_response(409, schema=Problem, description=CONVERTING)
@access.everyone
def change_item(asked: dict[str, Any], item_id: ObjectId) -> PricedCart:
    """Set a line to this many pieces, agreed at today's price."""
    return _changed(visitors.owner(), item_id, **asked)


@blueprint.delete("/cart/items/<object_id:item_id>")
@blueprint.response(200, CartSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=CONVERTING)
@access.everyone
def remove_item(item_id: ObjectId) -> PricedCart:
    """Take a line out of the cart."""
    return _changed(visitors.owner(), item_id, quantity=0)


@blueprint.post("/cart/items/<object_id:item_id>/save")
@blueprint.response(200, CartSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=CONVERTING)
@access.everyone
def save_for_later(item_id: ObjectId) -> PricedCart:
    """Put a line on the list for later."""
    owner = visitors.owner()
    services.save_for_later(owner, item_id=item_id)
    return services.priced_cart(owner)


@blueprint.post("/cart/saved/<object_id:item_id>/restore")
@blueprint.response(200, CartSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It cannot be bought, or not with this cart.")
@access.everyone
def take_back(item_id: ObjectId) -> PricedCart:
    """Put what is kept for later into the cart again, at today's price."""
    owner = visitors.owner()
    services.take_back(owner, item_id=item_id)
    return services.priced_cart(owner)


@blueprint.delete("/cart/saved/<object_id:item_id>")
@blueprint.response(200, CartSchema)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=CONVERTING)
@access.everyone
def forget_saved(item_id: ObjectId) -> PricedCart:
    """Keep something for later no more."""
    owner = visitors.owner()
    services.forget_saved(owner, item_id=item_id)
    return services.priced_cart(owner)


@blueprint.post("/cart/merge")
@blueprint.response(200, MergedCartSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=CONVERTING)
@access.signed_in
def merge_carts() -> dict[str, Any]:
    """Join the cart of this browser's cookie to yours: the larger quantity of each variant counts.

    Signing in does it too; doing it again changes nothing.
    """
    changes = visitors.merge()
    cart = services.priced_cart(CartOwner(user_id=identity.signed_in_user()))
    return {"changes": changes, "cart": cart}


def _changed(owner: CartOwner, item_id: ObjectId, *, quantity: int) -> PricedCart:
    services.change_quantity(owner, item_id=item_id, quantity=quantity)
    return services.priced_cart(owner)
