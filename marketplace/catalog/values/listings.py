"""The states of a listing, who decided what about it, its pictures, and what a variant is offered for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bson import ObjectId

from ...shared.errors import Invalid
from ...shared.values import Money, is_plain

#: The heaviest that a variant may be, in grams.
HEAVIEST = 10_000_000


class ProductStatus(StrEnum):
    """Where a listing stands; `process` says what leads from one to another."""

    DRAFT = "draft"
    PENDING = "pending"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    ACTIVE = "active"
    PAUSED = "paused"
    HIDDEN = "hidden"
    ARCHIVED = "archived"


class ListingActor(StrEnum):
    """Who takes a step with a listing."""

    SELLER = "seller"
    MODERATOR = "moderator"


class ReviewPolicy(StrEnum):
    """Which listings a moderator looks at before people can buy."""

    OFF = "off"
    NEW_SHOPS = "new_shops"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Moderation:
    """What a moderator decided about a listing last, and why.

    `step` is the step that was taken, `before` the state that it was taken from, and `seen` the digest of
    what the listing said then: whoever was sent back changes something before it is sent in again. Nobody is
    named where reports hid it until somebody decides.
    """

    step: str
    at: datetime
    before: ProductStatus
    seen: str
    by: ObjectId | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "before", ProductStatus(self.before))


#: The most pictures of a listing.
MOST_PICTURES = 12

#: The most characters that say what a picture shows.
LONGEST_ALT = 300


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture and what it shows, for those who cannot see it.

    `file` is its middle size. What was uploaded has `width` and `height` of its largest size in pixels,
    and the long sides that it is stored in as `sizes`; a drawing that came with sample data has none.
    """

    file: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    sizes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.alt) > LONGEST_ALT or not is_plain(self.alt):
            raise Invalid(f"Describe the picture in up to {LONGEST_ALT} plain characters.", field="alt")

    @staticmethod
    def name_of(stem: str, size: int) -> str:
        """The name of a picture's file whose long side has so many pixels."""
        return f"{stem}-{size}.webp"

    @property
    def stem(self) -> str:
        """What the names of all its files begin with."""
        return self.file.partition("-")[0] if self.sizes else self.file

    @property
    def small(self) -> str:
        """The file for lists."""
        return self.name_of(self.stem, min(self.sizes)) if self.sizes else self.file

    @property
    def large(self) -> str:
        """The file with the most pixels."""
        return self.name_of(self.stem, max(self.sizes)) if self.sizes else self.file

    @property
    def widths(self) -> dict[str, int]:
        """Each of its files with its width in pixels, the narrowest first; none of a drawing."""
        if not (self.sizes and self.width and self.height):
            return {}
        longest = max(self.width, self.height)
        return {
            self.name_of(self.stem, size): max(1, round(self.width * size / longest))
            for size in sorted(self.sizes)
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant as it is sold right now: what a cart needs to know of it.

    `image` is the name of a stored picture. `on_sale` is False for what can no longer be bought,
    `available` is None where stock is not tracked, `profile_id` where it follows its shop's default
    shipping profile.
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
    profile_id: ObjectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    """A variant as its seller writes it.

    `id` is set for one that exists already. `on_hand` is the new number of pieces, or None to leave
    the stock alone; for a new variant None means that its stock is not tracked. From `low_at` pieces on
    the seller is warned; None leaves that as it is.
    """

    sku: str
    price: Money
    id: ObjectId | None = None
    option_values: tuple[str, ...] = ()
    compare_at: Money | None = None
    active: bool = True
    on_hand: int | None = None
    barcode: str | None = None
    weight_g: int | None = None
    low_at: int | None = None
