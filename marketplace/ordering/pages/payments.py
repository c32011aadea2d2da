"""Payments as those see them who look after the marketplace: what waits for their eyes or hands."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.errors import BadRequest
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Payment
from ..providers import PROVIDERS, manual
from ..repositories import events, orders, payments, purchases, transfers
from ..schemas import Explain, MarkPaidForm
from ..values import PaymentStatus
from . import blueprint, lines

#: The views of the list: what each is called, and which payments are in it.
VIEWS: dict[str, tuple[str, PaymentStatus, str | None]] = {
    "mismatch": ("Other amounts", PaymentStatus.MISMATCH, None),
    "expected": ("Transfers expected", PaymentStatus.CREATED, manual.name),
    "refund-due": ("To go back", PaymentStatus.REFUND_DUE, None),
}

#: What the states of a payment are called.
STATUS_NAMES = {
    PaymentStatus.CREATED: "Waiting",
    PaymentStatus.SUCCEEDED: "Paid",
    PaymentStatus.FAILED: "Declined",
    PaymentStatus.VOID: "Given up",
    PaymentStatus.MISMATCH: "Other amount",
    PaymentStatus.REFUND_DUE: "To go back",
    PaymentStatus.REFUNDED: "Sent back",
}

#: How many owed transfers are listed.
LISTED = 100


@blueprint.get("/admin/payments")
@access.support
def list_payments() -> ResponseReturnValue:
    """The payments that somebody has to look at, or those of a reference."""
    view, reference = request.args.get("view", "mismatch"), request.args.get("reference", "").strip()[:80]
    if view not in VIEWS:
        raise BadRequest(f"There is no such view. Choose one of {', '.join(VIEWS)}.", field="view")
    _, status, provider = VIEWS[view]
    listing = cursors.listing_of({"view": view})
    page = payments.in_status(
        status, provider=provider, at=cursors.decode(request.args.get("cursor"), listing)
    )
    found = payments.with_reference(reference, PROVIDERS) if reference else page.items
    return render_template(
        "ordering/admin_payments.html",
        payments=found,
        reference=reference,
        tabs_items=_tabs(view, reference),
        page=None if reference else cursors.page_links(page, listing),
        names=STATUS_NAMES,
        owed=transfers.owed(LISTED) if view == "refund-due" and not reference else [],
    )


@blueprint.get("/admin/payments/<object_id:payment_id>")
@access.support
def review_payment(payment_id: ObjectId) -> ResponseReturnValue:
    """A payment with what was reported of it, and what can be done about it."""
    return _payment_page(payments.get(payment_id), Form())


@blueprint.post("/admin/payments/<object_id:payment_id>/mark-paid")
@access.moderator
def mark_paid(payment_id: ObjectId) -> ResponseReturnValue:
    """Say that a transfer arrived."""
    return _decided(payment_id, Form.read(MarkPaidForm()), services.mark_paid)


@blueprint.post("/admin/payments/<object_id:payment_id>/accept")
@access.moderator
def accept_payment(payment_id: ObjectId) -> ResponseReturnValue:
    """Take another amount as enough."""
    return _decided(payment_id, Form.read(Explain()), services.accept_payment)


@blueprint.post("/admin/payments/<object_id:payment_id>/return")
@access.moderator
def return_payment(payment_id: ObjectId) -> ResponseReturnValue:
    """Send another amount back."""
    return _decided(payment_id, Form.read(Explain()), services.return_payment)


@blueprint.post("/admin/transfers/<key>/sent")
@access.moderator
def mark_sent(key: str) -> ResponseReturnValue:
    """Say that a transfer was sent."""
    services.mark_sent(operator_id=identity.signed_in_user(), key=key)
    notify("Noted: the transfer was sent.")
    return redirect(url_for(".list_payments", view="refund-due"), 303)


def _decided(payment_id: ObjectId, form: Form, use_case: Any) -> ResponseReturnValue:
    if form.accepted_by(use_case, operator_id=identity.signed_in_user(), payment_id=payment_id):
        notify(f"The payment is now: {STATUS_NAMES[form.result.status].lower()}.")
        return redirect(url_for(".review_payment", payment_id=payment_id), 303)
    return _payment_page(payments.get(payment_id), form), form.status


def _payment_page(payment: Payment, form: Form) -> str:
    return render_template(
        "ordering/admin_payment.html",
        payment=payment,
        purchase=purchases.get(payment.purchase_id),
        orders=orders.of_purchase(payment.purchase_id),
        events=events.of_payment(payment),
        form=form,
        names=STATUS_NAMES,
        state=lines.state,
        by_hand=payment.provider == manual.name,
        decides=not access.ROLES[access.Audience.MODERATOR].isdisjoint(
            access.roles_of(identity.signed_in_user())
        ),
    )


def _tabs(current: str, reference: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url_for(".list_payments", view=name),
            "current": name == current and not reference,
        }
        for name, (label, _, _) in VIEWS.items()
    ]
