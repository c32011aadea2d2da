"""Misspelt words: what the catalogue has that is a letter or two away.

Candidates are found by what is left of a word without a letter or two (as SymSpell does), which the
dictionary keeps of every word; then they are compared by the distance of Damerau and Levenshtein, in which
two swapped neighbours are one mistake.
"""

from __future__ import annotations

import re
from itertools import combinations

from ..repositories.search_terms import dictionary
from ..values import Correction
from ..values.words import fold

#: Deletes are made of so many first letters.
_PREFIX = 7

#: From how many letters on a word of the dictionary is kept with two deletes.
_LONG = 6

#: In how many products words have to stand, at least, to be what a misspelt word is taken for.
LEAST_PRODUCTS = 2

#: A known word is taken for a mistake only where another one is so many times as frequent.
_MUCH_MORE = 100


def allowed(word: str) -> int:
    """How many mistakes are looked for in a word that somebody typed: none in short ones."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def deletes(word: str, most: int) -> list[str]:
    """The beginning of the word, and what is left of it without one letter up to `most`."""
    start = word[:_PREFIX]
    found = {start}
    for count in range(1, most + 1):
        for gone in combinations(range(len(start)), count):
            found.add("".join(letter for at, letter in enumerate(start) if at not in gone))
    return sorted(found - {""})


def kept_deletes(word: str) -> list[str]:
    """What the dictionary keeps of a word, so that its misspellings lead to it."""
    return deletes(word, 2 if len(word) >= _LONG else 1)


def distance(one: str, other: str, most: int) -> int:
    """How many letters are put in, left out, changed or swapped with a neighbour; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(*row, *before) > most:
            return most + 1
    return row[-1]


def corrected(text: str, counts: dict[str, int]) -> Correction | None:
    """The text with its misspelt words put right, or None where nothing better is known.

    `counts` says for each word of the text how many products have it. Words that none has are put right, and
    those of one or two products where something like it is a hundred times as frequent.
    """
    searched = fold(text)
    for word, count in counts.items():
        if count <= LEAST_PRODUCTS and (better := _better(word, count)):
            searched = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", better, searched)
    return Correction(text, searched) if searched != fold(text) else None


def _better(word: str, count: int) -> str | None:
    most = allowed(word)
    if not most or not word.isalpha():
        return None
    near = {}
    for row in dictionary.near(deletes(word, most)):
        away = distance(word, row["key"], most)
        if 0 < away <= most and row["count"] >= max(1, _MUCH_MORE * count):
            near[row["key"]] = (away, -row["count"], row["key"])
    cut = _cut(word) if not count else None
    if cut and (not near or min(near.values())[0] > 1):
        return cut
    return min(near, key=lambda key: near[key]) if near else cut


def _cut(word: str) -> str | None:
    """Two words that somebody wrote as one, where the catalogue has them side by side."""
    pairs = {f"{word[:at]} {word[at:]}" for at in range(2, len(word) - 1)}
    rows, _ = dictionary.look_up(pairs, ())
    best = max(rows, key=lambda row: row["count"], default=None)
    return str(best["key"]) if best else None
