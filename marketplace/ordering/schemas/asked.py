"""What ordering is asked, as JSON or as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from ...shared.schemas import AddressSchema, AskedSchema, Email, Id, MoneySchema, PageQuery, Text, Whole
from ...shared.values import LARGEST_AMOUNT
from ..process import BY_NAME, PAID
from ..values import MOST_PIECES, OrderStatus

#: The views of a shop's orders, by name.
TABS: dict[str, tuple[OrderStatus, ...]] = {
    "new": (OrderStatus.PLACED,),
    "to-ship": (OrderStatus.PLACED, OrderStatus.PROCESSING),
    "shipped": (OrderStatus.SHIPPED,),
    "done": (OrderStatus.DELIVERED, OrderStatus.COMPLETED),
    "all": PAID,
}

A_DAY: dict[str, Any] = {"invalid": "Write a day as 2026-03-01."}


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
    email = Email(
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


class PlaceVisitorsOrderForm(PlaceOrderForm):
    """The same from a visitor, whom nothing but the form tells of."""

    email = Email(required=True, error_messages={"required": "Tell us your e-mail address."})


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


class OrdersQuery(PageQuery):
    """Which of the buyer's orders to list."""

    state = fields.String(
        load_default="all",
        validate=validate.OneOf(["all", "open", "done"], error="Choose all, open or done."),
    )
    q = Text(longest=80, metadata={"description": "An order's number, or words of what was bought."})


class PlacedQuery(AskedSchema):
    """Which of a shop's orders are meant."""

    tab = fields.String(
        load_default="all",
        validate=validate.OneOf(list(TABS), error=f"Choose one of {', '.join(TABS)}."),
    )
    placed_from = fields.Date(
        error_messages=A_DAY, metadata={"description": "The first day on which they were placed, in UTC."}
    )
    placed_to = fields.Date(
        error_messages=A_DAY, metadata={"description": "The last day on which they were placed, in UTC."}
    )


class ShopOrdersQuery(PlacedQuery, PageQuery):
    """Which of a shop's orders to list."""

    due = fields.String(
        load_default="any",
        validate=validate.OneOf(["any", "today", "late"], error="Choose any, today or late."),
        metadata={"description": "Only what has to be shipped: `late`, or `today` with all that is late."},
    )


class OrderSearch(PageQuery):
    """Which of all orders to list."""

    q = Text(
        longest=200,
        metadata={"description": "An order's number, an e-mail address, or what a payment is called."},
    )


class Decide(AskedSchema):
    """What the sandbox shall pretend."""

    decision = fields.String(
        required=True,
        validate=validate.OneOf(["pay", "decline"], error="Choose pay or decline."),
        error_messages={"required": "Choose pay or decline."},
    )
