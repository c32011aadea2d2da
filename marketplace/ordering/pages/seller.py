"""A shop's pages: its orders, and one of them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import Order
from ..process import STATES
from ..repositories import orders
from ..schemas import TABS, Ship, ShopOrdersQuery
from ..values import Actor
from . import asked, blueprint, lines

#: What the tabs are called.
TAB_LABELS = {"new": "New", "to-ship": "To ship", "shipped": "Shipped", "done": "Done", "all": "All"}


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


@blueprint.get("/sell/<shop>/orders/<number>")
@access.seller("read:orders")
def show_shop_order(shop: str, number: str) -> ResponseReturnValue:
    """An order as its shop sees it."""
    found, order = _seen(shop, number)
    return _order_page(found, order, Form())


@blueprint.post("/sell/<shop>/orders/<number>/ship")
@access.seller("write:orders")
def ship(shop: str, number: str) -> ResponseReturnValue:
    """Mark everything as handed over to the carrier."""
    found, order = _seen(shop, number)
    form = Form.read(Ship())
    if form.accepted_by(services.move_order, number=order.number, name="ship", actor=Actor.SELLER):
        notify("Marked as shipped.")
        return redirect(url_for(".show_shop_order", shop=shop, number=order.number), 303)
    return _order_page(found, services.shop_order(found.id, number), form), form.status


@blueprint.post("/sell/<shop>/orders/<number>/<transition>")
@access.seller("write:orders")
def take_shop_step(shop: str, number: str, transition: str) -> ResponseReturnValue:
    """Take a step of the order's process as its shop."""
    _, order = _seen(shop, number)
    moved = services.move_order(number=order.number, name=transition, actor=Actor.SELLER)
    notify(f"The order is {STATES[moved.status].label.lower()} now.")
    return redirect(url_for(".show_shop_order", shop=shop, number=order.number), 303)


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


def _seen(shop: str, number: str) -> tuple[Any, Order]:
    found = accounts.own_shop(identity.signed_in_user(), shop)
    return found, services.shop_order(found.id, number)


def _order_page(shop: Any, order: Order, form: Form) -> str:
    return render_template(
        "ordering/shop_order.html",
        shop=shop,
        order=order,
        form=form,
        note=STATES[order.status].seller_note,
        steps=order.available(Actor.SELLER),
        shown=lines,
        sold=services.still_sold([order]),
    )
