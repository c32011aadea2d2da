"""A shop's pages: its orders, and one of them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.errors import BadRequest
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Order
from ..process import STATES
from ..repositories import orders
from ..schemas import TABS, Ship
from ..values import Actor
from . import blueprint, lines

#: What the tabs are called.
TAB_LABELS = {"new": "New", "to-ship": "To ship", "shipped": "Shipped", "done": "Done", "all": "All"}


@blueprint.get("/sell/<shop>/orders")
@access.seller("read:orders")
def list_shop_orders(shop: str) -> ResponseReturnValue:
    """The shop's orders in one of its tabs, newest first."""
    found, tab = accounts.own_shop(identity.signed_in_user(), shop), request.args.get("tab", "to-ship")
    if tab not in TABS:
        raise BadRequest(f"There is no such tab. Choose one of {', '.join(TABS)}.", field="tab")
    listing = cursors.listing_of({"tab": tab})
    page = orders.of_shop(found.id, TABS[tab], at=cursors.decode(request.args.get("cursor"), listing))
    return render_template(
        "ordering/shop_orders.html",
        shop=found,
        tabs_items=_tabs(found, tab),
        orders=page.items,
        page=cursors.page_links(page, listing),
        state=lines.state,
        now=now(),
    )


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


def _tabs(shop: Any, current: str) -> list[dict[str, Any]]:
    """The tabs; those that wait for the shop say how many orders do."""
    waiting = orders.count_by_status(shop.id, TABS["to-ship"])
    return [
        {
            "label": label,
            "url": url_for(".list_shop_orders", shop=shop.slug, tab=name),
            "current": name == current,
            "count": sum(waiting[status] for status in TABS[name]) if name in ("new", "to-ship") else None,
        }
        for name, label in TAB_LABELS.items()
    ]


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
