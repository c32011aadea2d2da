"""What somebody searches for, as it was understood, and what a search answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bson import ObjectId

from ...shared.paging import Page
from ...shared.rows import Row


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say a part of the query: its stems, each with its rarity, and how much it counts.

    `rarest` is the word by which its products are looked for, and `products` how many have that word.
    """

    stems: Mapping[str, float]
    share: float = 1.0
    rarest: str = ""
    products: int = 0

    @property
    def rarity(self) -> float:
        """What its words are worth together: rare ones tell more."""
        return sum(self.stems.values())


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was asked for: a product has to match each group, in one of its alternatives.

    `text` is what was typed; `code` what may be an exact number; `categories` the categories that the
    query names, 1 for exactly and less for partly; `unknown` the words that no product is known to have.
    """

    text: str
    groups: tuple[tuple[Alternative, ...], ...] = ()
    code: str | None = None
    categories: Mapping[ObjectId, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    accessory: bool = False
    brands_only: bool = False
    language: str = "english"

    @property
    def rarity(self) -> float:
        """What a product can gain at most by words alone."""
        return sum(max(one.rarity for one in group[:1]) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Correction:
    """A query that found next to nothing as it was typed, and what was searched for instead."""

    typed: str
    searched: str


@dataclass(frozen=True, slots=True)
class CategoryHint:
    """The category that a query names, such as Notebook for `laptop`."""

    id: ObjectId
    slug: str
    name: str


class SuggestionKind(StrEnum):
    """What a suggestion leads to."""

    TERM = "term"
    CATEGORY = "category"
    SHOP = "shop"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may want to write or see: a text, and where it leads.

    A term is searched for; categories and shops have a `slug`, and a product that of its shop before its
    own, `kiln-and-clay/mug`.
    """

    kind: SuggestionKind
    text: str
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what a search found; `rows` are the fields of cards.

    `total` counts up to COUNT_LIMIT + 1. `relaxed` says that no product has all the words. `matching` is the
    filter for what was found, by which it can be counted.
    """

    page: Page[Row]
    total: int
    relaxed: bool = False
    correction: Correction | None = None
    hint: CategoryHint | None = None
    matching: Mapping[str, Any] | None = None
