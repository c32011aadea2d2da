"""All orders, for those who look after the marketplace."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.forms import Form
from ...shared.paging import Page
from .. import services
from ..documents import Order
from ..schemas import OrderSearch
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
    found = services.inspect_order(moderator_id=identity.signed_in_user(), number=number)
    return render_template("ordering/admin_order.html", file=found, order=found.order, shown=lines)
