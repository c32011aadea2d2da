"""What ordering is asked for while an order is on its way, as JSON or as a form."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from ...shared.errors import Invalid
from ...shared.schemas import AskedSchema, Id, MoneySchema, PageQuery, Text, Whole
from ...shared.values import Money
from ..process import BY_NAME
from ..values import MOST_LINES, MOST_PIECES, Allocation, LinePieces, RefundStatus

_PLEASE: dict[str, Any] = {"required": "Please fill this in.", "null": "Please fill this in."}
_AT_MOST = validate.Length(max=MOST_LINES, error=f"An order has {MOST_LINES} lines at most.")

#: How many characters a reason has.
SHORTEST_REASON, LONGEST_REASON = 5, 1000


class Reason(Text):
    """Why somebody does what others have to live with."""

    def __init__(self, **options: Any) -> None:
        super().__init__(shortest=SHORTEST_REASON, longest=LONGEST_REASON, **options)


class TakeStep(AskedSchema):
    """Take a step of an order's process."""

    name = fields.String(
        required=True,
        validate=validate.OneOf(sorted(BY_NAME), error="There is no such step."),
        metadata={"example": "confirm_received"},
    )


class PiecesOfLine(AskedSchema):
    """Some pieces of a line."""

    item_id = Id(required=True)
    quantity = Whole(least=1, most=MOST_PIECES, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LinePieces:
        """The value object."""
        return LinePieces(**data)


class Ship(AskedSchema):
    """How a parcel travels."""

    carrier = Text(longest=60, metadata={"example": "DHL"})
    tracking = Text(longest=80, metadata={"description": "The tracking number.", "example": "JD0146"})


class TakeShopStep(TakeStep, Ship):
    """Take a step of an order's process as its shop.

    Carrier and tracking number are for `ship`; lines for `ship` and `cancel_rest`, which without them take
    all that is left; the reason is needed for `decline` and `cancel_rest`.
    """

    lines = fields.List(fields.Nested(PiecesOfLine), validate=_AT_MOST)
    reason = Reason(metadata={"description": "The buyer reads it."})


class TakeOperatorStep(AskedSchema):
    """Call an order off as the marketplace."""

    reason = Reason(required=True, metadata={"description": "The buyer and the shop read it."})


class PiecesOfLineForm(PiecesOfLine):
    """The same from a form, which has a field for every line: none is none."""

    quantity = Whole(least=0, most=MOST_PIECES, load_default=0)


class LinesForm(AskedSchema):
    """Which pieces of an order; `version` is what the form was opened for."""

    lines = fields.List(fields.Nested(PiecesOfLineForm), validate=_AT_MOST, load_default=())
    version = Whole(least=0, most=2**31)

    @post_load
    def choose(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Only lines of which there are pieces; one at least where the form had lines."""
        chosen = [line for line in data["lines"] if line.quantity]
        if data["lines"] and not chosen:
            raise ValidationError("Choose one piece or more.", "lines")
        return data | {"lines": chosen}


class ShipForm(LinesForm, Ship):
    """Send a parcel with these pieces."""


class CancelRestForm(LinesForm):
    """Call pieces off."""

    reason = Reason(required=True)


class ReasonForm(AskedSchema):
    """Say why; `version` is what the form was opened for."""

    reason = Reason(required=True)
    version = Whole(least=0, most=2**31)


class RefundOfLine(AskedSchema):
    """What of a line's price goes back."""

    item_id = Id(required=True)
    amount = fields.Nested(MoneySchema, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Allocation:
        """The value object."""
        return Allocation(**data)


class GiveBack(AskedSchema):
    """Refund an amount over the whole order, or parts of lines and of the shipping."""

    amount = fields.Nested(MoneySchema, metadata={"description": "Spread over what was not refunded."})
    lines = fields.List(fields.Nested(RefundOfLine), validate=_AT_MOST, load_default=())
    shipping = fields.Nested(MoneySchema)
    reason = Reason(required=True, metadata={"description": "The buyer reads it."})


class Amount(fields.Field):
    """An amount above nothing as a person types it (`12.50`)."""

    default_error_messages = _PLEASE

    def __init__(self, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        try:
            amount = Money.parse(str(value)[:40], self.currency)
        except Invalid as error:
            raise ValidationError(str(error)) from None
        if amount.amount < 0:
            raise ValidationError("Write zero or more.")
        return amount


def give_back_form(currency: str) -> AskedSchema:
    """The form of a refund of an order that was paid in this currency; empty fields are nothing."""
    line = RefundOfLine.from_dict(
        {"amount": Amount(currency, load_default=Money.zero(currency))}, name="RefundOfLineForm"
    )
    parts = {
        "amount": Amount(currency),
        "shipping": Amount(currency),
        "lines": fields.List(fields.Nested(line), validate=_AT_MOST, load_default=()),
        "version": Whole(least=0, most=2**31, load_default=None),
    }
    return GiveBack.from_dict(parts, name="GiveBackForm")()  # type: ignore[return-value]


class RefundQuery(PageQuery):
    """Which refunds to list."""

    status = fields.Enum(
        RefundStatus,
        by_value=True,
        load_default=RefundStatus.FAILED,
        error_messages={"unknown": "Choose one."},
    )
