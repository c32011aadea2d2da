"""What ordering shows as JSON."""

from __future__ import annotations

from marshmallow import fields

from ...shared.schemas import AddressSchema, Id, Moment, MoneySchema, ShownSchema
from ..values import Actor, OrderStatus


class OptionSchema(ShownSchema):
    """What was chosen of a product."""

    name = fields.String(metadata={"example": "Colour"})
    value = fields.String(metadata={"example": "Blue"})


class ShopSnapshotSchema(ShownSchema):
    """A shop in a cart or an order."""

    name = fields.String()
    slug = fields.String()


class LineProblemSchema(ShownSchema):
    """Something to know about a line; a blocking one must be mended before checking out."""

    code = fields.String(metadata={"example": "price_changed"})
    message = fields.String()
    blocking = fields.Boolean()


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


class CartGroupSchema(ShownSchema):
    """The lines of one shop, which become one order."""

    shop = fields.Nested(ShopSnapshotSchema, allow_none=True)
    lines = fields.List(fields.Nested(CartLineSchema))
    subtotal = fields.Nested(MoneySchema)
    shipping = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)


class CartSchema(ShownSchema):
    """A cart as it would be bought now; `ready` when nothing stands in the way."""

    id = Id(attribute="cart.id")
    version = fields.Integer(attribute="cart.version")
    currency = fields.String()
    groups = fields.List(fields.Nested(CartGroupSchema))
    pieces = fields.Integer()
    subtotal = fields.Nested(MoneySchema)
    shipping = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)
    ready = fields.Boolean()


class TotalsSchema(ShownSchema):
    """What an order costs."""

    items = fields.Nested(MoneySchema)
    shipping = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)


class OrderItemSchema(ShownSchema):
    """A line as it was bought."""

    id = Id()
    product_id = Id()
    variant_id = Id()
    title = fields.String()
    slug = fields.String()
    sku = fields.String()
    options = fields.List(fields.Nested(OptionSchema))
    image = fields.String(allow_none=True)
    quantity = fields.Integer()
    unit_price = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)


class OrderEventSchema(ShownSchema):
    """A line of an order's timeline."""

    at = Moment()
    name = fields.String()
    text = fields.String()
    actor = fields.String()


class ShipmentSchema(ShownSchema):
    """How a parcel travels."""

    carrier = fields.String()
    tracking = fields.String()
    shipped_at = Moment()


class OrderSummarySchema(ShownSchema):
    """An order in a list."""

    number = fields.String(metadata={"example": "7F3K-9Q2D"})
    purchase_id = Id()
    shop = fields.Nested(ShopSnapshotSchema)
    status = fields.Enum(OrderStatus, by_value=True)
    pieces = fields.Integer()
    totals = fields.Nested(TotalsSchema)
    placed_at = Moment()
    paid_at = Moment(allow_none=True)
    ships_by = Moment(allow_none=True)
    version = fields.Integer()


def _steps(actor: Actor) -> fields.Function:
    """The names of the steps that this actor may take now."""
    return fields.Function(
        lambda order: [step.name for step in order.available(actor)],
        metadata={"type": "array", "items": {"type": "string"}},
    )


class OrderSchema(OrderSummarySchema):
    """An order as its buyer sees it."""

    email = fields.String(allow_none=True)
    ship_to = fields.Nested(AddressSchema)
    items = fields.List(fields.Nested(OrderItemSchema))
    events = fields.List(fields.Nested(OrderEventSchema))
    shipment = fields.Nested(ShipmentSchema, allow_none=True)
    available_transitions = _steps(Actor.BUYER)


class ShopOrderSchema(OrderSchema):
    """An order as its shop sees it."""

    available_transitions = _steps(Actor.SELLER)


class PaymentSchema(ShownSchema):
    """An attempt to pay a purchase."""

    id = Id()
    provider = fields.String()
    amount = fields.Nested(MoneySchema)
    status = fields.String()


class OriginSchema(ShownSchema):
    """Where an imported purchase comes from, and how what was paid differs from what it cost."""

    reference = fields.String()
    difference = fields.Nested(MoneySchema, allow_none=True)


class AttemptSchema(PaymentSchema):
    """An attempt to pay, as those see it who look after the marketplace."""

    reference = fields.String(allow_none=True)
    created_at = Moment()


class PaymentReportSchema(ShownSchema):
    """What a provider reported, as it came."""

    event_id = fields.String()
    provider = fields.String()
    payment_id = Id()
    outcome = fields.String()
    amount = fields.Nested(MoneySchema)
    received_at = Moment()


class InspectedOrderSchema(OrderSchema):
    """An order for those who look after the marketplace; the `available_transitions` are its buyer's."""

    buyer_id = Id(allow_none=True)


class OrderFileSchema(ShownSchema):
    """Everything that is known of an order."""

    order = fields.Nested(InspectedOrderSchema)
    origin = fields.Nested(OriginSchema, attribute="purchase.origin", allow_none=True)
    total = fields.Nested(MoneySchema, attribute="purchase.total")
    payments = fields.List(fields.Nested(AttemptSchema))
    payment_events = fields.List(fields.Nested(PaymentReportSchema), attribute="events")


class ClientActionSchema(ShownSchema):
    """What the buyer does next: nothing, or open the address."""

    kind = fields.String(metadata={"example": "redirect"})
    url = fields.String(allow_none=True)


class PurchaseSchema(ShownSchema):
    """A purchase with its orders, paid as one."""

    id = Id(attribute="purchase.id")
    cart_id = Id(attribute="purchase.cart_id")
    email = fields.String(attribute="purchase.email", allow_none=True)
    status = fields.String(metadata={"description": "An order's status, or `partially_...`."})
    total = fields.Nested(MoneySchema, attribute="purchase.total")
    ship_to = fields.Nested(AddressSchema, attribute="purchase.ship_to")
    created_at = Moment(attribute="purchase.created_at")
    pay_until = Moment(attribute="purchase.pay_until", allow_none=True)
    orders = fields.List(fields.Nested(OrderSummarySchema))
    payment = fields.Nested(PaymentSchema)
    key = fields.String(
        allow_none=True, metadata={"description": "Opens a guest's purchase and orders; keep it secret."}
    )


class CheckedOutSchema(ShownSchema):
    """A purchase and how to pay it."""

    purchase = fields.Nested(PurchaseSchema)
    client_action = fields.Nested(ClientActionSchema)
