"""The states of a listing, its pictures, and what a variant is offered for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bson import ObjectId

from ...shared.errors import Invalid
from ...shared.values import Money, is_plain


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
