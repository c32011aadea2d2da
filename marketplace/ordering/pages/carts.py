"""The cart's page."""

from __future__ import annotations

from bson import ObjectId
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...shared import access
from ...shared.errors import MarketplaceError
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services, visitors
from ..schemas import AddItem, ChangeItemForm
from . import blueprint, lines


@blueprint.get("/cart")
@access.everyone
def show_cart() -> ResponseReturnValue:
    """The cart at today's prices, by shop."""
    return cart_page(Form())


@blueprint.post("/cart/items")
@access.everyone
def add_item() -> ResponseReturnValue:
    """Put pieces of a variant into the cart."""
    form = Form.read(AddItem())
    if form.accepted_by(services.add_item, owner=visitors.owner_to_fill()):
        notify("Added to your cart.")
        return redirect(url_for(".show_cart"), 303)
    return cart_page(form), form.status


@blueprint.post("/cart/items/<object_id:item_id>")
@access.everyone
def change_item(item_id: ObjectId) -> ResponseReturnValue:
    """Change how many pieces of a line are wanted; none at all takes it out."""
    form = Form.read(ChangeItemForm())
    if form.accepted_by(services.change_quantity, owner=visitors.owner(), item_id=item_id):
        return redirect(url_for(".show_cart"), 303)
    return cart_page(form, typed_at=item_id), form.status


@blueprint.post("/cart/items/<object_id:item_id>/save")
@access.everyone
def save_for_later(item_id: ObjectId) -> ResponseReturnValue:
    """Put a line on the list for later."""
    services.save_for_later(visitors.owner(), item_id=item_id)
    notify("Saved for later: it is below your cart.")
    return redirect(url_for(".show_cart"), 303)


@blueprint.post("/cart/saved/<object_id:item_id>/restore")
@access.everyone
def take_back(item_id: ObjectId) -> ResponseReturnValue:
    """Put what is kept for later into the cart again."""
    try:
        services.take_back(visitors.owner(), item_id=item_id)
        notify("It is in your cart again.")
    except MarketplaceError as error:
        notify(str(error), "warning")
    return redirect(url_for(".show_cart"), 303)


@blueprint.post("/cart/saved/<object_id:item_id>/remove")
@access.everyone
def forget_saved(item_id: ObjectId) -> ResponseReturnValue:
    """Keep something for later no more."""
    services.forget_saved(visitors.owner(), item_id=item_id)
    return redirect(url_for(".show_cart"), 303)


def cart_page(form: Form, *, typed_at: ObjectId | None = None) -> str:
    """The cart, with what was wrong with a form, and what was typed into it at a line."""
    return render_template(
        "ordering/cart.html",
        cart=visitors.priced_cart(),
        form=form,
        typed_at=typed_at,
        shown=lines.cart_line,
    )
