"""A product as everybody sees it: what is read of a listing, and never saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.values import Money
from .listings import Picture
from .reviews import Rating
from .specifications import ProductSpecification
from .stock import StockLevel


class Labelled:
    """What has option values, and is told apart by them."""

    __slots__ = ()

    option_values: Any

    @property
    def label(self) -> str:
        """The variant in words: its option values."""
        return " / ".join(self.option_values)


class Offered:
    """What has variants, some of them for sale, and reviews."""

    __slots__ = ()

    variants: Any
    rating: Any

    @property
    def rating_mean(self) -> float | None:
        """The stars of its published reviews on average, with one decimal; None without any."""
        mean: float | None = self.rating.mean
        return mean

    @property
    def active_variants(self) -> list[Any]:
        """What can be bought of it while it is visible."""
        return [variant for variant in self.variants if variant.active]


@dataclass(frozen=True, slots=True)
class ShownVariant(Labelled):
    """A variant of a shown product."""

    id: ObjectId
    sku: str
    price: Money = field(metadata={"value_class": Money})
    compare_at: Money | None = field(default=None, metadata={"value_class": Money})
    option_values: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class ShownProduct(Offered):
    """A visible product with what its page and its JSON show; `levels` is what is left of each variant."""

    id: ObjectId
    shop_id: ObjectId
    title: str
    slug: str
    currency: str
    price_min: int
    price_max: int
    version: int
    updated_at: datetime
    variants: tuple[ShownVariant, ...] = field(metadata={"value_class": ShownVariant})
    levels: Mapping[ObjectId, StockLevel]
    category_ids: tuple[ObjectId, ...] = ()
    description: str = ""
    brand: str | None = None
    tags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    specs: tuple[ProductSpecification, ...] = field(
        default=(), metadata={"value_class": ProductSpecification}
    )
    pictures: tuple[Picture, ...] = field(default=(), metadata={"value_class": Picture})
    rating: Rating = field(default_factory=Rating, metadata={"value_class": Rating})
    external_id: str | None = None
    published_at: datetime | None = None
    shipping_profile_id: ObjectId | None = None

    #: Everybody sees it, or it would not be one.
    visible = True

    @property
    def pk(self) -> ObjectId:
        """Its id, as a document names it."""
        return self.id
