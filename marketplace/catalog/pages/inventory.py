"""A shop's inventory in the browser: how many there are, counted anew with a reason, and what happened."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.chance import new_id
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from ...shared.schemas import PageQuery
from .. import services
from ..documents import StockMovement
from ..process import STATES
from ..schemas import InventoryQuery, StockForm
from ..values import InventoryRow, MovementKind, StockReason, StockShown
from .blueprint import blueprint

#: How the views of the inventory are called.
TABS = {StockShown.ALL: "All", StockShown.LOW: "Low", StockShown.OUT: "Sold out"}

#: How the reasons of a count are called.
REASONS = {
    StockReason.STOCKTAKE: "Counted at stocktaking",
    StockReason.DAMAGED: "Damaged",
    StockReason.LOST: "Lost",
    StockReason.FOUND: "Found or delivered",
    StockReason.CORRECTION: "A mistake put right",
    StockReason.OTHER: "Another reason",
}

#: What happened, in words.
KINDS = {
    MovementKind.INITIAL: "Entered",
    MovementKind.ADJUST: "Counted",
    MovementKind.SHIP: "Sent to a buyer",
    MovementKind.UNALLOCATE: "No longer promised",
    MovementKind.RETURN: "Came back",
}

#: What takes pieces off the shelf, or leaves them there; all else puts them on it.
SIGNS = {MovementKind.SHIP: -1, MovementKind.UNALLOCATE: 0}


@blueprint.get("/sell/<shop>/inventory")
@access.seller("read:stock")
def inventory(shop: str) -> ResponseReturnValue:
    """The shop's variants with their stock: all, or what is low or sold out."""
    found = _own(shop)
    form = Form.read(InventoryQuery(), _asked(InventoryQuery()))
    listing = cursors.listing_of(form.data)

    def find(*, show: StockShown, limit: int, q: str = "", cursor: str | None = None) -> Page[InventoryRow]:
        at = cursors.decode(cursor, listing)
        return services.inventory_of(found.id, show, search=q, at=at, limit=limit)

    shown, search = form.data.get("show", StockShown.ALL), form.data.get("q", "")
    page = form.result if form.accepted_by(find) else Page([])
    links = cursors.page_links(page, listing)
    return _table(found, form, shown, search, page, links), 400 if form.errors else 200


@blueprint.get("/sell/<shop>/inventory/<object_id:variant_id>")
@access.seller("read:stock")
def stock_movements(shop: str, variant_id: ObjectId) -> ResponseReturnValue:
    """A variant with what happened to it, the last first."""
    return _variant_page(_own(shop), variant_id, Form())


@blueprint.post("/sell/<shop>/inventory/<object_id:variant_id>")
@access.seller("write:stock")
def count_variant(shop: str, variant_id: ObjectId) -> ResponseReturnValue:
    """Say how many there are, and why, and from how many on to warn."""
    found, form = _own(shop), Form.read(StockForm())
    which = {"shop_id": found.id, "variant_id": variant_id, "actor_id": identity.signed_in_user()}
    if not form.accepted_by(services.change_stock, **which):
        return _variant_page(found, variant_id, form), form.status
    row = form.result
    notify(f"{row.sku}: {row.level.on_hand} on hand, {row.level.available} free.")
    if request.args.get("from") == "list":
        return redirect(url_for(".inventory", shop=shop, **_asked(InventoryQuery())), 303)
    return redirect(url_for(".stock_movements", shop=shop, variant_id=variant_id), 303)


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _asked(schema: Any) -> dict[str, Any]:
    return {name: request.args[name] for name in schema.fields if name in request.args}


def _table(
    shop: Any,
    form: Form,
    shown: StockShown,
    search: str,
    page: Page[InventoryRow],
    links: dict[str, str | None],
) -> str:
    return render_template(
        "catalog/inventory.html",
        shop=shop,
        form=form,
        shown=shown,
        search=search,
        tabs_items=[_tab(shop.slug, one, shown, search) for one in StockShown],
        rows=page.items,
        kept=_asked(InventoryQuery()),
        page=links,
        **_in_words(),
    )


def _tab(shop: str, shown: StockShown, current: StockShown, search: str) -> dict[str, Any]:
    address = url_for("catalog_pages.inventory", shop=shop, show=shown.value, q=search or None)
    return {"label": TABS[shown], "url": address, "current": shown is current}


def _variant_page(shop: Any, variant_id: ObjectId, form: Form) -> str:
    row = services.inventory_row(shop.id, variant_id)
    query = PageQuery().load(_asked(PageQuery()) if request.method == "GET" else {})
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.movements_of(shop.id, variant_id, at=at, limit=query["limit"])
    people = accounts.find_users({one.by for one in page if one.by})
    return render_template(
        "catalog/stock_movements.html",
        shop=shop,
        row=row,
        form=form,
        movements=[_movement(one, people) for one in page],
        page=cursors.page_links(page, listing) if request.method == "GET" else {},
        **_in_words(),
    )


def _movement(one: StockMovement, people: Any) -> dict[str, Any]:
    by = people.get(one.by) if one.by else None
    known = {reason.value: words for reason, words in REASONS.items()}
    return {
        "at": one.at,
        "kind": KINDS[one.kind],
        "change": one.quantity * SIGNS.get(one.kind, 1),
        "quantity": one.quantity,
        "reason": known.get(one.reason, one.reason) if one.reason else None,
        "note": one.note,
        "ref": one.ref if one.kind in SIGNS or one.kind is MovementKind.RETURN else None,
        "by": by.display_name if by else None,
    }


def _in_words() -> dict[str, Any]:
    return {
        "reasons": [(reason.value, words) for reason, words in REASONS.items()],
        "states": STATES,
        "new_ref": lambda: str(new_id()),
    }
