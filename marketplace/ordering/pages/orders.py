"""A buyer's pages: my orders, and one order."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.forms import Form
from ...shared.paging import Page
from .. import services
from ..documents import Order
from ..process import note_for
from ..repositories import refunds
from ..schemas import OrdersQuery
from ..values import Actor
from . import asked, blueprint, lines

#: What a buyer's list is narrowed to.
BUYER_TABS = {"all": "All", "open": "Open", "done": "Done"}


@blueprint.get("/account/orders")
@access.signed_in
def list_orders() -> ResponseReturnValue:
    """The orders of whoever is signed in, newest first: all, open or done, or those that they look for."""
    form = Form.read(OrdersQuery(), asked.known(OrdersQuery()))
    listing = cursors.listing_of(form.data)

    def find(*, cursor: str | None = None, **wanted: Any) -> Page[Order]:
        at = cursors.decode(cursor, listing)
        return services.bought_orders(identity.signed_in_user(), at=at, **wanted)

    page = form.result if form.accepted_by(find) else Page([])
    body = render_template(
        "ordering/orders.html",
        form=form,
        orders=page.items,
        page=cursors.page_links(page, listing),
        tabs_items=asked.tabs("state", BUYER_TABS, form.data.get("state")),
        shown=lines,
    )
    return body, 400 if form.errors else 200


@blueprint.get("/order/<number>/summary")
@access.everyone
def print_order(number: str) -> ResponseReturnValue:
    """What was bought and what it cost, to print or to keep."""
    order = _seen(number)
    return render_template(
        "ordering/order_summary.html", order=order, key=services.key_of(order), shown=lines
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
        note=note_for(order.status, Actor.BUYER, order.fulfilment),
        steps=order.available(Actor.BUYER),
        shown=lines,
        refunds=refunds.of_order(order.pk) if order.refunded else [],
        sold=services.still_sold([order]),
        reviews=services.reviewable([order], reader_id=identity.user_id()),
        panels=services.panels_of(order, Actor.BUYER),
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
