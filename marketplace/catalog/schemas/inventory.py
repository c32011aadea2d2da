"""A shop's inventory as it is asked for, changed and shown."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load

from ...shared.schemas import AskedSchema, Id, Moment, PageInfoSchema, PageQuery, ShownSchema, Text, Whole
from ..values import MovementKind, StockReason, StockShown
from .fields import MOST_PIECES, PLEASE, LowAt
from .shown import LevelSchema


class InventoryQuery(PageQuery):
    """Which of a shop's variants to list."""

    show = fields.Enum(
        StockShown,
        by_value=True,
        load_default=StockShown.ALL,
        error_messages={"unknown": "Use one of: {choices}."},
        metadata={"description": "All by product, or what is low or out, the fewest first."},
    )
    q = Text(
        longest=80,
        metadata={"description": "The beginning of a word of the title, or of a SKU.", "example": "MUG-"},
    )


class Reason(fields.Enum):
    """Why a number is put right."""

    def __init__(self, **options: Any) -> None:
        words: dict[str, Any] = {"unknown": "Use one of: {choices}.", "required": "Say why."}
        super().__init__(StockReason, by_value=True, error_messages=words, **options)


class CountStock(AskedSchema):
    """How many pieces lie on the shelf, and why that is another number than before."""

    on_hand = Whole(least=0, most=MOST_PIECES, required=True, error_messages=PLEASE, metadata={"example": 12})
    reason = Reason(required=True)
    note = Text(longest=200, load_default="", metadata={"description": "Needed for the reason `other`."})
    ref = Text(
        longest=100,
        metadata={
            "description": "A name of yours for this count: sent again it happens once.",
            "example": "count-27",
        },
    )
    low_at = LowAt(allow_none=True)


class StockForm(AskedSchema):
    """A count in the form; what was on hand when it was shown tells whether it was changed."""

    on_hand = Whole(least=0, most=MOST_PIECES, required=True, error_messages=PLEASE)
    on_hand_before = Whole(least=0, most=MOST_PIECES)
    reason = Reason()
    note = Text(longest=200, load_default="")
    ref = Text(longest=100)
    low_at = LowAt(load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the use case takes: without a count where the number is as it was."""
        if data["on_hand"] == data.pop("on_hand_before", None):
            del data["on_hand"]
        elif "reason" not in data:
            raise ValidationError("Say why there are more or fewer.", "reason")
        return data


class InventoryRowSchema(ShownSchema):
    """A variant with its stock."""

    variant_id = Id()
    product_id = Id()
    title = fields.String()
    sku = fields.String()
    options = fields.String(metadata={"example": "Small / blue"})
    status = fields.String(allow_none=True, metadata={"description": "The state of its listing."})
    committed = fields.Integer(metadata={"description": "What is held and allocated."})
    low = fields.Boolean(attribute="level.low")
    stock = fields.Nested(LevelSchema, attribute="level")


class MovementSchema(ShownSchema):
    """Why the number of pieces changed."""

    kind = fields.Enum(MovementKind, by_value=True)
    quantity = fields.Integer(
        metadata={"description": "How many pieces; below zero where a count found fewer."}
    )
    reason = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    ref = fields.String(metadata={"description": "What it was for; each kind happens once for it."})
    by = Id(allow_none=True, metadata={"description": "The account that did it."})
    at = Moment()


class InventoryPageSchema(ShownSchema):
    """A page of the inventory."""

    data = fields.List(fields.Nested(InventoryRowSchema))
    page = fields.Nested(PageInfoSchema)


class MovementPageSchema(ShownSchema):
    """A page of movements."""

    data = fields.List(fields.Nested(MovementSchema))
    page = fields.Nested(PageInfoSchema)
