"""The dictionary is made from the catalogue: its words and phrases, categories, shops and products."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.clock import now
from ..repositories import categories
from ..repositories.search_terms import Entry, dictionary
from ..values import SuggestionKind
from ..values.words import STOP_WORDS, compounds, fold, joined, stem
from .correcting import LEAST_PRODUCTS, kept_deletes
from .understanding import heads_of

#: Two words beside each other are a phrase in so many titles.
LEAST_PHRASES = 3

#: Words of so many letters may be what a misspelt word stands for though a single product has them.
SURE_LENGTH = 5

#: How many words and phrases are counted at a time before those seen once are forgotten.
MOST_COUNTED = 1_000_000

#: How many products and shops are suggested by name.
MOST_PRODUCTS, MOST_SHOPS = 20_000, 2_000

#: How many first letters suggestions are found by, and at how many words of a name they may begin.
LONGEST_PREFIX, MOST_STARTS = 15, 5

#: Products that were changed a little before the last look are looked at again: clocks differ.
OVERLAP = timedelta(seconds=60)


class Counted:
    """What was seen in products: their words, the words of their titles, and where these lead."""

    def __init__(self) -> None:
        self.products = 0
        self.words: Counter[str] = Counter()
        self.titles: Counter[str] = Counter()
        self.brands: Counter[str] = Counter()
        self.phrases: Counter[tuple[str, str]] = Counter()
        self.spelt: dict[str, str] = {}
        self.places: dict[str, Counter[ObjectId]] = {}
        self.in_category: Counter[ObjectId] = Counter()
        self.named: list[Entry] = []
        self.unseen: list[Entry] = []

    def see(self, row: Entry) -> None:
        """Count a product's words."""
        self.products += 1
        title = [one for parts in compounds(fold(row.get("title", ""))) if (one := _kept(parts))]
        brand = {word for parts in compounds(fold(row.get("brand") or "")) for word in parts}
        body = " \n ".join((row.get("specs_text") or "", row.get("description") or "", *row.get("tags", ())))
        words = {word for parts in title for word in parts} | brand
        for parts in title:
            self._see_joined(parts)
        in_title = set(words)
        for parts in compounds(fold(body)):
            words.update(_kept(parts))
        self.words.update(words)
        if not row.get("visible"):
            if len(self.unseen) < MOST_PRODUCTS:
                self.unseen.append(_named(row))
            return
        self.titles.update(in_title)
        self.brands.update(brand)
        self.in_category[row["category_id"]] += 1
        flat = [word for parts in title for word in parts]
        self.phrases.update(set(pairwise(flat)))
        for word in in_title:
            self.places.setdefault(word, Counter())[row["category_id"]] += 1
        if len(self.named) < MOST_PRODUCTS:
            self.named.append(_named(row))
        if len(self.phrases) > MOST_COUNTED or len(self.words) > MOST_COUNTED:
            self._forget_rare()

    def _see_joined(self, parts: tuple[str, ...]) -> None:
        whole = joined(parts)
        if whole:
            self.words[whole] += 1
            self.titles[whole] += 1
            self.spelt.setdefault(whole, " ".join(parts))

    def _forget_rare(self) -> None:
        self.phrases = Counter({key: n for key, n in self.phrases.items() if n > 1})
        self.words = Counter({key: n for key, n in self.words.items() if n > 1 or key in self.titles})


def _named(row: Entry) -> Entry:
    return {name: row[name] for name in ("_id", "title", "slug", "shop_id")}


def _kept(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in parts if part not in STOP_WORDS)


def rebuild(language: str) -> int:
    """Make the dictionary anew from the whole catalogue, and answer how many entries it has."""
    began = now()
    counted = Counted()
    for row in dictionary.source():
        counted.see(row)
    entries = list(_entries(counted, language))
    build = _digest(entries)
    if dictionary.state().get("build") != build:
        dictionary.replace(entries, build)
        dictionary.note(products=counted.products, build=build, built_at=began, followed_at=began)
    return len(entries)


def _digest(entries: list[Entry]) -> str:
    """What the entries have in common with no others: made of the same catalogue, they are the same."""
    digest = hashlib.blake2b(digest_size=8)
    for row in sorted(entries, key=lambda row: row["_id"]):
        digest.update(repr(sorted(row.items())).encode())
    return digest.hexdigest()


def follow(language: str) -> int:
    """Learn the words of products that were changed since the last look, and answer how many were new.

    Products that nobody sees any more are suggested no more. How often words occur is counted at the next
    `rebuild`.
    """
    state = dictionary.state()
    if "followed_at" not in state:
        return 0
    began = now()
    counted = Counted()
    for row in dictionary.source(since=state["followed_at"] - OVERLAP):
        counted.see(row)
    if not counted.products:
        return 0
    learnt = dictionary.learn(list(_entries(counted, language)), build=f"{began:%Y%m%d%H%M%S}")
    forgotten = dictionary.forget(list(_products(counted.unseen)))
    facts = {"followed_at": began} | ({"build": "followed"} if learnt or forgotten else {})
    dictionary.note(**facts)
    return learnt


def _entries(counted: Counted, language: str) -> Iterator[Entry]:
    for word, count in counted.words.items():
        yield _word(word, count, counted, language)
    for pair, count in counted.phrases.items():
        if count >= LEAST_PHRASES and not any(any(sign.isdecimal() for sign in word) for word in pair):
            key = " ".join(pair)
            yield _entry(SuggestionKind.TERM, key, key, count, key=key, prefixes=_beginnings(key, 1))
    yield from _categories(counted, language)
    yield from _shops()
    yield from _products(counted.named)


def _word(word: str, count: int, counted: Counted, language: str) -> Entry:
    in_titles, plain = counted.titles[word], word.isalpha()
    row = _entry(SuggestionKind.TERM, word, word, count, key=word, stems=[stem(word, language)])
    if plain and 3 <= len(word) <= 40:
        if count >= LEAST_PRODUCTS or len(word) >= SURE_LENGTH:
            row["deletes"] = kept_deletes(word)
        if in_titles >= LEAST_PRODUCTS:
            row["prefixes"] = _beginnings(word, 1)
    if counted.brands[word] * 2 > in_titles > 0:
        row["brand"] = True
    if word in counted.spelt:
        row["parts"] = counted.spelt[word]
    elif plain and (cut := _cut(word, counted)):
        row["parts"] = cut
    places = counted.places.get(word)
    if places:
        category_id, most = places.most_common(1)[0]
        row |= {"category_id": category_id, "share": round(100 * most / places.total())}
    return row


def _cut(word: str, counted: Counted) -> str | None:
    """The word as two that stand beside each other in titles: `smart watch` of smartwatch."""
    cuts: list[tuple[str, str]] = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
    best = max(cuts, key=counted.phrases.__getitem__, default=None)
    return " ".join(best) if best and counted.phrases[best] >= LEAST_PHRASES else None


def _categories(counted: Counted, language: str) -> Iterator[Entry]:
    for category in categories.in_order():
        count = counted.in_category[category.pk]
        yield _entry(
            SuggestionKind.CATEGORY, str(category.pk), category.name, count, slug=category.slug,
            category_id=category.pk, stems=heads_of(category.name, language),
            prefixes=_beginnings(category.name) if count else [],
        )  # fmt: skip


def _shops() -> Iterator[Entry]:
    for shop in accounts.newest_shops(MOST_SHOPS):
        beginnings = _beginnings(shop.name)
        yield _entry(SuggestionKind.SHOP, str(shop.id), shop.name, 1, slug=shop.slug, prefixes=beginnings)


def _products(named: list[Entry]) -> Iterator[Entry]:
    shops = accounts.find_shops({row["shop_id"] for row in named})
    for row in named:
        if row["shop_id"] in shops:
            slug = f"{shops[row['shop_id']].slug}/{row['slug']}"
            beginnings = _beginnings(row["title"])
            yield _entry(
                SuggestionKind.PRODUCT, str(row["_id"]), row["title"], 0, slug=slug, prefixes=beginnings
            )


def _entry(kind: SuggestionKind, name: str, text: str, count: int, **facts: Any) -> Entry:
    row = {
        "_id": f"{kind.value}:{name}",
        "kind": kind.value,
        "key": fold(text)[:200],
        "text": text,
        "count": count,
    }
    return row | {field: value for field, value in facts.items() if value not in (None, [])}


def _beginnings(text: str, starts: int = MOST_STARTS) -> list[str]:
    """How the text begins, and how it goes on from each of its first words: of two letters or more."""
    words = [word for parts in compounds(fold(text)) for word in parts]
    found: dict[str, None] = {}
    for at in range(min(len(words), starts)):
        rest = " ".join(words[at:])[:LONGEST_PREFIX]
        found |= {rest[:length].strip(): None for length in range(2, len(rest) + 1)}
    return list(found)


def prefix_of(text: str) -> str:
    """What somebody began to write, as the dictionary keeps beginnings."""
    return " ".join(word for parts in compounds(fold(text)) for word in parts)
