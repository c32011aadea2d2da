"""What the forms of the pages take."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from ...shared.errors import Invalid
from ...shared.schemas import AskedSchema, Id, Text, Whole
from ..values import HEAVIEST, ProductSpecification, SpecificationType, VariantDraft
from .fields import MOST_PIECES, PLEASE, BarCode, LowAt, Price
from .specifications import drafts_of


class SpecificationForm(AskedSchema):
    """A row of facts in the form."""

    name = Text(longest=100, required=True)
    type = fields.Enum(
        SpecificationType, by_value=True, load_default=SpecificationType.TEXT,
        error_messages={"unknown": "Choose one of the kinds."},
    )  # fmt: skip
    value = Text(longest=500, required=True)
    unit = Text(longest=20, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProductSpecification:
        """The value object."""
        try:
            return ProductSpecification.parse(data["name"], data["type"], data["value"], data["unit"])
        except Invalid as error:
            raise ValidationError(error.errors) from None


class VariantForm(AskedSchema):
    """A row of variants in the form; what was on hand when it was shown tells whether it was changed."""

    id = Id()
    sku = Text(longest=64, required=True)
    option_values = fields.List(Text(shortest=0, longest=60), load_default=())
    active = fields.Boolean(load_default=False)
    on_hand = Whole(least=0, most=MOST_PIECES)
    on_hand_before = Whole(least=0, most=MOST_PIECES)
    barcode = BarCode()
    weight_g = Whole(least=0, most=HEAVIEST)
    low_at = LowAt()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The parts of the draft, whose option values may still be empty."""
        before = data.pop("on_hand_before", None)
        if "id" not in data:
            data.setdefault("on_hand", 0)
        elif "on_hand" not in data and before is not None:
            raise ValidationError("Write how many there are: 0 when none are left.", "on_hand")
        elif data.get("on_hand") == before:
            data.pop("on_hand", None)
        return data


class ListingForm(AskedSchema):
    """The form of a listing; make one with `listing_form(currency)`."""

    title = Text(shortest=2, longest=300, required=True)
    category_id = Id(required=True, error_messages={"required": "Choose a category."})
    description = Text(longest=10_000, load_default="")
    brand = Text(longest=100)
    tags = Text(longest=600, load_default="")
    attributes = fields.Dict(keys=fields.String(), load_default=dict)
    specs = fields.List(fields.Nested(SpecificationForm), load_default=(), validate=validate.Length(max=200))
    options = fields.List(Text(shortest=0, longest=40), load_default=(), validate=validate.Length(max=3))
    choices = fields.List(Text(shortest=0, longest=2000), load_default=(), validate=validate.Length(max=3))
    shipping_profile_id = Id()
    version = Whole(least=0, most=2**31)
    seen = Text(longest=500)
    new_address = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the use cases take: tags as a list, and only the options that have a name.

        The `choices` of an option only make rows, which are what counts; what was `seen` is for conflicts.
        """
        data.pop("choices")
        data.pop("seen", None)
        tags = list(dict.fromkeys(tag for part in data["tags"].split(",") if (tag := part.strip())))
        if len(tags) > 10 or any(len(tag) > 40 for tag in tags):
            raise ValidationError("Give ten tags at most, each under 41 characters.", "tags")
        named = [index for index, name in enumerate(data["options"]) if name]
        variants = []
        for row in data["variants"]:
            values = dict(enumerate(row.pop("option_values")))
            variants.append(
                VariantDraft(**row, option_values=tuple(values.get(index, "") for index in named))
            )
        options = [data["options"][index] for index in named]
        specs = [*data["specs"], *drafts_of(data.pop("attributes"))]
        return data | {"tags": tags, "options": options, "variants": variants, "specs": specs}


def listing_form(currency: str) -> AskedSchema:
    """The form of a listing whose prices are in this currency."""
    row = VariantForm.from_dict(
        {"price": Price(currency=currency, required=True), "compare_at": Price(currency=currency)},
        name="PricedVariantForm",
    )
    rule = validate.Length(min=1, max=100, error="Give 1 to 100 variants.")
    variants = fields.List(fields.Nested(row), required=True, validate=rule, error_messages=PLEASE)
    return ListingForm.from_dict({"variants": variants}, name="PricedListingForm")()  # type: ignore[return-value]
