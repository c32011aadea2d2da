"""The JSON and form shapes of ordering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from ..shared.schemas import AddressSchema, AskedSchema, Id, MoneySchema, PageQuery, ShownSchema, Text, Whole
from ..shared.values import LARGEST_AMOUNT
from .process import BY_NAME, PAID
from .values import MOST_PIECES, Actor, OrderStatus

#: The views of a shop's orders, by name.
TABS: dict[str, tuple[OrderStatus, ...]] = {
    "new": (OrderStatus.PLACED,),
    "to-ship": (OrderStatus.PLACED, OrderStatus.PROCESSING),
    "shipped": (OrderStatus.SHIPPED,),
    "done": (OrderStatus.DELIVERED, OrderStatus.COMPLETED),
    "all": PAID,
}


# What is asked


class AddItem(AskedSchema):
    """Put pieces of a variant into the cart."""

    variant_id = Id(required=True, error_messages={"required": "Choose what to put into the cart."})
    quantity = Whole(least=1, most=MOST_PIECES, load_default=1)


class ChangeItem(AskedSchema):
    """Set a line of the cart to this many pieces, agreed at today's price."""

    quantity = Whole(
        least=1, most=MOST_PIECES, required=True, error_messages={"required": "Give a quantity."}
    )


class ChangeItemForm(AskedSchema):
    """Set a line of the cart to this many pieces; none at all takes it out."""

    quantity = Whole(
        least=0, most=MOST_PIECES, required=True, error_messages={"required": "Give a quantity."}
    )


class PlaceOrder(AskedSchema):
    """Buy the cart at the total that was shown."""

    cart_id = Id(metadata={"description": "The cart that was shown; buying it again answers the purchase."})
    email = fields.Email(
        validate=validate.Length(max=254, error="Keep it under 255 characters."),
        error_messages={"invalid": "Write an e-mail address such as ada@example.com."},
        metadata={"description": "Needed without an account.", "example": "ada@example.com"},
    )
    ship_to = fields.Nested(AddressSchema)
    address_id = Id(metadata={"description": "One of your saved addresses, instead of `ship_to`."})
    save_address = fields.Boolean(load_default=False)
    accept_terms = fields.Boolean(load_default=False)
    expected_total = fields.Nested(
        MoneySchema, required=True, error_messages={"required": "Say which total you agree to."}
    )


class AgreedTotal(MoneySchema):
    """The total that a form showed."""

    amount = Whole(least=0, most=LARGEST_AMOUNT, required=True)


class PlaceOrderForm(PlaceOrder):
    """Buy the cart: as the form of the checkout page sends it."""

    expected_total = fields.Nested(
        AgreedTotal, required=True, error_messages={"required": "Say which total you agree to."}
    )

    @pre_load
    def choose_address(self, data: Any, **_: Any) -> Any:
        """Leave out the address that was not chosen: the form sends both."""
        if not isinstance(data, Mapping) or not data.get("address_id"):
            return data
        if data["address_id"] == "new":
            return {name: value for name, value in data.items() if name != "address_id"}
        written = data.get("ship_to")
        if isinstance(written, Mapping) and any(str(part).strip() for part in written.values()):
            message = "You wrote another address below: choose it here, or empty its fields."
            raise ValidationError(message, "address_id")
        return {name: value for name, value in data.items() if name != "ship_to"}

    @validates_schema(skip_on_field_errors=False)
    def require_terms(self, data: dict[str, Any], **_: Any) -> None:
        """Name the terms together with whatever else is wrong."""
        if not data.get("accept_terms"):
            raise ValidationError("Please accept the terms to buy.", "accept_terms")


class KeyQuery(AskedSchema):
    """What opens a purchase to a buyer without an account."""

    key = fields.String(metadata={"description": "From the link that a guest got."})


class TakeStep(AskedSchema):
    """Take a step of an order's process."""

    name = fields.String(
        required=True,
        validate=validate.OneOf(sorted(BY_NAME), error="There is no such step."),
        metadata={"example": "confirm_received"},
    )


class Ship(AskedSchema):
    """How a parcel travels."""

    carrier = Text(longest=60, metadata={"example": "DHL"})
    tracking = Text(longest=80, metadata={"description": "The tracking number.", "example": "JD0146"})


class TakeShopStep(TakeStep, Ship):
    """Take a step of an order's process as its shop; carrier and tracking number are for `ship`."""


class ShopOrdersQuery(PageQuery):
    """Which of a shop's orders to list."""

    tab = fields.String(
        load_default="all",
        validate=validate.OneOf(list(TABS), error=f"Choose one of {', '.join(TABS)}."),
    )


class Decide(AskedSchema):
    """What the sandbox shall pretend."""

    decision = fields.String(
        required=True,
        validate=validate.OneOf(["pay", "decline"], error="Choose pay or decline."),
        error_messages={"required": "Choose pay or decline."},
    )


# What is shown


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

    at = fields.DateTime(format="iso")
    name = fields.String()
    text = fields.String()
    actor = fields.String()


class ShipmentSchema(ShownSchema):
    """How a parcel travels."""

    carrier = fields.String()
    tracking = fields.String()
    shipped_at = fields.DateTime(format="iso")


class OrderSummarySchema(ShownSchema):
    """An order in a list."""

    number = fields.String(metadata={"example": "7F3K-9Q2D"})
    purchase_id = Id()
    shop = fields.Nested(ShopSnapshotSchema)
    status = fields.Enum(OrderStatus, by_value=True)
    pieces = fields.Integer()
    totals = fields.Nested(TotalsSchema)
    placed_at = fields.DateTime(format="iso")
    paid_at = fields.DateTime(format="iso", allow_none=True)
    ships_by = fields.DateTime(format="iso", allow_none=True)
    version = fields.Integer()


def _steps(actor: Actor) -> fields.Function:
    """The names of the steps that this actor may take now."""
    return fields.Function(
        lambda order: [step.name for step in order.available(actor)],
        metadata={"type": "array", "items": {"type": "string"}},
    )


class OrderSchema(OrderSummarySchema):
    """An order as its buyer sees it."""

    email = fields.String()
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


class ClientActionSchema(ShownSchema):
    """What the buyer does next: nothing, or open the address."""

    kind = fields.String(metadata={"example": "redirect"})
    url = fields.String(allow_none=True)


class PurchaseSchema(ShownSchema):
    """A purchase with its orders, paid as one."""

    id = Id(attribute="purchase.id")
    cart_id = Id(attribute="purchase.cart_id")
    email = fields.String(attribute="purchase.email")
    status = fields.String(metadata={"description": "An order's status, or `partially_...`."})
    total = fields.Nested(MoneySchema, attribute="purchase.total")
    ship_to = fields.Nested(AddressSchema, attribute="purchase.ship_to")
    created_at = fields.DateTime(format="iso", attribute="purchase.created_at")
    pay_until = fields.DateTime(format="iso", attribute="purchase.pay_until", allow_none=True)
    orders = fields.List(fields.Nested(OrderSummarySchema))
    payment = fields.Nested(PaymentSchema)
    key = fields.String(
        allow_none=True, metadata={"description": "Opens a guest's purchase and orders; keep it secret."}
    )


class CheckedOutSchema(ShownSchema):
    """A purchase and how to pay it."""

    purchase = fields.Nested(PurchaseSchema)
    client_action = fields.Nested(ClientActionSchema)
