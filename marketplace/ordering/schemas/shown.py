"""How orders, their payments and purchases are shown."""

from __future__ import annotations

from marshmallow import fields

from ...shared.schemas import AddressSchema, Id, Moment, MoneySchema, ShownSchema
from ..values import (
    Actor,
    Fulfilment,
    OrderPayment,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
)
from .parts import OptionSchema, ShopSnapshotSchema


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
    shipped = fields.Integer()
    cancelled = fields.Integer()
    refunded = fields.Nested(MoneySchema, allow_none=True)


class OrderEventSchema(ShownSchema):
    """A line of an order's timeline."""

    at = Moment()
    name = fields.String()
    text = fields.String()
    actor = fields.String()
    detail = fields.String(metadata={"description": "What somebody said with it, such as a reason."})


class LinePiecesSchema(ShownSchema):
    """Some pieces of a line."""

    item_id = Id()
    quantity = fields.Integer()


class ShipmentSchema(ShownSchema):
    """A parcel: what is in it, and how it travels."""

    carrier = fields.String()
    tracking = fields.String()
    shipped_at = Moment()
    lines = fields.List(fields.Nested(LinePiecesSchema))


class OrderTimerSchema(ShownSchema):
    """What an order does next by itself, and when."""

    kind = fields.String(metadata={"example": "auto_delivered"})
    at = Moment()


class AllocationSchema(ShownSchema):
    """What of a refund is for a line, or without one for the shipping."""

    item_id = Id(allow_none=True)
    amount = fields.Nested(MoneySchema)


class RefundSchema(ShownSchema):
    """Money that goes back to the buyer."""

    id = Id()
    amount = fields.Nested(MoneySchema)
    allocations = fields.List(fields.Nested(AllocationSchema))
    reason = fields.String(allow_none=True)
    initiator = fields.String()
    status = fields.Enum(RefundStatus, by_value=True)
    created_at = Moment()
    sent_at = Moment(allow_none=True)


class RefundListSchema(ShownSchema):
    """The refunds of an order, oldest first."""

    data = fields.List(fields.Nested(RefundSchema))


class OpenRefundSchema(RefundSchema):
    """A refund as moderators see it."""

    order_id = Id()
    payment_id = Id()
    attempts = fields.Integer()
    tried_at = Moment(allow_none=True)
    error = fields.String(allow_none=True)


class ShippingChoiceSchema(ShownSchema):
    """How an order is sent, as it was agreed at checkout."""

    method_id = Id()
    name = fields.String()
    days_min = fields.Integer(allow_none=True, metadata={"description": "Business days on its way."})
    days_max = fields.Integer(allow_none=True)
    tracked = fields.Boolean()
    pickup = fields.String(metadata={"description": "Where it is fetched instead."})


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
    bill_to = fields.Nested(AddressSchema, allow_none=True)
    buyer_note = fields.String(allow_none=True, metadata={"description": "What the buyer told the shop."})
    items = fields.List(fields.Nested(OrderItemSchema))
    events = fields.List(fields.Nested(OrderEventSchema))
    payment_status = fields.Enum(OrderPayment, by_value=True)
    fulfilment = fields.Enum(Fulfilment, by_value=True)
    shipments = fields.List(fields.Nested(ShipmentSchema))
    refunded = fields.Nested(MoneySchema)
    refundable = fields.Nested(MoneySchema)
    timer = fields.Nested(OrderTimerSchema, allow_none=True)
    shipping = fields.Nested(ShippingChoiceSchema, allow_none=True)
    available_transitions = _steps(Actor.BUYER)


class ShopOrderSchema(OrderSchema):
    """An order as its shop sees it."""

    available_transitions = _steps(Actor.SELLER)


class PaymentSchema(ShownSchema):
    """An attempt to pay a purchase."""

    id = Id()
    provider = fields.String()
    reference = fields.String(allow_none=True, metadata={"description": "What its provider calls it."})
    amount = fields.Nested(MoneySchema)
    status = fields.Enum(PaymentStatus, by_value=True)


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
    bill_to = fields.Nested(AddressSchema, attribute="purchase.bill_to", allow_none=True)
    created_at = Moment(attribute="purchase.created_at")
    pay_until = Moment(attribute="purchase.pay_until", allow_none=True)
    orders = fields.List(fields.Nested(OrderSummarySchema))
    payment = fields.Nested(PaymentSchema)
    payable = fields.Boolean(metadata={"description": "Whether it still can be paid."})
    instructions = fields.String(
        allow_none=True, metadata={"description": "What the buyer does to pay who is not led to a page."}
    )
    key = fields.String(
        allow_none=True, metadata={"description": "Opens a guest's purchase and orders; keep it secret."}
    )


class CheckedOutSchema(ShownSchema):
    """A purchase and how to pay it."""

    purchase = fields.Nested(PurchaseSchema)
    client_action = fields.Nested(ClientActionSchema)


class ModeratedOrderSchema(OrderSchema):
    """An order as moderators see it."""

    available_transitions = _steps(Actor.OPERATOR)
