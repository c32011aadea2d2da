"""What a scene is made of: plain values that know nothing of the marketplace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..conversations import Talk

#: The states that a scripted order may end in, and how much of it has left by then.
#: `cancelled` was not paid, `withdrawn` was, `declined` was by its shop, as was the rest of `rest_cancelled`.
ORDER_STATES = {
    "awaiting_payment": "none",
    "expired": "none",
    "cancelled": "none",
    "withdrawn": "none",
    "declined": "none",
    "rest_cancelled": "some",
    "placed": "none",
    "processing": "some",
    "shipped": "all",
    "delivered": "all",
    "completed": "all",
}

#: The states that a listing may be in; those that a moderator decided about have a reason.
LISTING_STATES = ("active", "pending", "changes_requested", "rejected", "hidden")

UNPAID_STATES = {"awaiting_payment", "expired"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a specification states: `type` is text, number, boolean or enum; a number may have a unit."""

    code: str
    label: str
    type: str
    unit: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree; `parent` is a slug, none at the top, and stands before its children."""

    slug: str
    name: str
    parent: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person lives."""

    name: str
    line1: str
    line2: str | None
    postal: str
    city: str
    region: str | None
    country: str


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account; all of them share the scene's password."""

    email: str
    display_name: str
    roles: tuple[str, ...]
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop; the shipping price is flat per order, in minor units of its currency.

    `profiles` are its shipping profiles as `seeds.sending` reads them, where it has more to say. One that is
    not approved waits for a moderator, and its products stay drafts.
    """

    slug: str
    name: str
    owner: str
    description: str
    city: str
    country: str
    currency: str
    shipping_price: int
    free_over: int | None
    handling_days: int
    approved: bool
    profiles: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What `seeds.pictures.picture` is called with."""

    motif: str
    palette: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Specification:
    """A fact about a product; the unit is the attribute's."""

    attribute: str
    type: str
    value: str | int | float | bool
    unit: str | None


@dataclass(frozen=True, slots=True)
class Variant:
    """What is bought: a sku with its own price (minor units) and its own stock before any purchase.

    `picture` is the position of its own picture among the product's, where it has one.
    """

    sku: str
    option_values: Mapping[str, str]
    price: int
    compare_at: int | None
    stock: int
    picture: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """A listing of a shop with its variants, at least one, and its state if its shop sells (LISTING_STATES).

    `reason` is what a moderator said of one that was sent back, rejected or hidden, `sent_by` the name of its
    shipping profile.
    """

    shop: str
    title: str
    brand: str | None
    category: str
    description: str
    tags: tuple[str, ...]
    specifications: tuple[Specification, ...]
    options: tuple[str, ...]
    variants: tuple[Variant, ...]
    pictures: tuple[Picture, ...]
    state: str = "active"
    reason: str = ""
    sent_by: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """How many of a variant."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel that left a shop."""

    carrier: str
    tracking: str
    days_ago: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One shop's part of a purchase and the state that it ends in (`ORDER_STATES`).

    `reason` is the shop's for what it did not send, or for the minor units that it gave back (`refund`).
    """

    shop: str
    state: str
    lines: tuple[Line, ...]
    shipments: tuple[Shipment, ...]
    reason: str
    refund: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a buyer checked out at once, to one of their addresses, and by whom it is paid."""

    buyer: str
    days_ago: int
    address: Address
    orders: tuple[Order, ...]
    pays_by: str = "sandbox"


@dataclass(frozen=True, slots=True)
class Review:
    """What a buyer says of a product that they received, by one of its skus, and what others make of it.

    `days_after` counts from the delivery. `helpful` and `unhelpful` are the people who voted so; `hidden` is
    the reason of a moderator.
    """

    author: str
    shop: str
    sku: str
    days_after: int
    rating: int
    title: str
    body: str
    reply: str | None
    helpful: tuple[str, ...]
    unhelpful: tuple[str, ...]
    hidden: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Whose it is, and of what."""
        return self.author, self.shop, self.sku


#: What people of a scene report, why, and what a moderator may have done about it.
REPORTED = ("listing", "review", "shop")
REPORT_REASONS = (
    *("illegal", "counterfeit", "unsafe", "spam", "fraud", "offensive", "privacy", "off_platform", "other"),
)
REPORT_DECISIONS = ("dismiss", "hide", "suspend_shop")


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says is wrong: with a shop, with what it sells under a sku, or with a review of that.

    `decision` and `answer` are a moderator's; without one the report waits.
    """

    reporter: str
    kind: str
    shop: str
    sku: str | None
    author: str | None
    reason: str
    text: str
    decision: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The whole scene; products of all shops take turns, so that a page of new ones shows every shop."""

    password: str
    attributes: tuple[Attribute, ...]
    categories: tuple[Category, ...]
    users: tuple[User, ...]
    shops: tuple[Shop, ...]
    products: tuple[Product, ...]
    purchases: tuple[Purchase, ...]
    reviews: tuple[Review, ...]
    talks: tuple[Talk, ...]
    reports: tuple[Report, ...]
