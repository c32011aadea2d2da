"""Payments as operators see them, the ways to pay, and what is asked about both."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, post_load

from ...shared.errors import Invalid
from ...shared.schemas import AskedSchema, Id, Moment, MoneySchema, PageQuery, ShownSchema, Text
from ...shared.values import Money
from ..values import PaymentStatus
from .shown import PaymentSchema


class PaymentMethodSchema(ShownSchema):
    """A way to pay."""

    name = fields.String(metadata={"description": "Names it at a checkout.", "example": "sandbox"})
    label = fields.String(metadata={"example": "Bank transfer"})
    about = fields.String()


class PaymentsQuery(PageQuery):
    """Which payments to list: those in a state, or those of a reference."""

    status = fields.Enum(PaymentStatus, by_value=True, load_default=PaymentStatus.MISMATCH)
    provider = Text(longest=20, metadata={"description": "Of this provider alone.", "example": "manual"})
    reference = Text(longest=80, metadata={"description": "What its provider calls it."})


class DeskPaymentSchema(PaymentSchema):
    """A payment as operators see it; `received` is what arrived, where that is not the amount."""

    purchase_id = Id()
    received = fields.Nested(MoneySchema, allow_none=True)
    created_at = Moment()


class TransferSchema(ShownSchema):
    """Money that somebody has to send back by hand."""

    key = fields.String(attribute="id")
    payment_id = Id()
    amount = fields.Nested(MoneySchema)
    state = fields.String(metadata={"enum": ["owed", "sent"]})
    created_at = Moment()
    sent_at = Moment(allow_none=True)


class Explain(AskedSchema):
    """Say why, for the audit log."""

    note = Text(longest=500, load_default="")


class MarkPaid(Explain):
    """What arrived on the account."""

    received = fields.Nested(
        MoneySchema, required=True, error_messages={"required": "Say how much arrived on the account."}
    )


class MarkPaidForm(Explain):
    """The same, with the amount as a person types it."""

    received = Text(
        longest=40, required=True, error_messages={"required": "Say how much arrived on the account."}
    )
    currency = Text(longest=3)

    @post_load
    def make_money(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The amount in the payment's currency, which the form carries."""
        currency = data.pop("currency", None) or current_app.config["CURRENCY"]
        try:
            return data | {"received": Money.parse(data["received"], currency)}
        except Invalid as error:
            raise ValidationError(str(error), "received") from None
