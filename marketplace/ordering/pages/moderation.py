"""All orders for moderators: finding one, seeing everything about it, and calling it off."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import Order
from ..process import note_for
from ..repositories import refunds
from ..schemas import OrderSearch, ReasonForm
from ..values import Actor
from . import asked, blueprint, lines


@blueprint.get("/admin/orders")
@access.moderator
def search_orders() -> ResponseReturnValue:
    """The orders with a number, of an e-mail address or of a payment; else the newest."""
    form = Form.read(OrderSearch(), asked.known(OrderSearch()))
    listing = cursors.listing_of(form.data)

    def find(*, limit: int, q: str | None = None, cursor: str | None = None) -> Page[Order]:
        return services.find_orders(q, at=cursors.decode(cursor, listing), limit=limit)

    page = form.result if form.accepted_by(find) else Page([])
    body = render_template(
        "ordering/admin_orders.html",
        form=form,
        orders=page.items,
        page=cursors.page_links(page, listing),
        shown=lines,
    )
    return body, 400 if form.errors else 200


@blueprint.get("/admin/orders/<number>")
@access.moderator
def inspect_order(number: str) -> ResponseReturnValue:
    """Everything about an order, with what its payment's provider reported; that it was seen is noted."""
    return _order_page(number, Form())


@blueprint.post("/admin/orders/<number>/cancel")
@access.moderator
def operator_cancel(number: str) -> ResponseReturnValue:
    """Call an order off and refund it."""
    form, operator_id = Form.read(ReasonForm()), identity.signed_in_user()
    if form.accepted_by(services.operator_cancel, operator_id=operator_id, number=number):
        notify("The order is cancelled, and its money goes back.")
        return redirect(url_for(".inspect_order", number=number), 303)
    return _order_page(number, form), form.status


def _order_page(number: str, form: Form) -> str:
    found = services.inspect_order(moderator_id=identity.signed_in_user(), number=number)
    order = found.order
    return render_template(
        "ordering/admin_order.html",
        file=found,
        order=order,
        form=form,
        note=note_for(order.status, Actor.OPERATOR, order.fulfilment),
        steps=order.available(Actor.OPERATOR),
        refunds=refunds.of_order(order.pk),
        shown=lines,
        now=now(),
    )
