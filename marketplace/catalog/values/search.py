"""What to list, in which order, and the cards that lists show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bson import ObjectId

from ...accounts.values import ShopName
from ...shared.values import Money
from .listings import Moderation, Picture, ProductStatus
from .quality import Quality
from .reviews import Rating
from .stock import StockLeft
from .tokens import IN_STOCK, category_token, shop_token

#: How many hits a search counts and pages through by relevance.
COUNT_LIMIT = 1000


class ProductSort(StrEnum):
    """The orders in which products are listed."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE_UP = "price"
    PRICE_DOWN = "-price"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class AttributeBounds:
    """Two bounds of a number as somebody wrote them, such as `450 g` and `1.5 kg`; an empty one is open."""

    least: str
    most: str


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The products whose number of this attribute lies between two bounds, both allowed; None is open.

    Bounds are in the base unit. `buckets` are the tokens of all numbers between them, where they are few.
    """

    attribute: str
    least: float | None = None
    most: float | None = None
    buckets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Which visible products to list; what is None does not narrow the list.

    Prices are minor units of `currency` and bound the lowest price of a product. `options` are groups of
    tokens: a product has one of each group. `branch` are the ids of the category and of all below it, where
    they are known: lists that are narrowed further are found by them.
    """

    q: str = ""
    category_id: ObjectId | None = None
    shop_id: ObjectId | None = None
    price_min: int | None = None
    price_max: int | None = None
    currency: str | None = None
    rating_min: int | None = None
    in_stock: bool = False
    options: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[NumberRange, ...] = ()
    branch: tuple[ObjectId, ...] = ()

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """The tokens that a product must have, one of each group; the rarest groups first, as a rule."""
        wanted: list[tuple[str, ...]] = []
        if self.shop_id is not None:
            wanted.append((shop_token(self.shop_id),))
        if self.rating_min is not None:
            wanted.append((f"rating:{self.rating_min}",))
        if self.category_id is not None:
            wanted.append((category_token(self.category_id),))
        wanted += sorted(self.options, key=len)
        wanted += [number.buckets for number in self.numbers if number.buckets]
        if self.in_stock:
            wanted.append((IN_STOCK,))
        return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProductCard:
    """A listing in its seller's list, or in that of the moderators.

    `available` is None where stock is not tracked, and `low` says that the seller should see to more.
    `queued_at` is since when moderators look after it, `moderation` what they decided last.
    """

    id: ObjectId
    shop_id: ObjectId
    external_id: str | None
    title: str
    slug: str
    status: ProductStatus
    visible: bool
    price_min: Money
    price_max: Money
    picture: Picture | None
    available: int | None
    low: bool
    quality: Quality
    moderation: Moderation | None
    queued_at: datetime | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProductCard:
    """A product in a list, as everybody sees it.

    As long as nothing of it changes it is one and the same object: what shows it is kept by that.
    """

    id: ObjectId
    external_id: str | None
    title: str
    slug: str
    brand: str | None
    price: Money
    price_from: bool
    compare_at: Money | None
    picture: Picture | None
    shop: ShopName
    stock: StockLeft
    published_at: datetime | None
    rating: Rating
