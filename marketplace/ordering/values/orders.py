"""The words and value objects of orders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from bson import ObjectId

from ...shared.chance import new_letters
from ...shared.clock import end_of
from ...shared.values import Money, total

#: Crockford's base 32: no letter that is read as a digit, and no U.
NUMBER_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_READ_AS = str.maketrans("OIL", "011")

#: The most characters of what a buyer tells a shop with an order.
LONGEST_NOTE = 500


class OrderStatus(StrEnum):
    """Where an order stands; `marketplace.ordering.process` says what may follow."""

    AWAITING_PAYMENT = "awaiting_payment"
    PLACED = "placed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    """Who takes a step of an order."""

    BUYER = "buyer"
    SELLER = "seller"
    SYSTEM = "system"
    OPERATOR = "operator"


class Fulfilment(StrEnum):
    """How much of an order has left; follows from its lines, of which cancelled pieces do not count."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class OrderPayment(StrEnum):
    """How an order stands with its money; follows from when it was paid and what was refunded."""

    UNPAID = "unpaid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One line of an order's timeline: `detail` is what somebody said, `to` the state that it led to."""

    at: datetime
    name: str
    text: str
    actor: str
    detail: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """What was chosen of a product: `Colour` is `Blue`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShopSnapshot:
    """The shop as it was called when the order was placed."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class LinePieces:
    """Some pieces of one line of an order."""

    item_id: ObjectId
    quantity: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel with what is in it; carrier and tracking are what the shop wrote, or empty."""

    shipped_at: datetime
    carrier: str = ""
    tracking: str = ""
    lines: tuple[LinePieces, ...] = field(default=(), metadata={"value_class": LinePieces})


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days an order waits for people before it moves on; frozen when it is placed.

    A shop is reminded `ship_reminder_days` after the day that it promised, and `cancel_days` after it the
    order is cancelled. A parcel is asked after `arrival_reminder_days` after it left, and counts as delivered
    `delivered_days` after; `complete_days` after its delivery an order is completed.
    """

    ship_reminder_days: int = 0
    cancel_days: int = 7
    arrival_reminder_days: int = 12
    delivered_days: int = 14
    complete_days: int = 14


@dataclass(frozen=True, slots=True)
class OrderTimer:
    """What an order does by itself and when, one of `process.TIMERS`; how often that failed, and why."""

    at: datetime
    kind: str
    failures: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order costs; the parts always sum to the total."""

    items: Money = field(metadata={"value_class": Money})
    shipping: Money = field(metadata={"value_class": Money})
    total: Money = field(metadata={"value_class": Money})

    @classmethod
    def of(cls, prices: Iterable[Money], shipping: Money) -> Totals:
        """The totals of lines with these prices."""
        items = total(prices, shipping.currency)
        return cls(items=items, shipping=shipping, total=items + shipping)


@dataclass(frozen=True, slots=True)
class ShippingChoice:
    """How an order is sent, as it was agreed at checkout; `pickup` is where it is fetched instead.

    It travels `days_min` to `days_max` business days, which are None where the shop did not say.
    """

    method_id: ObjectId
    name: str
    days_min: int | None = None
    days_max: int | None = None
    tracked: bool = False
    pickup: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A time: from `since` on, and before `until`; open where that is None."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of_days(cls, first: date | None, last: date | None) -> Span | None:
        """From the beginning of the first day to the end of the last, in UTC; None without either."""
        if first is None and last is None:
            return None
        since = datetime.combine(first, time(), UTC) if first else None
        return cls(since, end_of(last) if last else None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported purchase or order comes from.

    `reference` is the source's own id of it, `digest` a hash of what its row said. `difference` is what was
    paid less what the purchase cost: None where the source does not tell the payments.
    """

    reference: str
    digest: str = ""
    difference: Money | None = field(default=None, metadata={"value_class": Money})


def new_order_number() -> str:
    """A random order number such as `7F3K-9Q2D`; it tells nothing about how many orders there are."""
    letters = new_letters(NUMBER_LETTERS, 8)
    return f"{letters[:4]}-{letters[4:]}"


def order_number(written: str) -> str:
    """An order number as it is stored, out of what a person wrote: any case, O for 0, no hyphen."""
    letters = re.sub(r"[^0-9A-Z]", "", written.upper()).translate(_READ_AS)
    return f"{letters[:4]}-{letters[4:]}"
