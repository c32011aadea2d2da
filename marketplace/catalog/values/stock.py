"""How much is left of a variant, and why a number changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bson import ObjectId

from .listings import ProductStatus

#: From this many pieces on, the public reads "in stock" instead of a number.
LOW_STOCK = 5


class Bucket(StrEnum):
    """How much is left, as far as the public is told."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class StockLeft:
    """How much the public is told of what is left: the exact number only when few are."""

    bucket: Bucket
    left: int | None = None


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How many pieces of a variant there are, and for whom.

    `on_hand` is what lies on the shelf: `available` to buy, `held` for checkouts that are under way,
    `allocated` to orders that are not yet shipped. A variant that is not tracked never runs out.
    Pieces in a hold whose time is up count as available: the next one who wants them gets them. From
    `low_at` available pieces on the seller is warned.
    """

    on_hand: int = 0
    available: int = 0
    held: int = 0
    allocated: int = 0
    track: bool = True
    low_at: int | None = None

    @property
    def low(self) -> bool:
        """Whether the seller should see to more."""
        return self.track and self.available <= (LOW_STOCK if self.low_at is None else self.low_at)

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

    @property
    def told(self) -> StockLeft:
        """The same for what is kept: it changes only when the public reads something else."""
        return StockLeft(self.bucket, self.left)

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


class StockReason(StrEnum):
    """Why somebody says that another number lies on the shelf."""

    STOCKTAKE = "stocktake"
    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    CORRECTION = "correction"
    OTHER = "other"


class StockShown(StrEnum):
    """Which variants of a shop an inventory lists."""

    ALL = "all"
    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A variant in its shop's inventory: what it is, and how many pieces there are."""

    variant_id: ObjectId
    product_id: ObjectId
    title: str
    sku: str
    options: str
    status: ProductStatus | None
    level: StockLevel

    @property
    def committed(self) -> int:
        """The pieces that are promised: to checkouts under way, and to orders that were not sent yet."""
        return self.level.held + self.level.allocated
