"""The JSON and form shapes of the catalog."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, post_load, validate

from ..shared.errors import Invalid
from ..shared.schemas import (
    AskedSchema,
    Id,
    Moment,
    MoneySchema,
    PageQuery,
    ShownSchema,
    Text,
    Whole,
    page_schema,
)
from ..shared.values import Money
from .values import (
    COUNT_LIMIT,
    ProductSort,
    ProductSpecification,
    ProductStatus,
    SpecificationType,
    VariantDraft,
)

#: The most pieces of a variant that can be on hand.
MOST_PIECES = 10_000_000

_PLEASE: dict[str, Any] = {"required": "Please fill this in.", "null": "Please fill this in."}


class Price(fields.Field):
    """An amount as a person types it (`12.50`), in the given currency or the marketplace's own."""

    default_error_messages = _PLEASE

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


# What is asked


class ProductQuery(PageQuery):
    """Which products to list, in which order."""

    q = Text(longest=200, metadata={"description": "Words to search for.", "example": "usb keyboard"})
    price_min = Price(metadata={"type": "string", "example": "10", "description": "The least price."})
    price_max = Price(metadata={"type": "string", "example": "99.95", "description": "The highest price."})
    sort = Text(
        longest=20,
        metadata={
            "enum": [sort.value for sort in ProductSort],
            "description": "By default relevance where words are searched for, else newest.",
        },
    )

    @post_load
    def check_range(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Refuse a range that is upside down."""
        if "price_min" in data and "price_max" in data and data["price_min"] > data["price_max"]:
            raise ValidationError("This is below the least price.", "price_max")
        return data


class ProductListQuery(ProductQuery):
    """Which products to list, of which category and shop."""

    category = Text(longest=120, metadata={"description": "The slug of a category.", "example": "keyboard"})
    shop = Text(longest=60, metadata={"description": "The slug of a shop.", "example": "kiln-and-clay"})


class SellerProductQuery(PageQuery):
    """Which of the shop's own listings to show."""

    status = fields.Enum(
        ProductStatus,
        by_value=True,
        load_default=ProductStatus.ACTIVE,
        error_messages={"unknown": "Use one of: {choices}."},
    )


class SpecificationSchema(AskedSchema):
    """One fact about a product: words, a number with or without unit, or yes and no."""

    name = Text(longest=100, required=True, metadata={"example": "weight"})
    type = fields.Enum(
        SpecificationType, by_value=True, required=True, error_messages={"unknown": "Use one of: {choices}."}
    )
    value = fields.Raw(required=True, error_messages=_PLEASE, metadata={"example": 450})
    unit = Text(longest=20, metadata={"example": "g"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProductSpecification:
        """The value object."""
        try:
            return ProductSpecification(**data)
        except Invalid as error:
            raise ValidationError(error.errors) from None


class WriteVariant(AskedSchema):
    """A variant as its seller writes it."""

    id = Id(metadata={"description": "Of a variant that exists; left out for a new one."})
    sku = Text(longest=64, required=True, metadata={"example": "MUG-BLUE"})
    option_values = fields.List(Text(longest=60, required=True), validate=validate.Length(max=3))
    price = fields.Nested(MoneySchema, required=True, error_messages=_PLEASE)
    compare_at = fields.Nested(MoneySchema, allow_none=True)
    active = fields.Boolean(load_default=True)
    on_hand = Whole(
        least=0,
        most=MOST_PIECES,
        metadata={"description": "Pieces on the shelf. A new variant without it is not counted."},
    )

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
        error_messages=_PLEASE,
    )


class EditProduct(WriteProduct):
    """A listing written anew, by someone who saw this version of it."""

    version = Whole(least=0, most=2**31, required=True)


class SetStock(AskedSchema):
    """How many pieces were counted on the shelf."""

    on_hand = Whole(least=0, most=MOST_PIECES, required=True, metadata={"example": 12})
    reason = Text(longest=200, load_default="")


# What the forms of the pages ask


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

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The parts of the draft, whose option values may still be empty."""
        before = data.pop("on_hand_before", None)
        if "id" not in data:
            data.setdefault("on_hand", 0)
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
    specs = fields.List(fields.Nested(SpecificationForm), load_default=(), validate=validate.Length(max=200))
    options = fields.List(Text(shortest=0, longest=40), load_default=(), validate=validate.Length(max=3))
    version = Whole(least=0, most=2**31)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the use cases take: tags as a list, and only the options that have a name."""
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
        return data | {"tags": tags, "options": options, "variants": variants}


def listing_form(currency: str) -> AskedSchema:
    """The form of a listing whose prices are in this currency."""
    row = VariantForm.from_dict(
        {"price": Price(currency=currency, required=True), "compare_at": Price(currency=currency)},
        name="PricedVariantForm",
    )
    rule = validate.Length(min=1, max=100, error="Give 1 to 100 variants.")
    variants = fields.List(fields.Nested(row), required=True, validate=rule, error_messages=_PLEASE)
    return ListingForm.from_dict({"variants": variants}, name="PricedListingForm")()  # type: ignore[return-value]


# What is shown


class CategorySchema(ShownSchema):
    """A place in the tree of goods."""

    id = Id()
    slug = fields.String(metadata={"example": "keyboard"})
    name = fields.String(metadata={"example": "Keyboard"})
    path = fields.List(fields.String(), metadata={"description": "Names from the first level down to it."})
    parent_id = Id(allow_none=True)


class StockSchema(ShownSchema):
    """How much is left, as far as the public is told."""

    bucket = fields.String(metadata={"enum": ["in_stock", "low", "out"]})
    left = fields.Integer(allow_none=True, metadata={"description": "The exact number when few are left."})


class PictureSchema(ShownSchema):
    """A picture and what it shows."""

    url = fields.Function(lambda picture: f"/media/{picture.file}")
    alt = fields.String()


class SellerSchema(ShownSchema):
    """Who sells it."""

    slug = fields.String()
    name = fields.String()


class ProductCardSchema(ShownSchema):
    """A product in a list."""

    id = Id()
    external_id = fields.String(
        allow_none=True, metadata={"description": "The id at the source that it was imported from."}
    )
    title = fields.String()
    slug = fields.String()
    brand = fields.String(allow_none=True)
    price = fields.Nested(MoneySchema, metadata={"description": "Of its cheapest variant."})
    price_from = fields.Boolean(metadata={"description": "Whether other variants cost more."})
    compare_at = fields.Nested(MoneySchema, allow_none=True)
    picture = fields.Nested(PictureSchema, allow_none=True)
    shop = fields.Nested(SellerSchema)
    stock = fields.Nested(StockSchema)
    url = fields.Function(lambda card: f"/p/{card.shop.slug}/{card.slug}")
    published_at = Moment(allow_none=True)


class TotalSchema(ShownSchema):
    """How many products there are; `gte` says at least so many."""

    value = fields.Integer(metadata={"example": COUNT_LIMIT})
    relation = fields.String(metadata={"enum": ["eq", "gte"]})


class ProductPageInfoSchema(ShownSchema):
    """Where the list goes on, and how much there is of it."""

    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, if any."})
    previous = fields.String(allow_none=True, metadata={"description": "The cursor of the page before."})
    limit = fields.Integer()
    total = fields.Nested(TotalSchema)
    sort = fields.String()
    relaxed = fields.Boolean(metadata={"description": "No product has all the words; these have some."})


class ProductPageSchema(ShownSchema):
    """A page of products."""

    data = fields.List(fields.Nested(ProductCardSchema))
    page = fields.Nested(ProductPageInfoSchema)


class ShownSpecificationSchema(ShownSchema):
    """One fact about a product."""

    name = fields.String()
    type = fields.String()
    value = fields.Raw()
    unit = fields.String()


class VariantSchema(ShownSchema):
    """One thing that can be put into a cart."""

    id = Id()
    sku = fields.String()
    option_values = fields.List(fields.String())
    price = fields.Nested(MoneySchema)
    compare_at = fields.Nested(MoneySchema, allow_none=True)
    stock = fields.Nested(StockSchema)


class ProductSchema(ShownSchema):
    """A product with all that the public sees of it."""

    id = Id()
    external_id = fields.String(allow_none=True)
    title = fields.String()
    slug = fields.String()
    url = fields.String()
    description = fields.String()
    brand = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    category = fields.Nested(CategorySchema)
    specs = fields.List(fields.Nested(ShownSpecificationSchema))
    options = fields.List(fields.String())
    variants = fields.List(fields.Nested(VariantSchema))
    pictures = fields.List(fields.Nested(PictureSchema))
    shop = fields.Nested(SellerSchema)
    published_at = Moment(allow_none=True)
    updated_at = Moment()
    version = fields.Integer()


class LevelSchema(ShownSchema):
    """The numbers behind a variant's stock."""

    on_hand = fields.Integer()
    available = fields.Integer()
    held = fields.Integer(metadata={"description": "For checkouts that are under way."})
    allocated = fields.Integer(metadata={"description": "For orders that are not yet shipped."})
    track = fields.Boolean()


class OwnVariantSchema(VariantSchema):
    """A variant as its seller sees it."""

    active = fields.Boolean()
    stock = fields.Nested(LevelSchema)


class OwnProductSchema(ProductSchema):
    """A listing as its seller sees it."""

    status = fields.String()
    visible = fields.Boolean()
    variants = fields.List(fields.Nested(OwnVariantSchema))


class OwnProductCardSchema(ShownSchema):
    """A listing in its seller's list."""

    id = Id()
    external_id = fields.String(allow_none=True)
    title = fields.String()
    slug = fields.String()
    status = fields.String()
    price = fields.Nested(MoneySchema)
    price_from = fields.Boolean()
    available = fields.Integer(allow_none=True)
    version = fields.Integer()
    updated_at = Moment()


OwnProductPageSchema = page_schema(OwnProductCardSchema, "OwnProductPage")
