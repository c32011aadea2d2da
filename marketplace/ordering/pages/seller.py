"""A shop's pages: its orders."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.errors import BadRequest
from ..repositories import orders
from ..schemas import TABS
from . import blueprint, lines

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
