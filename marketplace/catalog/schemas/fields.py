"""What the catalog's schemas share."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields

from ...shared.errors import Invalid
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
