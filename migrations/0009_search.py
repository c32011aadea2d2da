"""The search gets a dictionary, synonyms, and for each product what it is found and scored by.

A product is found by its stored `search` alone: code of this version writes it with every save, and products
from before get it here. Run `flask search-rebuild` afterwards, or let the worker do it within a day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import snowballstemmer
from pymongo import IndexModel
from pymongo.database import Database

from marketplace.operations.migrations.steps import collections, each, index

phase = "expand"

depends_on = ("0002_outbox",)

Db = Database[dict[str, Any]]

COLLECTIONS: dict[str, list[IndexModel]] = {
    "search_terms": [
        IndexModel([("key", 1)], name="key"),
        IndexModel([("stems", 1)], name="stems"),
        IndexModel([("deletes", 1)], name="deletes"),
        IndexModel([("prefixes", 1), ("count", -1), ("_id", 1)], name="prefixes"),
    ],
    "search_state": [],
    "synonym_sets": [IndexModel([("key", 1)], name="key", unique=True)],
}

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

ACCESSORIES = [
    "adapter", "adaptor", "backpack", "bag", "bracket", "cable", "case", "charger", "cover", "cradle",
    "dock", "film", "folio", "holder", "holster", "lock", "mount", "pouch", "protector", "sleeve",
    "skin", "stand", "strap",
]  # fmt: skip

COMPOUND = re.compile(r"[^\W_]+(?:[-.,'’/+&][^\W_]+)*")

_stemmer = snowballstemmer.stemmer("english")


def add_search(db: Db, product: dict[str, Any]) -> dict[str, Any]:
    """What the search finds the product by, as the application of this version works it out."""
    title, brand = product.get("title") or "", product.get("brand") or ""
    specs, description = product.get("specs_text") or "", product.get("description") or ""
    name, maker = _stems(title), _stems(brand)
    label = _stems(" ".join(product.get("tags") or ()))
    counted: dict[str, float] = {}
    for weight, usual, slack, words in (
        (1.0, 10, 0.5, name),
        (1.0, 1, 0.0, list(dict.fromkeys(maker))),
        (0.5, 5, 0.5, label),
        (0.15, 33, 1.0, _stems(specs)),
        (0.5, 9, 0.75, _stems(description)),
    ):
        share = weight / (1 - slack + slack * max(len(words), usual / 4) / usual)
        for word in words:
            if word in counted or len(counted) < 500:
                counted[word] = counted.get(word, 0.0) + share
    codes = (_code(one) for one in _codes(product))
    said = (bool(product.get("pictures")), len(description) >= 80, bool(specs), bool(brand))
    goes_with = "for" in _fold(title).split() or not {_stem(one) for one in ACCESSORIES}.isdisjoint(name)
    entry = {
        "weights": {word: max(1, round(100 * n / (2 + n))) for word, n in counted.items()},
        "terms": list(dict.fromkeys([*name, *maker, *label]))[:60],
        "codes": sorted({one for one in codes if len(one) >= 3})[:200],
        "accessory": goes_with,
        "quality": 25 * sum(said),
    }
    return {"$set": {"search": entry}}


def _codes(product: dict[str, Any]) -> Iterable[str]:
    yield from (one.get("sku") or "" for one in product.get("variants") or ())
    yield product.get("external_id") or ""


def _code(text: str) -> str:
    return re.sub(r"[\W_]+", "", _fold(text))[:60]


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _tokens(text)]


def _tokens(text: str) -> Iterator[str]:
    for match in COMPOUND.finditer(_fold(text)):
        word = match[0]
        if re.fullmatch(r"\d+[.,]\d+", word):
            yield word.replace(",", ".").replace(".", "_")
            continue
        parts = [part for part in re.split(r"[-.,'’/+&]", re.sub(r"['’]s?$", "", word)) if part]
        yield from (part for part in parts if part not in STOP_WORDS)
        whole = "".join(parts)
        if "-" in word and len(parts) > 1 and len(whole) <= 24:
            yield whole


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if len(word) < 3 or any(letter.isdecimal() for letter in word):
        return word
    return str(_stemmer.stemWord(word))


steps = [
    collections(COLLECTIONS),
    index.create("products", "search_codes", {"search.codes": 1, "visible": 1}),
    index.create(
        "products", "search_terms", {"search.terms": 1, "visible": 1, "search.quality": -1, "_id": 1}
    ),
    index.create("products", "updated", {"updated_at": 1}),
    each("products", {"search": None}, add_search, down={"$unset": {"search": ""}}),
]
