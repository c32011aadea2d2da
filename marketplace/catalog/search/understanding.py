"""From what somebody typed to what is searched for: words, their synonyms, and the categories they name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import Any

from bson import ObjectId

from ..repositories.search_terms import Entry, dictionary
from ..values import Alternative, CategoryHint, SearchQuery
from ..values.words import STOP_WORDS, code, compounds, fold, joined, stem, stems, wants_accessory
from . import thesaurus
from .thesaurus import LONGEST, Thesaurus

#: How many words of a query are looked at.
MOST_WORDS = 16

#: How much a synonym counts beside the word that was typed.
SYNONYM = 0.4

#: How much a category counts that the query names in part, `printer` for Inkjet printer.
IN_PART = 0.4

#: How many ways to read a query are compared with the names of categories.
MOST_READINGS = 8

#: Words at the end of a category's name that add nothing to what comes before.
_GENERIC = frozenset(["unit", "modul", "devic", "system"])

Words = tuple[str, ...]


class Understood:
    """A query with what the dictionary knows of its words."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self._parts = [
            tuple(part for part in parts if part not in STOP_WORDS) for parts in compounds(fold(text))
        ]
        self._parts = [parts for parts in self._parts if parts][:MOST_WORDS]
        self.words: list[str] = [word for parts in self._parts for word in parts][:MOST_WORDS]
        known = thesaurus.kept(language)
        state = self._look_up(known)
        version = int(state.get("synonyms", 0))
        if version != known.version:
            known = thesaurus.read(language, version)
            self._look_up(known)
        self._known = known
        self._products = max(1, int(state.get("products", 0)))
        self.query = self._query()

    # The dictionary

    def _look_up(self, known: Thesaurus) -> Entry:
        """Read the entries that the query needs, and answer the dictionary's state."""
        self._terms: dict[str, Entry] = {}
        self._counts: dict[str, int] = {}
        self._categories: list[Entry] = []
        if not self.words:
            return {"synonyms": known.version}
        others = [word for said in self._spans(known) for one in said for word in one]
        pairs = [a + b for a, b in zip(self.words, self.words[1:], strict=False)]
        whole = [word for parts in self._parts if (word := joined(parts))]
        keys = {*self.words, *others, *pairs, *whole}
        rows, state = dictionary.look_up(keys, {stem(word, self.language) for word in keys})
        for row in rows:
            if row["kind"] == "category":
                self._categories.append(row)
                continue
            self._terms[row["key"]] = row
            if len(row.get("stems", ())) == 1:
                one = row["stems"][0]
                self._counts[one] = self._counts.get(one, 0) + row["count"]
        return state

    def _spans(self, known: Thesaurus) -> Iterable[list[Words]]:
        cut = [stem(word, self.language) for word in self.words]
        for start in range(len(cut)):
            for end in range(start + 1, min(start + LONGEST, len(cut)) + 1):
                yield known.others(tuple(cut[start:end]))

    def count(self, word: str) -> int:
        """How many products have the word in one of its forms, as far as the dictionary knows."""
        return self._counts.get(stem(word, self.language), 0)

    # The query

    def _query(self) -> SearchQuery:
        groups = tuple(self._groups())
        typed = [one for group in groups for one in group[0].stems]
        named = self._named(groups)
        brands = [self._terms.get(word, {}).get("brand", False) for word in self.words]
        exact = code(self.text)
        return SearchQuery(
            text=self.text,
            groups=groups,
            code=exact if _like_a_code(self.text, exact) else None,
            categories={row["category_id"]: share for row, share in named},
            unknown=tuple(word for word in self.words if not self.count(word)),
            accessory=wants_accessory(typed),
            brands_only=bool(brands) and all(brands),
            language=self.language,
        )

    def _groups(self) -> Iterable[tuple[Alternative, ...]]:
        """The parts of the query in their order, each with all ways to say it."""
        at, seen = 0, set()
        words = self.words
        while at < len(words):
            taken, ways = self._longest(at)
            typed = tuple(words[at : at + taken])
            at += taken
            if typed not in seen:
                seen.add(typed)
                yield tuple(
                    self._alternative(said, 1.0 if same else SYNONYM) for said, same in [(typed, True), *ways]
                )

    def _longest(self, at: int) -> tuple[int, list[tuple[Words, bool]]]:
        """How many words from here belong together, and how else they are spelt or said."""
        for length in range(min(LONGEST, len(self.words) - at), 0, -1):
            words = tuple(self.words[at : at + length])
            ways = [*self._spellings(words), *((one, False) for one in self._others(words))]
            if ways:
                return length, ways
        return 1, []

    def _others(self, words: Words) -> list[Words]:
        return self._known.others(tuple(stem(word, self.language) for word in words))

    def _spellings(self, words: Words) -> list[tuple[Words, bool]]:
        """The same joined or cut: `smart watch` and `smartwatch`, as far as the catalogue has it."""
        if len(words) == 2 and self.count(whole := "".join(words)):
            return [((whole,), True)]
        parts = self._terms.get(words[0], {}).get("parts") if len(words) == 1 else None
        return [(tuple(parts.split()), True)] if parts else []

    def _alternative(self, words: Words, share: float) -> Alternative:
        rarity = {stem(word, self.language): self._rarity(word) for word in words}
        rarest = min(words, key=self.count)
        return Alternative(rarity, share, rarest, self.count(rarest))

    def _rarity(self, word: str) -> float:
        """The inverse document frequency, as BM25 has it."""
        found = min(self.count(word), self._products)
        return round(math.log(1 + (self._products - found + 0.5) / (found + 0.5)), 4)

    # Categories

    def _named(self, groups: Sequence[Sequence[Alternative]]) -> list[tuple[Entry, float]]:
        """The categories that the query names, exactly (1) or in part, by the last word of their names."""
        if not groups:
            return []
        readings = [
            list(dict.fromkeys(word for one in way for word in one.stems))
            for way in islice(product(*groups), MOST_READINGS)
        ]
        found = []
        for row in self._categories:
            share = max(
                (
                    _fit(name, reading)
                    for name in names_of(row["text"], self.language)
                    for reading in readings
                ),
                default=0.0,
            )
            if share:
                found.append((row, share))
        return found

    def hint(self) -> CategoryHint | None:
        """The category that the query is most likely about."""
        exact = [row for row in self._categories if self.query.categories.get(row["category_id"]) == 1]
        best: Any = max(exact, key=lambda row: row["count"], default=None)
        return CategoryHint(ObjectId(best["category_id"]), best["slug"], best["text"]) if best else None


def names_of(name: str, language: str) -> list[list[str]]:
    """The ways to read a category's name, as stems: `Power adapter/inverter` is two."""
    choices = [word.split("/") for word in name.split()]
    return [stems(" ".join(way), language) for way in islice(product(*choices), 4)]


def heads_of(name: str, language: str) -> list[str]:
    """What a category's name says its products are: the last telling word of each way to read it."""
    return list(dict.fromkeys(core[-1] for words in names_of(name, language) if (core := _core(words))))


def _core(words: list[str]) -> list[str]:
    return [word for word in words if word not in _GENERIC] or words


def _fit(name: list[str], reading: list[str]) -> float:
    core = _core(name)
    if not core or core[-1] != reading[-1] or not set(reading) <= set(core):
        return 0.0
    return 1.0 if set(core) <= set(reading) else IN_PART


def _like_a_code(text: str, exact: str) -> bool:
    return 3 <= len(exact) <= 60 and len(text.split()) <= 3 and any(sign.isdecimal() for sign in exact)
