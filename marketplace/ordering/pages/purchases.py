"""The pages of a purchase: waiting for its payment, what was bought, and paying it."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.errors import Conflict
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..errors import ProviderUnavailable
from ..providers import offered
from ..schemas import ChooseMethod
from ..services import PurchaseView
from ..values import PaymentStatus
from . import blueprint, lines

#: Seconds until the page that waits looks again, each time a little later; then it waits for a press.
LOOKS_AFTER = (2, 3, 4, 5, 8, 10, 15, 20, 30, 30, 60, 60, 120)


@blueprint.get("/purchase/<object_id:purchase_id>")
@access.everyone
def show_purchase(purchase_id: ObjectId) -> ResponseReturnValue:
    """The confirmation: a purchase with its orders and what happens next."""
    return _purchase_page(_seen(purchase_id), Form())


@blueprint.get("/checkout/<object_id:purchase_id>/wait")
@access.everyone
def wait(purchase_id: ObjectId) -> ResponseReturnValue:
    """Where a buyer comes back from paying: their provider is asked, and what it says is applied."""
    view = _seen(purchase_id)
    here: dict[str, Any] = {"purchase_id": purchase_id, "key": view.key}
    if view.by_hand or not (view.payable or view.payment.status is PaymentStatus.MISMATCH):
        return redirect(url_for(".show_purchase", **here), 303)
    looked = request.args.get("looked", 0, int)
    goes_on = view.payment.open and 0 <= looked < len(LOOKS_AFTER)
    return render_template(
        "ordering/wait.html",
        view=view,
        form=Form(),
        methods=offered(),
        declined=view.payment.status is PaymentStatus.FAILED,
        again=url_for(".wait", looked=looked + 1, **here) if goes_on else None,
        seconds=LOOKS_AFTER[looked] if goes_on else 0,
    )


@blueprint.post("/purchase/<object_id:purchase_id>/pay")
@access.everyone
def pay_again(purchase_id: ObjectId) -> ResponseReturnValue:
    """Go on to pay, with a new attempt after a declined one or by another way."""
    seen = _seen(purchase_id)
    form = Form.read(ChooseMethod())
    back = url_for(".wait", purchase_id=purchase_id, key=seen.key)
    if form.accepted_by(services.pay_again, purchase=seen.purchase):
        return redirect(form.result.url or back, 303)
    if isinstance(form.refusal, (Conflict, ProviderUnavailable)):
        notify(str(form.refusal), "warning")
        return redirect(url_for(".show_purchase", purchase_id=purchase_id, key=seen.key), 303)
    return _purchase_page(seen, form), form.status


@blueprint.post("/purchase/<object_id:purchase_id>/give-up")
@access.everyone
def give_up(purchase_id: ObjectId) -> ResponseReturnValue:
    """Call off a purchase that is not paid, and go back to the cart with what it was."""
    seen = _seen(purchase_id)
    try:
        back_in_cart = services.give_up(seen.purchase)
    except Conflict as error:
        notify(str(error), "warning")
        return redirect(url_for(".show_purchase", purchase_id=purchase_id, key=seen.key), 303)
    kept = "is in your cart again" if back_in_cart else "can be found in the shops again"
    notify(f"Your purchase is called off. What you wanted {kept}.", "info")
    return redirect(url_for(".show_cart"), 303)


def _seen(purchase_id: ObjectId) -> PurchaseView:
    return services.see_purchase(
        purchase_id, user_id=identity.user_id_for_sure(), key=request.args.get("key")
    )


def _purchase_page(view: PurchaseView, form: Form) -> str:
    return render_template(
        "ordering/purchase.html",
        view=view,
        form=form,
        methods=offered() if view.payable else [],
        shown=lines.order_line,
        sold=services.still_sold(view.orders),
        state=lines.state,
    )
