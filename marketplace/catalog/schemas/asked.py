"""What the API takes."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from ...shared.errors import Invalid
from ...shared.schemas import AskedSchema, Id, MoneySchema, PageQuery, Text, Whole
from ..process import MODERATED
from ..values import (
    HEAVIEST,
    ProductSpecification,
    ProductStatus,
    SpecificationDraft,
    SpecificationType,
    VariantDraft,
)
from .fields import MOST_PIECES, PLEASE, BarCode, LowAt


class SellerProductQuery(PageQuery):
    """Which of the shop's own listings to show."""

    status = fields.Enum(
        ProductStatus,
        by_value=True,
        load_default=ProductStatus.ACTIVE,
        error_messages={"unknown": "Use one of: {choices}."},
    )
    q = Text(
        longest=80,
        metadata={"description": "The beginning of a word of the title, or of a SKU.", "example": "MUG-"},
    )


class ModeratedProductQuery(PageQuery):
    """Which of the listings that moderators look after to show."""

    status = fields.Enum(
        ProductStatus,
        by_value=True,
        load_default=ProductStatus.PENDING,
        validate=validate.OneOf(MODERATED, error=f"Use one of: {', '.join(MODERATED)}."),
        metadata={"enum": [status.value for status in MODERATED]},
        error_messages={"unknown": f"Use one of: {', '.join(MODERATED)}."},
    )


class DecideListing(AskedSchema):
    """What a moderator decides, with the reason that the seller reads."""

    reason = Text(
        shortest=5,
        longest=1000,
        load_default="",
        metadata={"description": "Needed for request_changes, reject and hide."},
    )


class SpecificationSchema(AskedSchema):
    """One fact about a product: of an attribute of its category, or with a name and a type of its own."""

    attribute = Text(
        longest=40,
        metadata={"example": "weight", "description": "The code of an attribute that the category asks for."},
    )
    name = Text(longest=100, metadata={"description": "Of a fact without an attribute.", "example": "weight"})
    type = fields.Enum(
        SpecificationType,
        by_value=True,
        error_messages={"unknown": "Use one of: {choices}."},
        metadata={"description": "Of a fact without an attribute."},
    )
    value = fields.Raw(
        required=True,
        error_messages=PLEASE,
        metadata={"example": 450, "description": "The code of an option, or a list of them, for a choice."},
    )
    unit = Text(longest=20, metadata={"example": "g"})

    @validates_schema
    def check_name(self, data: dict[str, Any], **_: Any) -> None:
        """A fact without an attribute says what it is."""
        missing = [name for name in ("name", "type") if name not in data and "attribute" not in data]
        if missing:
            raise ValidationError(dict.fromkeys(missing, PLEASE["required"]))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProductSpecification | SpecificationDraft:
        """The value object, or what the attribute makes one of; name and type are then its own."""
        if "attribute" in data:
            return SpecificationDraft(data["attribute"], data["value"], data.get("unit", ""))
        if isinstance(data["value"], list):
            data["value"] = tuple(data["value"])
        try:
            return ProductSpecification(**data)
        except Invalid as error:
            raise ValidationError(error.errors) from None


class WriteVariant(AskedSchema):
    """A variant as its seller writes it."""

    id = Id(metadata={"description": "Of a variant that exists; left out for a new one."})
    sku = Text(longest=64, required=True, metadata={"example": "MUG-BLUE"})
    option_values = fields.List(Text(longest=60, required=True), validate=validate.Length(max=3))
    price = fields.Nested(MoneySchema, required=True, error_messages=PLEASE)
    compare_at = fields.Nested(MoneySchema, allow_none=True)
    active = fields.Boolean(load_default=True)
    on_hand = Whole(
        least=0,
        most=MOST_PIECES,
        metadata={"description": "Pieces on the shelf. A new variant without it is not counted."},
    )
    barcode = BarCode()
    weight_g = Whole(least=0, most=HEAVIEST, metadata={"description": "In grams, packed.", "example": 450})
    low_at = LowAt()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> VariantDraft:
        """The draft."""
        return VariantDraft(**data | {"option_values": tuple(data.get("option_values", ()))})


class WriteProduct(AskedSchema):
    """A listing as its seller writes it."""

    title = Text(shortest=2, longest=300, required=True, metadata={"example": "Mug, blue glaze"})
    category_id = Id(required=True, error_messages={"required": "Choose a category."})
    description = Text(longest=10_000, load_default="")
    brand = Text(longest=100)
    tags = fields.List(
        Text(longest=40, required=True),
        load_default=(),
        validate=validate.Length(max=10, error="Give ten tags at most."),
    )
    specs = fields.List(
        fields.Nested(SpecificationSchema),
        load_default=(),
        validate=validate.Length(max=200, error="Give 200 facts at most."),
    )
    options = fields.List(
        Text(longest=40, required=True),
        load_default=(),
        validate=validate.Length(max=3, error="Give three options at most."),
        metadata={"example": ["Size", "Colour"]},
    )
    variants = fields.List(
        fields.Nested(WriteVariant),
        required=True,
        validate=validate.Length(min=1, max=100, error="Give 1 to 100 variants."),
        error_messages=PLEASE,
    )
    shipping_profile_id = Id(
        allow_none=True, metadata={"description": "One of your shop's; without it the default."}
    )


class EditProduct(WriteProduct):
    """A listing written anew."""

    new_address = fields.Boolean(
        load_default=False,
        metadata={"description": "Make a new slug from the title; the one before leads to it."},
    )


class ChangeVariant(AskedSchema):
    """What of a variant changes."""

    id = Id(required=True)
    sku = Text(longest=64)
    price = fields.Nested(MoneySchema)
    compare_at = fields.Nested(MoneySchema, allow_none=True)
    active = fields.Boolean()
    barcode = BarCode(allow_none=True)
    weight_g = Whole(least=0, most=HEAVIEST, allow_none=True)
    low_at = LowAt()


class ChangeProduct(AskedSchema):
    """What of a listing changes; what is left out stays, null empties."""

    title = Text(shortest=2, longest=300)
    category_id = Id()
    description = Text(longest=10_000, allow_none=True)
    brand = Text(longest=100, allow_none=True)
    tags = fields.List(
        Text(longest=40, required=True), validate=validate.Length(max=10, error="Give ten tags at most.")
    )
    variants = fields.List(
        fields.Nested(ChangeVariant),
        validate=validate.Length(max=100, error="Give 100 variants at most."),
        metadata={"description": "Those of the variants that change."},
    )
    shipping_profile_id = Id(allow_none=True, metadata={"description": "null for the shop's default."})
    new_address = fields.Boolean(
        metadata={"description": "Make a new slug from the title; the one before leads to it."}
    )

    @post_load
    def empty(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Take null for no description."""
        return data | {"description": data["description"] or ""} if "description" in data else data


class SetStock(AskedSchema):
    """How many pieces were counted on the shelf."""

    on_hand = Whole(least=0, most=MOST_PIECES, required=True, metadata={"example": 12})
    reason = Text(longest=200, load_default="")
