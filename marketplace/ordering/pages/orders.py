"""A buyer's pages: my orders, and one order."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from .. import services
from ..documents import Order
from ..process import STATES
from ..repositories import orders, refunds
from ..values import Actor
from . import blueprint, lines


@blueprint.get("/account/orders")
@access.signed_in
def list_orders() -> ResponseReturnValue:
    """The orders of whoever is signed in, newest first."""
    buyer_id, listing = identity.signed_in_user(), cursors.listing_of({})
    page = orders.of_buyer(buyer_id, at=cursors.decode(request.args.get("cursor"), listing))
    links = cursors.page_links(page, listing)
    return render_template(
        "ordering/orders.html", orders=page.items, page=links, state=lines.state, image=lines.image_url
    )


@blueprint.get("/order/<number>")
@access.everyone
def show_order(number: str) -> ResponseReturnValue:
    """An order as its buyer sees it."""
    order = _seen(number)
    return render_template(
        "ordering/order.html",
        order=order,
        key=services.key_of(order),
        note=STATES[order.status].buyer_note,
        steps=order.available(Actor.BUYER),
        shown=lines,
        refunds=refunds.of_order(order.pk) if order.refunded else [],
        sold=services.still_sold([order]),
        reviews=services.reviewable([order], reader_id=identity.user_id()),
    )


@blueprint.post("/order/<number>/<transition>")
@access.everyone
def take_step(number: str, transition: str) -> ResponseReturnValue:
    """Take a step of the order's process as its buyer."""
    order = _seen(number)
    services.move_order(number=order.number, name=transition, actor=Actor.BUYER)
    return redirect(url_for(".show_order", number=order.number, key=services.key_of(order)), 303)


def _seen(number: str) -> Order:
    return services.order_for(number, user_id=identity.user_id_for_sure(), key=request.args.get("key"))
