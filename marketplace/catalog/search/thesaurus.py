"""The operator's synonyms as the search uses them: kept in the process, read anew when one was changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...shared import connections
from ..repositories.search_terms import synonyms
from ..values.words import stem

#: The most other ways to say one thing.
MOST_ALTERNATIVES = 4

#: The most words of a term.
LONGEST = 4

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """For each term, as its stems, the words that mean the same or are found by it."""

    version: int = -1
    terms: dict[Stems, list[tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, sets: Iterable[tuple[list[str], bool]], language: str, version: int = 0) -> Thesaurus:
        """The thesaurus of these sets of terms, each with whether it goes one way.

        What a term stands for is not looked up again, so that synonyms of synonyms cannot run away.
        """
        terms: dict[Stems, list[tuple[str, ...]]] = {}
        for words, one_way in sets:
            for term in words[:1] if one_way else words:
                key = tuple(stem(word, language) for word in term.split())
                known = terms.setdefault(key, [])
                for other in words:
                    said = tuple(other.split())
                    same = tuple(stem(word, language) for word in said) == key
                    if not same and said not in known and len(known) < MOST_ALTERNATIVES:
                        known.append(said)
        return cls(version, terms)

    def others(self, stems: Stems) -> list[tuple[str, ...]]:
        """The other ways to say this."""
        return self.terms.get(stems, [])


_kept: dict[tuple[str, str], Thesaurus] = {}
_keeping = threading.Lock()

#: Databases whose synonyms are kept at a time: one, but for tests.
_MOST_KEPT = 8


def kept(language: str) -> Thesaurus:
    """The thesaurus that this process read last; empty before the first search."""
    return _kept.get(_place(language), Thesaurus())


def read(language: str, version: int) -> Thesaurus:
    """The thesaurus as it is stored now, which is kept under this version."""
    found = Thesaurus.of(((one.terms, one.one_way) for one in synonyms.in_order()), language, version)
    with _keeping:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[_place(language)] = found
    return found


def _place(language: str) -> tuple[str, str]:
    return connections.database().name, language
