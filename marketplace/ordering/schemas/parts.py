"""What carts and orders show alike."""

from __future__ import annotations

from marshmallow import fields

from ...shared.schemas import ShownSchema


class OptionSchema(ShownSchema):
    """What was chosen of a product."""

    name = fields.String(metadata={"example": "Colour"})
    value = fields.String(metadata={"example": "Blue"})


class ShopSnapshotSchema(ShownSchema):
    """A shop in a cart or an order."""

    name = fields.String()
    slug = fields.String()
