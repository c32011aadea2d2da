"""Many of a shop's orders at once: packing slips, a file of them, and a file that marks them as shipped."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, identity, uploads
from ...shared.errors import Invalid
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..schemas import TABS, PlacedQuery
from . import asked, blueprint, lines

_AT = "/sell/<shop>/orders"

#: The largest file of shipments, in bytes.
LARGEST_FILE = uploads.MEGABYTE // 4


@blueprint.get(f"{_AT}/packing-slips")
@access.seller("read:orders")
def packing_slips(shop: str) -> ResponseReturnValue:
    """What goes into each parcel and where it goes, a sheet for each order that was ticked; no prices."""
    found = _own(shop)
    try:
        orders = services.packing_slips(found.id, request.args.getlist("number"))
    except Invalid as error:
        notify(str(error), "warning")
        return redirect(url_for(".list_shop_orders", shop=shop), 303)
    return render_template("ordering/packing_slips.html", shop=found, orders=orders, shown=lines)


@blueprint.get(f"{_AT}/export.csv")
@access.seller("read:orders")
def export_orders(shop: str) -> ResponseReturnValue:
    """The shop's orders in a tab as a file for spreadsheets."""
    found, schema = _own(shop), PlacedQuery()
    form = Form.read(schema, asked.known(schema))

    def export(*, tab: str, **days: Any) -> tuple[str, str]:
        return tab, services.export_orders(found.id, TABS[tab], **days)

    if not form.accepted_by(export):
        notify(_first(form), "warning")
        return redirect(url_for(".list_shop_orders", shop=shop, **form.values), 303)
    tab, text = form.result
    headers = {"Content-Disposition": f'attachment; filename="orders-{found.slug}-{tab}.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


@blueprint.get(f"{_AT}/ship-many")
@access.seller("write:orders")
def ask_for_shipments(shop: str) -> ResponseReturnValue:
    """Where a file of shipments is sent."""
    return _page(_own(shop), Form(), None)


@blueprint.post(f"{_AT}/ship-many")
@uploads.takes(LARGEST_FILE, "Send a smaller file: 100 rows at once.")
@access.seller("write:orders")
def ship_many(shop: str) -> ResponseReturnValue:
    """Mark the orders of a file as shipped; rows that cannot be taken are named."""
    found, form, sent = _own(shop), Form(), request.files.get("file")
    if not form.accepted_by(services.ship_many, shop_id=found.id, file=sent.read() if sent else b""):
        return _page(found, form, None), form.status
    return _page(found, form, form.result), 422 if form.result.refused else 200


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _first(form: Form) -> str:
    return next(iter(form.errors.values()))[0]


def _page(shop: Any, form: Form, done: services.ShippedFile | None) -> str:
    return render_template("ordering/ship_many.html", shop=shop, form=form, done=done)
