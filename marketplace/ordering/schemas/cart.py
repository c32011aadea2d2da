"""How carts are shown."""

from __future__ import annotations

from marshmallow import fields

from ...shared.schemas import Id, Moment, MoneySchema, ShownSchema
from ..values import Mending, MergeOutcome
from .parts import OptionSchema, ShopSnapshotSchema


class FixSchema(ShownSchema):
    """What mends a problem: setting the line to `quantity` pieces (0 removes it), or saving it for later."""

    label = fields.String(attribute="fix", metadata={"example": "Take 3"})
    action = fields.Enum(Mending, by_value=True, attribute="mending")
    quantity = fields.Integer()


class LineProblemSchema(ShownSchema):
    """Something to know about a line; a blocking one must be mended before checking out."""

    code = fields.String(metadata={"example": "price_changed"})
    message = fields.String()
    blocking = fields.Boolean()
    fix = fields.Nested(FixSchema, attribute="fixing")
    old = fields.Nested(MoneySchema, attribute="details.old", metadata={"description": "Of price_changed."})
    new = fields.Nested(MoneySchema, attribute="details.new")
    available = fields.Integer(
        attribute="details.available", metadata={"description": "Of insufficient_stock: how many are left."}
    )
    country = fields.String(attribute="details.country", metadata={"description": "Of no_shipping_to."})


class GroupProblemSchema(LineProblemSchema):
    """The same among those of its shop: `item_id` is its line."""

    item_id = Id()


class CartLineSchema(ShownSchema):
    """A line of the cart at today's price."""

    id = Id(attribute="item.id")
    product_id = Id(attribute="item.product_id")
    variant_id = Id(attribute="item.variant_id")
    title = fields.String()
    slug = fields.String(attribute="offer.slug")
    sku = fields.String(attribute="offer.sku")
    options = fields.List(fields.Nested(OptionSchema))
    image = fields.String(attribute="offer.image", allow_none=True)
    quantity = fields.Integer(attribute="item.quantity")
    seen_price = fields.Nested(MoneySchema, attribute="item.seen_price")
    unit_price = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)
    problems = fields.List(fields.Nested(LineProblemSchema))


class CartShopSchema(ShopSnapshotSchema):
    """A shop in a cart."""

    id = Id()


class CartShippingOptionSchema(ShownSchema):
    """A way in which a shop would send its part of the cart."""

    id = Id(metadata={"description": "Names it at checkout, in `shipping`."})
    name = fields.String()
    price = fields.Nested(MoneySchema)
    tracked = fields.Boolean()
    pickup = fields.String(metadata={"description": "Where it is fetched instead."})
    ships_by = Moment()
    arrives_from = Moment(allow_none=True)
    arrives_until = Moment(allow_none=True)


class CartGroupSchema(ShownSchema):
    """The lines of one shop, which become one order, and the ways in which the shop would send it.

    The sums are those of `shipping_method`: the one that was chosen, or the cheapest.
    """

    shop = fields.Nested(CartShopSchema, allow_none=True)
    items = fields.List(fields.Nested(CartLineSchema), attribute="lines")
    subtotal = fields.Nested(MoneySchema)
    shipping = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)
    shipping_options = fields.List(fields.Nested(CartShippingOptionSchema))
    shipping_method = Id(allow_none=True)
    ships_by = Moment(allow_none=True)
    problems = fields.List(fields.Nested(GroupProblemSchema), attribute="line_problems")


class CartSchema(ShownSchema):
    """A cart as it would be bought now; `ready` when nothing stands in the way."""

    id = Id(attribute="cart.id")
    version = fields.Integer(attribute="cart.version")
    currency = fields.String()
    country = fields.String(attribute="sending.country", metadata={"description": "Where it would be sent."})
    groups = fields.List(fields.Nested(CartGroupSchema))
    saved = fields.List(fields.Nested(CartLineSchema), metadata={"description": "Kept for later."})
    problems = fields.List(fields.Nested(GroupProblemSchema), attribute="line_problems")
    pieces = fields.Integer()
    subtotal = fields.Nested(MoneySchema)
    shipping = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)
    ready = fields.Boolean()


class MergedLineSchema(ShownSchema):
    """A line that joining two carts changed, or could not take over."""

    variant_id = Id()
    outcome = fields.Enum(MergeOutcome, by_value=True)
    before = fields.Integer(metadata={"description": "How many pieces the cart had."})
    after = fields.Integer()


class MergedCartSchema(ShownSchema):
    """A member's cart after a visitor's was joined to it."""

    changes = fields.List(fields.Nested(MergedLineSchema))
    cart = fields.Nested(CartSchema)
