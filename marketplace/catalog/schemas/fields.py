"""What the catalog's schemas share."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields

from ...shared.errors import Invalid
from ...shared.schemas import Text, Whole
from ...shared.values import Money

#: The most pieces of a variant that can be on hand.
MOST_PIECES = 10_000_000

PLEASE: dict[str, Any] = {"required": "Please fill this in.", "null": "Please fill this in."}


class Price(fields.Field):
    """An amount as a person types it (`12.50`), in the given currency or the marketplace's own."""

    default_error_messages = PLEASE

    def __init__(self, *, currency: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        try:
            amount = Money.parse(str(value)[:40], self.currency or current_app.config["CURRENCY"])
        except Invalid as error:
            raise ValidationError(str(error)) from None
        if amount.amount < 0:
            raise ValidationError("Write zero or more.")
        return amount


class BarCode(Text):
    """The digits under a bar code; spaces and hyphens between them are left out."""

    def __init__(self, **options: Any) -> None:
        metadata = {"example": "4006381333931", "description": "GTIN-8, UPC, EAN-13 or GTIN-14."}
        super().__init__(longest=40, metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        digits = re.sub(r"[\s-]", "", super()._deserialize(value, attr, data, **kwargs))
        if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", digits):
            raise ValidationError("Write the 8, 12, 13 or 14 digits under the bar code.")
        return digits


class LowAt(Whole):
    """From how many pieces on the seller is warned."""

    def __init__(self, **options: Any) -> None:
        metadata = {"description": "From so many available pieces on it counts as low."}
        super().__init__(least=0, most=MOST_PIECES, metadata=metadata, **options)
