"""Where moderators look after orders: what is late, and what failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.clock import now
from ...shared.errors import BadRequest
from ...shared.notices import notify
from ...shared.paging import Position
from .. import services
from ..process import TO_SHIP
from ..repositories import orders, orders_in_process, payments, refunds
from ..values import RefundStatus
from . import blueprint, lines

#: The lists of what needs somebody.
TABS = {"late": "Late", "timers": "Timers", "refunds": "Refunds", "deliveries": "Mails and effects"}

#: A timer that has not rung for so long is overdue: no worker runs, or it has too much to do.
OVERDUE_AFTER = timedelta(minutes=10)

#: So many rows of what failed are shown at most; more are as bad.
SHOWN = 50


@blueprint.get("/admin/attention")
@access.moderator
def attention() -> ResponseReturnValue:
    """What is late or has failed, in one of its lists."""
    tab = request.args.get("tab", "late")
    if tab not in TABS:
        raise BadRequest(f"There is no such list. Choose one of {', '.join(TABS)}.", field="tab")
    listing = cursors.listing_of({"tab": tab})
    found = _found(tab, cursors.decode(request.args.get("cursor"), listing))
    return render_template(
        "ordering/attention.html",
        tab=tab,
        tabs_items=[
            {"label": label, "url": url_for(".attention", tab=name), "current": name == tab}
            for name, label in TABS.items()
        ],
        page=cursors.page_links(found["rows"], listing) if tab in ("late", "refunds") else {},
        state=lines.state,
        now=now(),
        **found,
    )


@blueprint.post("/admin/orders/<number>/retry-timer")
@access.moderator
def retry_timer(number: str) -> ResponseReturnValue:
    """Let a timer ring that is overdue or failed."""
    rang = services.retry_timer(operator_id=identity.signed_in_user(), number=number)
    notify(
        "Done." if rang else "That did not work, or is not due. See the order.",
        "success" if rang else "warning",
    )
    return redirect(url_for(".attention", tab="timers"), 303)


@blueprint.post("/admin/refunds/<object_id:refund_id>/retry")
@access.moderator
def retry_refund(refund_id: ObjectId) -> ResponseReturnValue:
    """Ask the provider to send a refund once more."""
    refund = services.retry_refund(operator_id=identity.signed_in_user(), refund_id=refund_id)
    if refund.is_sent:
        notify("The money is on its way.")
    else:
        notify(f"It was not sent: {refund.error}", "warning")
    return redirect(url_for(".attention", tab="refunds"), 303)


@blueprint.post("/admin/deliveries/retry")
@access.moderator
def retry_delivery() -> ResponseReturnValue:
    """Have something delivered again that failed."""
    services.retry_delivery(
        operator_id=identity.signed_in_user(), delivery_id=request.form.get("id", "")[:200]
    )
    notify("It is delivered again in a moment.")
    return redirect(url_for(".attention", tab="deliveries"), 303)


def _found(tab: str, at: Position | None) -> dict[str, Any]:
    """The rows of a list, with what is shown beside them."""
    moment = now()
    if tab == "late":
        return {"rows": orders_in_process.late(TO_SHIP, moment, at=at)}
    if tab == "timers":
        failed = orders_in_process.failed(SHOWN)
        known = {order.pk for order in failed}
        overdue = orders_in_process.overdue(moment - OVERDUE_AFTER, SHOWN)
        return {"rows": failed + [order for order in overdue if order.pk not in known]}
    if tab == "refunds":
        page = refunds.in_status((RefundStatus.FAILED, RefundStatus.PENDING), at=at)
        of = orders.by_ids(refund.order_id for refund in page)
        return {"rows": page, "orders": of, "whole": payments.refund_due(SHOWN)}
    return {"rows": services.failed_deliveries(SHOWN)}
