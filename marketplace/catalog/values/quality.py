"""How much a listing tells its readers, as a score and as hints. It blocks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .listings import Picture

#: From how many characters on a title and a description say enough.
TELLING_TITLE, TELLING_DESCRIPTION = 15, 200

#: How many pictures and facts people look for.
ENOUGH_PICTURES, ENOUGH_FACTS = 3, 3


@dataclass(frozen=True, slots=True)
class QualityHint:
    """Something that would help the reader: at which field, in words, and how many points it is worth."""

    code: str
    field: str
    message: str
    points: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The score of a listing, 0 to 100, and what would raise it, the most first."""

    score: int
    hints: tuple[QualityHint, ...] = ()


def quality_of(
    *,
    title: str,
    description: str = "",
    brand: str | None = None,
    tags: Sequence[str] = (),
    specs: Sequence[Any] = (),
    pictures: Sequence[Picture] = (),
) -> Quality:
    """How well these facts describe a product."""
    hints = (*_of_pictures(pictures), *_of_words(title, description, brand, tags), *_of_facts(specs))
    missing = sorted(hints, key=lambda hint: -hint.points)
    return Quality(100 - sum(hint.points for hint in missing), tuple(missing))


def _of_pictures(pictures: Sequence[Picture]) -> Iterator[QualityHint]:
    if not pictures:
        yield QualityHint("no_picture", "pictures", "Show it: add a picture.", 30)
    elif len(pictures) < ENOUGH_PICTURES:
        sentence = "Show it from more sides: three pictures or more."
        yield QualityHint("few_pictures", "pictures", sentence, 10)
    if any(not picture.alt for picture in pictures):
        sentence = "Describe each picture for those who cannot see it."
        yield QualityHint("no_alt_text", "pictures", sentence, 10)


def _of_words(title: str, description: str, brand: str | None, tags: Sequence[str]) -> Iterator[QualityHint]:
    if not description:
        yield QualityHint("no_description", "description", "Describe it in your own words.", 20)
    elif len(description) < TELLING_DESCRIPTION:
        sentence = "Say more: what it is made of, how it is used, what comes with it."
        yield QualityHint("short_description", "description", sentence, 10)
    if not brand:
        yield QualityHint("no_brand", "brand", "Name the brand or the maker.", 10)
    if len(title) < TELLING_TITLE:
        yield QualityHint("short_title", "title", "Name in the title what sets it apart.", 10)
    if not tags:
        yield QualityHint("no_tags", "tags", "Add words that people search for.", 10)


def _of_facts(specs: Sequence[Any]) -> Iterator[QualityHint]:
    if not specs:
        yield QualityHint("no_facts", "specs", "Add facts such as size, weight and material.", 20)
    elif len(specs) < ENOUGH_FACTS:
        yield QualityHint("few_facts", "specs", "Add more facts: people filter and compare by them.", 10)
