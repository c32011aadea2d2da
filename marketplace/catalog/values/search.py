"""What to list, in which order, and the cards that lists show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bson import ObjectId

from ...shared.values import Money
from .listings import Moderation, Picture, ProductStatus
from .quality import Quality
from .reviews import Rating
from .stock import StockLevel

#: How many hits a search counts and pages through by relevance.
COUNT_LIMIT = 1000


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
    rating: Rating
