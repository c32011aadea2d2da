"""What the API shows."""

from __future__ import annotations

from marshmallow import fields

from ...shared.compiled import Kept
from ...shared.schemas import Id, Moment, MoneySchema, ShownSchema, page_schema
from ..process import TRANSITIONS
from ..values import COUNT_LIMIT, ProductStatus
from .lists import FacetSchema
from .pictures import PictureSchema
from .reviews import RatingSchema


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
    rating = fields.Nested(RatingSchema)


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

    data = fields.List(Kept(ProductCardSchema))
    page = fields.Nested(ProductPageInfoSchema)
    facets = fields.List(
        fields.Nested(FacetSchema), allow_none=True, metadata={"description": "Those that were asked for."}
    )
    approximate = fields.Boolean(
        metadata={"description": "The counts are those of some of the newest products: the least there are."}
    )


class ShownSpecificationSchema(ShownSchema):
    """One fact about a product; what an attribute makes of it stands there for those that have one."""

    attribute = fields.String()
    norm = fields.Float(allow_none=True, metadata={"description": "The number in its family's base unit."})
    label = fields.String(metadata={"description": "The chosen options in words."})

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
    category = fields.Nested(
        CategorySchema, allow_none=True, metadata={"description": "null where its category is gone."}
    )
    specs = fields.List(fields.Nested(ShownSpecificationSchema))
    options = fields.List(fields.String())
    variants = fields.List(fields.Nested(VariantSchema))
    pictures = fields.List(fields.Nested(PictureSchema))
    shop = fields.Nested(SellerSchema)
    published_at = Moment(allow_none=True)
    updated_at = Moment()
    version = fields.Integer()
    rating = fields.Nested(RatingSchema)


class LevelSchema(ShownSchema):
    """The numbers behind a variant's stock."""

    on_hand = fields.Integer()
    available = fields.Integer()
    held = fields.Integer(metadata={"description": "For checkouts that are under way."})
    allocated = fields.Integer(metadata={"description": "For orders that are not yet shipped."})
    track = fields.Boolean()
    low_at = fields.Integer(
        allow_none=True, metadata={"description": "From so many available pieces on it counts as low."}
    )


class OwnVariantSchema(VariantSchema):
    """A variant as its seller sees it; variants stand in their order."""

    active = fields.Boolean()
    barcode = fields.String(allow_none=True)
    weight_g = fields.Integer(allow_none=True)
    stock = fields.Nested(LevelSchema)


class ModerationSchema(ShownSchema):
    """What a moderator decided about a listing last; the seller reads the reason."""

    step = fields.String(metadata={"enum": [one.name for one in TRANSITIONS if one.actor == "moderator"]})
    reason = fields.String()
    at = Moment()


class QualityHintSchema(ShownSchema):
    """What would help the readers of a listing."""

    code = fields.String()
    field = fields.String()
    message = fields.String()
    points = fields.Integer(metadata={"description": "How much the score rises by it."})


class QualitySchema(ShownSchema):
    """How well a listing describes its product; it blocks nothing."""

    score = fields.Integer(metadata={"description": "0 to 100."})
    hints = fields.List(fields.Nested(QualityHintSchema))


class MissingSchema(ShownSchema):
    """Something that a listing lacks before people can buy it."""

    field = fields.String()
    message = fields.String()


class OwnProductSchema(ProductSchema):
    """A listing as its seller sees it."""

    status = fields.String(metadata={"enum": [status.value for status in ProductStatus]})
    visible = fields.Boolean()
    available_transitions = fields.List(
        fields.String(), metadata={"description": "The steps that you can take with it now."}
    )
    moderation = fields.Nested(ModerationSchema, allow_none=True)
    former_slugs = fields.List(fields.String())
    quality = fields.Nested(QualitySchema)
    variants = fields.List(fields.Nested(OwnVariantSchema))
    shipping_profile_id = Id(allow_none=True, metadata={"description": "null: the shop's default."})


class ModeratedProductSchema(OwnProductSchema):
    """A listing as moderators see it."""

    queued_at = Moment(allow_none=True, metadata={"description": "Since when moderators look after it."})
    missing = fields.List(fields.Nested(MissingSchema))


class OwnProductCardSchema(ShownSchema):
    """A listing in its seller's list."""

    id = Id()
    external_id = fields.String(allow_none=True)
    title = fields.String()
    slug = fields.String()
    status = fields.String()
    price_min = fields.Nested(MoneySchema)
    price_max = fields.Nested(MoneySchema)
    available = fields.Integer(allow_none=True)
    quality = fields.Integer(attribute="quality.score", metadata={"description": "0 to 100."})
    version = fields.Integer()
    updated_at = Moment()


class ModeratedProductCardSchema(OwnProductCardSchema):
    """A listing in the moderators' list."""

    shop_id = Id()
    queued_at = Moment(allow_none=True)
    moderation = fields.Nested(ModerationSchema, allow_none=True)


ModeratedProductPageSchema = page_schema(ModeratedProductCardSchema, "ModeratedProductPage")

OwnProductPageSchema = page_schema(OwnProductCardSchema, "OwnProductPage")
