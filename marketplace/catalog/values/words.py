"""Text as a search sees it: words without case and accents, their stems, and how much each says of a product.

The weights are those of BM25F (Robertson and Zaragoza, 2009): how often a word stands in each field, in
proportion to the field's length, weighted by field and then saturated, so that the tenth mention of a word
says little. They are worked out when a product is written, which leaves a search with sums.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import snowballstemmer

#: The languages that words are stemmed in, which are those of MongoDB's text index; `none` stems nothing.
LANGUAGES = (
    "none", "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian", "norwegian",
    "portuguese", "romanian", "russian", "spanish", "swedish", "turkish",
)  # fmt: skip

#: Words that say nothing about a product; MongoDB's English text index leaves them out as well.
STOP_WORDS = frozenset(
    [
        "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any", "are", "as",
        "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by",
        "could", "did", "do", "does", "doing", "down", "during", "each", "few", "for", "from", "further",
        "had", "has", "have", "having", "he", "her", "here", "hers", "herself", "him", "himself", "his",
        "how", "i", "if", "in", "into", "is", "it", "its", "itself", "me", "more", "most", "my", "myself",
        "no", "nor", "not", "of", "off", "on", "once", "only", "or", "other", "ought", "our", "ours",
        "ourselves", "out", "over", "own", "same", "she", "should", "so", "some", "such", "than", "that",
        "the", "their", "theirs", "them", "themselves", "then", "there", "these", "they", "this", "those",
        "through", "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when",
        "where", "which", "while", "who", "whom", "why", "with", "would", "you", "your", "yours",
        "yourself", "yourselves",
    ]
)  # fmt: skip

#: What goes with another product. Where nobody asks for such a thing, it comes after the thing itself.
ACCESSORIES = frozenset(
    [
        "adapter", "adaptor", "backpack", "bag", "bracket", "cable", "case", "charger", "cover", "cradle",
        "dock", "film", "folio", "holder", "holster", "lock", "mount", "pouch", "protector", "sleeve",
        "skin", "stand", "strap",
    ]
)  # fmt: skip

#: The most different words of a product that can be searched for.
MOST_WORDS = 500

#: Where the weight of a word levels off: this many mentions in a title of usual length give half of the most.
_SATURATION = 2.0

#: A field that is shorter than this part of the usual counts as if it were that long.
_SHORT = 4

#: A word's weight is a whole number up to this.
_SCALE = 100

_COMPOUND = re.compile(r"[^\W_]+(?:[-.,'’/+&][^\W_]+)*")
_JOINERS = re.compile(r"[-.,'’/+&]")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class _Field:
    """How a field counts: its weight, its usual length in words, and how much a longer one takes away."""

    weight: float
    usual: int
    slack: float


_TITLE = _Field(1.0, 10, 0.5)
_BRAND = _Field(1.0, 1, 0.0)
_TAGS = _Field(0.5, 5, 0.5)
_SPECS = _Field(0.15, 33, 1.0)
_DESCRIPTION = _Field(0.5, 9, 0.75)

_stemming = threading.Lock()


def fold(text: str) -> str:
    """The text in lower case, without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def compounds(text: str) -> list[tuple[str, ...]]:
    """The words of a folded text in their order, each as its parts: `tn-2110` is `("tn", "2110")`.

    A decimal number is one part, `15.6`, and is written `15_6`, as MongoDB has dots in no name of a field.
    """
    return [parts for match in _COMPOUND.finditer(text) if (parts := _parts(match[0]))]


def _parts(compound: str) -> tuple[str, ...]:
    if _DECIMAL.fullmatch(compound):
        return (compound.replace(",", ".").replace(".", "_"),)
    return tuple(part for part in _JOINERS.split(_POSSESSIVE.sub("", compound)) if part)


def joined(parts: Sequence[str]) -> str | None:
    """The parts as one word, `wifi` of `wi-fi`; None where that would be none."""
    word = "".join(parts)
    return word if len(parts) > 1 and len(word) <= 24 and "_" not in word else None


def tokens(text: str) -> Iterator[str]:
    """Every word of a text that it is found by: parts of compounds, and compounds of a hyphen as one word."""
    for match in _COMPOUND.finditer(fold(text)):
        if match[0].isalnum():
            if match[0] not in STOP_WORDS:
                yield match[0]
            continue
        parts = _parts(match[0])
        yield from (part for part in parts if part not in STOP_WORDS)
        whole = joined(parts) if "-" in match[0] else None
        if whole:
            yield whole


@lru_cache(maxsize=100_000)
def stem(word: str, language: str = "english") -> str:
    """What the forms of a word have in common, as Snowball cuts it; numbers and codes stay as they are."""
    if language == "none" or len(word) < 3 or any(letter.isdecimal() for letter in word):
        return word
    with _stemming:  # a stemmer keeps the word that it works on
        return str(_stemmer(language).stemWord(word))


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(language)


def stems(text: str, language: str = "english") -> list[str]:
    """The stems of the text's words in their order."""
    return [stem(word, language) for word in tokens(text)]


def code(text: str) -> str:
    """A SKU, an article number or a bar code without what people write between its signs."""
    return re.sub(r"[\W_]+", "", fold(text))[:60]


def codes_like(exact: str) -> list[str]:
    """The code, and of a bar code the forms that it has with more or fewer zeros before it."""
    if not (exact.isascii() and exact.isdecimal() and 8 <= len(exact) <= 14):
        return [exact]
    number = exact.lstrip("0")
    return sorted({exact, number, *(number.zfill(length) for length in (8, 12, 13, 14))})


def search_entry(
    *,
    title: str,
    brand: str = "",
    tags: Iterable[str] = (),
    specs: str = "",
    description: str = "",
    codes: Iterable[str] = (),
    pictures: int = 0,
    language: str = "english",
) -> dict[str, Any]:
    """What is stored of a product for the search.

    `weights` has every stem with its weight from 1 to 100, `terms` the stems of title, brand and tags,
    `codes` what is found by its exact number, `accessory` whether it goes with something else, and
    `quality`, 0 to 100, how much the listing says of itself.
    """
    name, maker, label = stems(title, language), stems(brand, language), stems(" ".join(tags), language)
    counted: dict[str, float] = {}
    for field, words in (
        (_TITLE, name),
        (_BRAND, list(dict.fromkeys(maker))),
        (_TAGS, label),
        (_SPECS, stems(specs, language)),
        (_DESCRIPTION, stems(description, language)),
    ):
        length = max(len(words), field.usual / _SHORT) / field.usual
        share = field.weight / (1 - field.slack + field.slack * length)
        for word in words:
            if word in counted or len(counted) < MOST_WORDS:
                counted[word] = counted.get(word, 0.0) + share
    said = (bool(pictures), len(description) >= 80, bool(specs), bool(brand))
    return {
        "weights": {word: max(1, round(_SCALE * n / (_SATURATION + n))) for word, n in counted.items()},
        "terms": list(dict.fromkeys([*name, *maker, *label]))[:60],
        "codes": sorted({short for one in codes if len(short := code(one)) >= 3})[:200],
        "accessory": is_accessory(title),
        "quality": 25 * sum(said),
    }


def search_entry_of(product: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of a product in its stored form."""
    variants = product.get("variants") or ()
    numbers = [one.get(name) for one in variants for name in ("sku", "barcode")]
    return search_entry(
        title=product.get("title") or "",
        brand=product.get("brand") or "",
        tags=product.get("tags") or (),
        specs=product.get("specs_text") or "",
        description=product.get("description") or "",
        codes=filter(None, [*numbers, product.get("external_id")]),
        pictures=len(product.get("pictures") or ()),
        language=product.get("language") or "english",
    )


def is_accessory(title: str) -> bool:
    """Whether the title names something that goes with another product: `Case for Phone X`."""
    return "for" in fold(title).split() or wants_accessory(stems(title))


def wants_accessory(words: Iterable[str]) -> bool:
    """Whether one of these stems names an accessory."""
    return not _ACCESSORY_STEMS.isdisjoint(words)


_ACCESSORY_STEMS = frozenset(stem(word) for word in ACCESSORIES)
