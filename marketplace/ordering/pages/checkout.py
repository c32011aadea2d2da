"""The checkout's page."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, idempotency, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services, visitors
from ..providers import offered
from ..schemas import PlaceOrderForm, PlaceVisitorsOrderForm
from ..services import CheckedOut, PricedCart
from . import blueprint, carts, lines
from .sending import sending_of


@blueprint.get("/checkout")
@access.everyone
def show_checkout() -> ResponseReturnValue:
    """Where it goes, what it costs, and the button to buy."""
    form, buyer = Form(), _buyer()
    cart = visitors.priced_cart(sending_of(form, buyer))
    if not cart.ready:
        if cart.lines:
            notify("Something in your cart cannot be bought as it is. Mend it first.", "warning")
        return redirect(url_for(".show_cart"), 303)
    return _checkout_page(form, cart, buyer)


@blueprint.post("/checkout")
@access.everyone
def check_out() -> ResponseReturnValue:
    """Buy the cart and go on to pay."""
    form = Form.read(PlaceOrderForm() if identity.user_id_for_sure() else PlaceVisitorsOrderForm())
    if form.accepted_by(_bought):
        done: CheckedOut = form.result
        purchase = {"purchase_id": done.purchase.id, "key": services.key_of(done.purchase)}
        return redirect(done.action.url or url_for(".wait", **purchase), 303)
    return _checkout_again(form), form.status, form.headers


def _bought(**asked: Any) -> CheckedOut:
    return services.check_out(visitors.owner(), attempt=idempotency.attempt_of_request(), **asked)


@blueprint.post("/checkout/total")
@access.everyone
def recount_checkout() -> ResponseReturnValue:
    """Show the total for the address and the ways of sending that were chosen; nothing is bought."""
    return _checkout_again(Form.typed())


def _checkout_again(form: Form) -> str:
    buyer = _buyer()
    return _checkout_page(form, visitors.priced_cart(sending_of(form, buyer)), buyer)


def _buyer() -> Any:
    user_id = identity.user_id_for_sure()
    return accounts.get_user(user_id) if user_id else None


def _checkout_page(form: Form, cart: PricedCart, buyer: Any) -> str:
    """The form beside the cart as it would be bought now; the cart's page when there is nothing in it."""
    if not cart.lines:
        return carts.cart_page(form)
    return render_template(
        "ordering/checkout.html",
        cart=cart,
        form=form,
        buyer=buyer,
        methods=offered(),
        shown=lines.cart_line,
    )
