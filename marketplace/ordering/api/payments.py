"""Payments over JSON, for those who look after the marketplace."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.paging import Page
from ...shared.schemas import page_schema
from .. import services
from ..documents import Payment, Transfer
from ..providers import PROVIDERS
from ..repositories import payments, transfers
from ..schemas import DeskPaymentSchema, Explain, MarkPaid, PaymentsQuery, TransferSchema
from . import blueprint

NOT_YOURS = "You do not have the role for this."
NOT_NOW = "The payment is not in a state for this."

#: How many owed transfers are listed.
LISTED = 100


@blueprint.get("/admin/payments")
@blueprint.arguments(PaymentsQuery, location="query")
@blueprint.response(200, page_schema(DeskPaymentSchema, "DeskPaymentPage"))
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.support
def list_payments(query: dict[str, Any]) -> dict[str, Any]:
    """The payments in a state, oldest first, mismatches unless asked otherwise; or those of a reference."""
    listing = cursors.listing_of(query)
    if "reference" in query:
        return cursors.page_json(Page(payments.with_reference(query["reference"], PROVIDERS)), listing, 100)
    at = cursors.decode(query.get("cursor"), listing)
    page = payments.in_status(query["status"], provider=query.get("provider"), at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.get("/admin/payments/<object_id:payment_id>")
@blueprint.response(200, DeskPaymentSchema)
@blueprint.alt_response(404, schema=Problem)
@access.support
def show_desk_payment(payment_id: ObjectId) -> Payment:
    """A payment."""
    return payments.get(payment_id)


@blueprint.post("/admin/payments/<object_id:payment_id>/mark-paid")
@blueprint.arguments(MarkPaid)
@blueprint.response(200, DeskPaymentSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NOT_NOW)
@access.moderator
def mark_paid(asked: dict[str, Any], payment_id: ObjectId) -> Payment:
    """Say that a bank transfer arrived; another amount than was asked for becomes a mismatch."""
    return services.mark_paid(operator_id=identity.signed_in_user(), payment_id=payment_id, **asked)


@blueprint.post("/admin/payments/<object_id:payment_id>/accept")
@blueprint.arguments(Explain, required=False)
@blueprint.response(200, DeskPaymentSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NOT_NOW)
@access.moderator
def accept_payment(asked: dict[str, Any], payment_id: ObjectId) -> Payment:
    """Take another amount than was asked for as enough: the orders are placed."""
    return services.accept_payment(operator_id=identity.signed_in_user(), payment_id=payment_id, **asked)


@blueprint.post("/admin/payments/<object_id:payment_id>/return")
@blueprint.arguments(Explain, required=False)
@blueprint.response(200, DeskPaymentSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NOT_NOW)
@access.moderator
def return_payment(asked: dict[str, Any], payment_id: ObjectId) -> Payment:
    """Send another amount than was asked for back to who paid it."""
    return services.return_payment(operator_id=identity.signed_in_user(), payment_id=payment_id, **asked)


@blueprint.get("/admin/transfers")
@blueprint.response(200, TransferSchema(many=True))
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.support
def list_transfers() -> list[Transfer]:
    """The transfers that somebody has to send by hand, the longest owed first, a hundred at most."""
    return transfers.owed(LISTED)


@blueprint.post("/admin/transfers/<key>/sent")
@blueprint.response(200, TransferSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def mark_sent(key: str) -> Transfer:
    """Say that a transfer was sent."""
    return services.mark_sent(operator_id=identity.signed_in_user(), key=key)
