"""A shop's pages: its orders."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.forms import Form
from ...shared.paging import Page
from .. import services
from ..documents import Order
from ..repositories import orders
from ..schemas import TABS, ShopOrdersQuery
from . import asked, blueprint, lines

#: What the tabs are called.
TAB_LABELS = {
    "new": "New",
    "to-ship": "To ship",
    "shipped": "Shipped",
    "done": "Done",
    "cancelled": "Cancelled",
    "all": "All",
}


@blueprint.get("/sell/<shop>/orders")
@access.seller("read:orders")
def list_shop_orders(shop: str) -> ResponseReturnValue:
    """The shop's orders in one of its tabs, newest first; what waits to be shipped by its urgency."""
    found = accounts.own_shop(identity.signed_in_user(), shop)
    form = Form.read(ShopOrdersQuery(), asked.known(ShopOrdersQuery(), tab="to-ship"))
    listing = cursors.listing_of(form.data)

    def find(*, tab: str, cursor: str | None = None, **wanted: Any) -> Page[Order]:
        return services.shop_orders(found.id, TABS[tab], at=cursors.decode(cursor, listing), **wanted)

    page = form.result if form.accepted_by(find) else Page([])
    return _list_page(found, form, page, cursors.page_links(page, listing)), 400 if form.errors else 200


def _list_page(shop: Any, form: Form, page: Page[Order], links: dict[str, str | None]) -> str:
    tab = form.values.get("tab", "to-ship")
    return render_template(
        "ordering/shop_orders.html",
        shop=shop,
        form=form,
        tab=tab if tab in TABS else "to-ship",
        tabs_items=asked.tabs("tab", TAB_LABELS, tab, _counts(shop)),
        orders=page.items,
        page=links,
        shown=lines,
        now=now(),
    )


def _counts(shop: Any) -> dict[str, int | str]:
    """How many orders wait in each tab; those that are shipped and done are counted up to a bound."""
    waiting = orders.count_by_status(shop.id, TABS["to-ship"])
    counts: dict[str, int | str] = {
        tab: sum(waiting[status] for status in TABS[tab]) for tab in ("new", "to-ship")
    }
    return counts | {tab: orders.count_in(shop.id, TABS[tab]) for tab in ("shipped", "done")}
