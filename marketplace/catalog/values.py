"""What the catalog speaks of: specifications, pictures, the states of a listing, stock levels, offers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bson import ObjectId

from ..shared.errors import Invalid
from ..shared.values import Money, is_plain

#: From this many pieces on, the public reads "in stock" instead of a number.
LOW_STOCK = 5

#: How many hits a search counts and pages through by relevance.
COUNT_LIMIT = 1000


class ProductStatus(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Transition:
    """A step in the life of a listing: from which states, to which, and what its button says."""

    sources: frozenset[ProductStatus]
    target: ProductStatus
    label: str


#: Every step that a seller can take with a listing, by the name that the routes use.
TRANSITIONS: dict[str, Transition] = {
    "publish": Transition(frozenset({ProductStatus.DRAFT}), ProductStatus.ACTIVE, "Publish"),
    "pause": Transition(frozenset({ProductStatus.ACTIVE}), ProductStatus.PAUSED, "Pause"),
    "resume": Transition(frozenset({ProductStatus.PAUSED}), ProductStatus.ACTIVE, "Resume"),
    "archive": Transition(
        frozenset({ProductStatus.DRAFT, ProductStatus.ACTIVE, ProductStatus.PAUSED}),
        ProductStatus.ARCHIVED,
        "Archive",
    ),
    "restore": Transition(frozenset({ProductStatus.ARCHIVED}), ProductStatus.DRAFT, "Restore as draft"),
}


class SpecificationType(StrEnum):
    """What kind of value a specification has."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class ProductSpecification:
    """One fact about a product: `weight 450 g`, `waterproof yes`.

    The value's type is held to: text and enum are words, a number is finite, a boolean is one of two.
    Only numbers have a unit.
    """

    name: str
    type: SpecificationType
    value: str | int | float | bool
    unit: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not 1 <= len(self.name) <= 100 or not is_plain(self.name):
            raise Invalid("A specification's name has 1 to 100 characters.", field="name")
        try:
            object.__setattr__(self, "type", SpecificationType(self.type))
        except ValueError:
            raise Invalid("The type is text, number, boolean or enum.", field="type") from None
        _CHECKS[self.type](self.value)
        if self.unit and self.type is not SpecificationType.NUMBER:
            raise Invalid("Only a number has a unit.", field="unit")
        if len(self.unit) > 20 or not is_plain(self.unit):
            raise Invalid("Keep the unit under 21 characters.", field="unit")

    @classmethod
    def parse(cls, name: str, kind: SpecificationType, text: str, unit: str = "") -> Self:
        """Read what a person typed: `2.5` for a number, yes or no for a boolean; raises Invalid."""
        if kind is SpecificationType.NUMBER:
            return cls(name, kind, _number(text), unit)
        if kind is SpecificationType.BOOLEAN:
            word = text.strip().lower()
            if word not in _YES | _NO:
                raise Invalid("Write yes or no.", field="value")
            return cls(name, kind, word in _YES, unit)
        return cls(name, kind, text, unit)

    @property
    def text(self) -> str:
        """The value as people read it."""
        if isinstance(self.value, bool):
            return "Yes" if self.value else "No"
        if isinstance(self.value, float):
            return f"{self.value:.10g} {self.unit}".strip()
        return f"{self.value} {self.unit}".strip()

    @property
    def words(self) -> str:
        """What a search finds the product by: the value in words, or the name of what is there."""
        if isinstance(self.value, bool):
            return self.name if self.value else ""
        return self.text if isinstance(self.value, str) or self.unit else ""


_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0", "off"})


def _number(text: str) -> int | float:
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text.strip()) else float(text)
    except ValueError:
        raise Invalid("Write a number such as 2.5.", field="value") from None


def _check_text(value: Any) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= 500 or not is_plain(value):
        raise Invalid("Write a text of 1 to 500 characters.", field="value")


def _check_number(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Invalid("Write a number such as 2.5.", field="value")
    if not abs(value) <= 10**15:
        raise Invalid("This number is too large.", field="value")


def _check_boolean(value: Any) -> None:
    if not isinstance(value, bool):
        raise Invalid("Write yes or no; in the API true or false.", field="value")


_CHECKS = {
    SpecificationType.TEXT: _check_text,
    SpecificationType.ENUM: _check_text,
    SpecificationType.NUMBER: _check_number,
    SpecificationType.BOOLEAN: _check_boolean,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture and what it shows, for those who cannot see it."""

    file: str
    alt: str = ""


class Bucket(StrEnum):
    """How much is left, as far as the public is told."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How many pieces of a variant there are, and for whom.

    `on_hand` is what lies on the shelf: `available` to buy, `held` for checkouts that are under way,
    `allocated` to orders that are not yet shipped. A variant that is not tracked never runs out.
    Pieces in a hold whose time is up count as available: the next one who wants them gets them.
    """

    on_hand: int = 0
    available: int = 0
    held: int = 0
    allocated: int = 0
    track: bool = True

    @property
    def bucket(self) -> Bucket:
        """What the public reads."""
        if not self.track or self.available > LOW_STOCK:
            return Bucket.IN_STOCK
        return Bucket.LOW if self.available > 0 else Bucket.OUT

    @property
    def left(self) -> int | None:
        """The exact number when few are left, else None."""
        return self.available if self.bucket is Bucket.LOW else None

    def freed(self, pieces: int) -> StockLevel:
        """The level when so many of the held pieces are available again."""
        return replace(self, available=self.available + pieces, held=self.held - pieces)

    def __add__(self, other: StockLevel) -> StockLevel:
        return StockLevel(
            self.on_hand + other.on_hand,
            self.available + other.available,
            self.held + other.held,
            self.allocated + other.allocated,
            self.track and other.track,
        )


class MovementKind(StrEnum):
    """Why the number of pieces changed."""

    INITIAL = "initial"
    ADJUST = "adjust"
    SHIP = "ship"
    UNALLOCATE = "unallocate"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant as it is sold right now: what a cart needs to know of it.

    `image` is the name of a stored picture. `on_sale` is False for what can no longer be bought,
    `available` is None where stock is not tracked.
    """

    variant_id: ObjectId
    product_id: ObjectId
    shop_id: ObjectId
    title: str
    slug: str
    sku: str
    options: tuple[tuple[str, str], ...]
    price: Money
    image: str | None
    on_sale: bool
    available: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    """A variant as its seller writes it.

    `id` is set for one that exists already. `on_hand` is the new number of pieces, or None to leave
    the stock alone; for a new variant None means that its stock is not tracked.
    """

    sku: str
    price: Money
    id: ObjectId | None = None
    option_values: tuple[str, ...] = ()
    compare_at: Money | None = None
    active: bool = True
    on_hand: int | None = None


class ProductSort(StrEnum):
    """The orders in which products are listed."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE_UP = "price"
    PRICE_DOWN = "-price"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which visible products to list; what is None does not narrow the list.

    Prices are minor units of `currency` and bound the lowest price of a product.
    """

    q: str = ""
    category_id: ObjectId | None = None
    shop_id: ObjectId | None = None
    price_min: int | None = None
    price_max: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Seller:
    """The shop of a product, as its card names it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProductCard:
    """A listing in its seller's list; `available` is None where stock is not tracked."""

    id: ObjectId
    external_id: str | None
    title: str
    slug: str
    status: ProductStatus
    visible: bool
    price: Money
    price_from: bool
    picture: Picture | None
    available: int | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """A product in a list, as everybody sees it."""

    id: ObjectId
    external_id: str | None
    title: str
    slug: str
    brand: str | None
    price: Money
    price_from: bool
    compare_at: Money | None
    picture: Picture | None
    shop: Seller
    stock: StockLevel
    published_at: datetime | None
