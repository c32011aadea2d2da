"""What the API shows."""

from __future__ import annotations

from marshmallow import fields

from ...shared.schemas import Id, Moment, MoneySchema, ShownSchema, page_schema
from ..values import COUNT_LIMIT
from .pictures import PictureSchema


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


class CorrectionSchema(ShownSchema):
    """What was typed, and what was searched for instead because hardly anything was found."""

    from_ = fields.String(data_key="from", attribute="typed", metadata={"example": "wirless mouse"})
    to = fields.String(attribute="searched", metadata={"example": "wireless mouse"})


class CategoryHintSchema(ShownSchema):
    """A category that the words name."""

    id = Id()
    slug = fields.String(metadata={"example": "notebook"})
    name = fields.String(metadata={"example": "Notebook"})


class ProductPageInfoSchema(ShownSchema):
    """Where the list goes on, and how much there is of it."""

    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, if any."})
    previous = fields.String(allow_none=True, metadata={"description": "The cursor of the page before."})
    limit = fields.Integer()
    total = fields.Nested(TotalSchema)
    sort = fields.String()
    relaxed = fields.Boolean(metadata={"description": "No product has all the words; these have some."})
    correction = fields.Nested(
        CorrectionSchema,
        allow_none=True,
        metadata={"description": "With `exact=true` nothing is corrected."},
    )
    category_hint = fields.Nested(CategoryHintSchema, allow_none=True)


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
