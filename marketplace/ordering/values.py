"""The words and value objects of ordering."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bson import ObjectId

from ..shared.chance import new_letters
from ..shared.values import Money, total

#: Crockford's base 32: no letter that is read as a digit, and no U.
NUMBER_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_READ_AS = str.maketrans("OIL", "011")

#: The most pieces of one variant in a cart, and the most lines.
MOST_PIECES = 99
MOST_LINES = 100


class CartStatus(StrEnum):
    """What became of a cart."""

    OPEN = "open"
    CONVERTING = "converting"
    CONVERTED = "converted"
    MERGED = "merged"


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


class PaymentStatus(StrEnum):
    """Where a payment stands.

    `mismatch`: the provider reported another amount than was asked for. `refund_due`: money came that
    nothing is owed for, and it is not on its way back yet.
    """

    CREATED = "created"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    VOID = "void"
    MISMATCH = "mismatch"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


class PaymentOutcome(StrEnum):
    """What a provider can report about a payment."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


class NextAction(StrEnum):
    """What the buyer's browser does after checking out."""

    NONE = "none"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class CartOwner:
    """Whose cart is meant: a member's by `user_id`, else a visitor's by the token of their cookie."""

    user_id: ObjectId | None = None
    token: str | None = None

    def __bool__(self) -> bool:
        return self.user_id is not None or self.token is not None


@dataclass(frozen=True, slots=True)
class ClientAction:
    """What the buyer does next to pay, and what the provider calls the payment."""

    kind: NextAction
    reference: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One report of a provider: `event_id` is the provider's own and is applied once only."""

    provider: str
    event_id: str
    reference: str
    outcome: PaymentOutcome
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One line of an order's timeline."""

    at: datetime
    name: str
    text: str
    actor: str


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
class Shipment:
    """How a parcel travels; carrier and tracking are what the shop wrote, or empty."""

    shipped_at: datetime
    carrier: str = ""
    tracking: str = ""


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
        until = datetime.combine(last, time(), UTC) + timedelta(days=1) if last else None
        return cls(since, until)


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


def new_cart_token() -> str:
    """A random token of 128 bits for a visitor's cookie."""
    return secrets.token_urlsafe(16)


def is_cart_token(text: str) -> bool:
    """Whether a cookie's value has the form of `new_cart_token`."""
    return re.fullmatch(r"[\w-]{22}", text, re.ASCII) is not None


def business_days_after(moment: datetime, days: int) -> datetime:
    """The moment that many working days later: never a Saturday or a Sunday."""
    while days > 0 or moment.weekday() >= 5:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment
