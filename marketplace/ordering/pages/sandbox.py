"""The page of the sandbox provider, which pretends to be a bank: pay, be declined, be late, or leave."""

from __future__ import annotations

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.forms import Form
from .. import services
from ..documents import Payment, Purchase
from ..pretending import DECISIONS, REPORTINGS
from ..providers import SANDBOX_PAGE
from ..schemas import Decide
from . import blueprint


@blueprint.get(f"{SANDBOX_PAGE}/<object_id:payment_id>")
@access.everyone
def show_payment(payment_id: ObjectId) -> ResponseReturnValue:
    """The amount, and what to pretend."""
    payment, purchase = _seen(payment_id)
    return _payment_page(payment, purchase, Form())


@blueprint.post(f"{SANDBOX_PAGE}/<object_id:payment_id>")
@access.everyone
def decide(payment_id: ObjectId) -> ResponseReturnValue:
    """Pretend what was chosen, and lead the buyer back unless they close the window."""
    payment, purchase = _seen(payment_id)
    form = Form.read(Decide())
    if form.accepted_by(services.decide_sandbox, payment=payment, purchase=purchase):
        return redirect(_back(purchase) if form.result.returns else "/", 303)
    return _payment_page(payment, purchase, form), form.status


def _seen(payment_id: ObjectId) -> tuple[Payment, Purchase]:
    return services.payment_for(payment_id, user_id=identity.user_id_for_sure(), key=request.args.get("key"))


def _back(purchase: Purchase) -> str:
    return url_for(".wait", purchase_id=purchase.id, key=services.key_of(purchase))


def _payment_page(payment: Payment, purchase: Purchase, form: Form) -> str:
    return render_template(
        "ordering/sandbox.html",
        payment=payment,
        form=form,
        key=services.key_of(purchase),
        back=_back(purchase),
        decisions=DECISIONS.values(),
        reportings=[(one.value, label) for one, label in REPORTINGS.items()],
    )
