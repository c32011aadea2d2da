"""What ordering is asked, as JSON or as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate, validates_schema

from ...shared.schemas import (
    AddressSchema,
    AskedSchema,
    Country,
    Email,
    Id,
    MoneySchema,
    PageQuery,
    Text,
    Whole,
)
from ...shared.values import LARGEST_AMOUNT
from ..pretending import DECISIONS, Reporting
from ..process import PAID
from ..values import LONGEST_NOTE, MOST_LINES, MOST_PIECES, AgreedLine, OrderStatus

#: The views of a shop's orders, by name.
TABS: dict[str, tuple[OrderStatus, ...]] = {
    "new": (OrderStatus.PLACED,),
    "to-ship": (OrderStatus.PLACED, OrderStatus.PROCESSING),
    "shipped": (OrderStatus.SHIPPED,),
    "done": (OrderStatus.DELIVERED, OrderStatus.COMPLETED),
    "cancelled": (OrderStatus.CANCELLED,),
    "all": (*PAID, OrderStatus.CANCELLED),
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


class SeenLine(AskedSchema):
    """A line of the cart as it was shown."""

    item_id = Id(required=True)
    quantity = Whole(least=1, most=MOST_PIECES, required=True)
    unit_price = fields.Nested(MoneySchema, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AgreedLine:
        """The value object."""
        return AgreedLine(**data)


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
    shipping = fields.Dict(
        keys=Id(),
        values=Id(),
        validate=validate.Length(max=MOST_LINES),
        metadata={
            "description": "By shop id the id of one of its `shipping_options`; needed where it has more."
        },
    )
    expected_total = fields.Nested(
        MoneySchema, required=True, error_messages={"required": "Say which total you agree to."}
    )
    cart_version = Whole(
        least=0, most=2**31, metadata={"description": "The `version` of the cart that was shown."}
    )
    seen = fields.List(
        fields.Nested(SeenLine),
        validate=validate.Length(max=MOST_LINES),
        metadata={"description": "The lines that were shown, so that a refusal says what changed."},
    )
    seen_shipping = fields.Nested(MoneySchema, metadata={"description": "The shipping that was shown."})
    bill_to = fields.Nested(AddressSchema, metadata={"description": "Who gets the bill, if not `ship_to`."})
    note = fields.Dict(
        keys=Id(),
        values=Text(longest=LONGEST_NOTE, shortest=0),
        validate=validate.Length(max=MOST_LINES),
        metadata={"description": "What a shop is told with its order, by the shop's id."},
    )
    payment_method = Text(
        longest=20,
        metadata={
            "description": "One of `GET /api/v1/payment-methods`; the first one unless it is said.",
            "example": "sandbox",
        },
    )


class AgreedTotal(MoneySchema):
    """The total that a form showed."""

    amount = Whole(least=0, most=LARGEST_AMOUNT, required=True)


class PlaceOrderForm(PlaceOrder):
    """Buy the cart: as the form of the checkout page sends it."""

    expected_total = fields.Nested(
        AgreedTotal, required=True, error_messages={"required": "Say which total you agree to."}
    )

    bills_elsewhere = fields.Boolean(load_default=False)

    @pre_load
    def read_seen(self, data: Any, **_: Any) -> Any:
        """Take the lines apart that one hidden field carries, and drop blank notes."""
        if not isinstance(data, Mapping):
            return data
        total, told = data.get("expected_total"), data.get("note")
        currency = total.get("currency") if isinstance(total, Mapping) else None
        read = dict(data)
        if isinstance(told, Mapping):
            read["note"] = {shop: text for shop, text in told.items() if str(text).strip()}
        if isinstance(data.get("seen"), str):
            read["seen"] = [_seen_line(text, currency) for text in data["seen"].split()]
        if isinstance(data.get("seen_shipping"), str):
            read["seen_shipping"] = _money(data["seen_shipping"], currency)
        if not data.get("bills_elsewhere"):
            read.pop("bill_to", None)
        return read

    @post_load
    def drop_choices(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out what only says which fields of the form count."""
        data.pop("bills_elsewhere", None)
        return data

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


def _seen_line(text: str, currency: Any) -> dict[str, Any]:
    """A line out of `id:quantity:amount`."""
    item_id, quantity, amount = [*text.split(":"), "", ""][:3]
    return {"item_id": item_id, "quantity": quantity, "unit_price": _money(amount, currency)}


def _money(amount: str, currency: Any) -> dict[str, Any]:
    """An amount of minor units that a form wrote, in the currency that it wrote elsewhere."""
    number = amount.strip()
    whole = number.isascii() and number.isdecimal() and len(number) < 16
    return {"amount": int(number) if whole else number, "currency": currency}


class ChooseMethod(AskedSchema):
    """Go on to pay, perhaps by another way."""

    payment_method = Text(longest=20, metadata={"example": "sandbox"})


class CartQuery(AskedSchema):
    """Where the cart would be sent, and in which way by each shop."""

    country = Country(
        metadata={"description": "ISO 3166-1 alpha-2; without it where the visitor seems to be."}
    )


class KeyQuery(AskedSchema):
    """What opens a purchase to a buyer without an account."""

    key = fields.String(metadata={"description": "From the link that a guest got."})


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
    """What the sandbox shall pretend, and how it reports it."""

    decision = fields.String(
        required=True,
        validate=validate.OneOf(list(DECISIONS), error="Choose what shall happen."),
        error_messages={"required": "Choose what shall happen."},
    )
    reporting = fields.String(
        load_default=Reporting.ONCE.value,
        validate=validate.OneOf([one.value for one in Reporting], error="Choose how it is reported."),
    )
