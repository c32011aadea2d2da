"""The page of a purchase: what was bought, and paying it."""

from __future__ import annotations

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.errors import Conflict
from ...shared.notices import notify
from .. import services
from ..services import PurchaseView
from . import blueprint, lines


@blueprint.get("/purchase/<object_id:purchase_id>")
@access.everyone
def show_purchase(purchase_id: ObjectId) -> ResponseReturnValue:
    """The confirmation: a purchase with its orders and what happens next."""
    view = _seen(purchase_id)
    return render_template(
        "ordering/purchase.html",
        view=view,
        shown=lines.order_line,
        sold=services.still_sold(view.orders),
        state=lines.state,
    )


@blueprint.post("/purchase/<object_id:purchase_id>/pay")
@access.everyone
def pay_again(purchase_id: ObjectId) -> ResponseReturnValue:
    """Go on to pay, with a new attempt after a declined one."""
    seen = _seen(purchase_id)
    back = url_for(".show_purchase", purchase_id=purchase_id, key=seen.key)
    try:
        return redirect(services.pay_again(seen.purchase).url or back, 303)
    except Conflict as error:
        notify(str(error), "warning")
        return redirect(back, 303)


def _seen(purchase_id: ObjectId) -> PurchaseView:
    return services.see_purchase(
        purchase_id, user_id=identity.user_id_for_sure(), key=request.args.get("key")
    )
