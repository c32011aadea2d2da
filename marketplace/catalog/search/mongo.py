"""The search on MongoDB alone: its text index, the dictionary, and scores that were worked out before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import current_app

from ...shared.paging import Page, Position
from ...shared.rows import Row
from ..repositories import hits, products
from ..repositories.search_terms import Entry, dictionary
from ..values import COUNT_LIMIT, Correction, Hits, ProductFilter, SearchQuery, Suggestion, SuggestionKind
from .building import LONGEST_PREFIX, prefix_of
from .correcting import corrected
from .understanding import Understood

#: With fewer hits than this, misspelt words are looked for.
FEW = 3

#: How many entries are read for one that is suggested, so that each kind has a chance.
_READ = 6

#: How many of each kind are suggested at most, out of eight.
_SHARES = {
    SuggestionKind.TERM: 4,
    SuggestionKind.CATEGORY: 2,
    SuggestionKind.SHOP: 1,
    SuggestionKind.PRODUCT: 3,
}


class MongoSearch:
    """A SearchPort on the marketplace's own database."""

    def understand(self, text: str) -> SearchQuery:
        """What is asked for by this text."""
        return Understood(text, _language()).query

    def find(
        self, wanted: ProductFilter, *, at: Position | None = None, limit: int = 24, exact: bool = False
    ) -> Hits:
        """The products that answer the query, best first: two commands to the database when all is well."""

        def look(query: SearchQuery, relaxed: bool) -> tuple[Page[Row], int, dict[str, Any]]:
            page, total = hits.ranked(wanted, query, relaxed=relaxed, at=at, limit=limit)
            return page, total, hits.matching(query, relaxed=relaxed)

        found, answer = self._ladder(wanted, exact, look, lambda result: result[1])
        if answer is None:
            return found
        page, total, matching = answer
        return replace(found, page=page, total=total, matching=matching)

    def criteria(self, wanted: ProductFilter, *, exact: bool = False) -> tuple[dict[str, Any], Hits]:
        """The filter for what `find` answers with, and what it says about it."""

        def look(query: SearchQuery, relaxed: bool) -> tuple[dict[str, Any], int]:
            matching = hits.matching(query, relaxed=relaxed)
            return matching, products.count(wanted, matching)

        found, answer = self._ladder(wanted, exact, look, lambda result: result[1])
        return ({"_id": {"$in": []}} if answer is None else answer[0]), found

    def suggest(self, prefix: str, limit: int) -> list[Suggestion]:
        """What begins like this, in one query."""
        beginning = prefix_of(prefix)
        if len(beginning) < 2:
            return []
        rows = dictionary.beginning(beginning[:LONGEST_PREFIX].strip(), limit * _READ)
        rows = [row for row in rows if _goes_on(row["key"], beginning)]
        left = {kind: max(1, share * limit // 8) for kind, share in _SHARES.items()}
        rows = list({(row["kind"], row["text"], row.get("slug")): row for row in reversed(rows)}.values())[
            ::-1
        ]
        chosen: list[Entry] = []
        spare: list[Entry] = []
        for row in rows:
            kind = SuggestionKind(row["kind"])
            (chosen if left[kind] > 0 else spare).append(row)
            left[kind] -= 1
        order = list(_SHARES)
        chosen = (chosen + spare)[:limit]
        chosen.sort(key=lambda row: (order.index(SuggestionKind(row["kind"])), -row["count"], row["key"]))
        return [Suggestion(SuggestionKind(row["kind"]), row["text"], row.get("slug")) for row in chosen]

    def _ladder(self, wanted: ProductFilter, exact: bool, look: Any, count: Any) -> tuple[Hits, Any]:
        """All words as they were typed; then put right; then some of the words."""
        typed = Understood(wanted.q, _language())
        if not typed.words and typed.query.code is None:
            return Hits(Page([]), 0), None
        answer = look(typed.query, False)
        understood, correction = typed, None
        if count(answer) < FEW and not exact:
            counts = {word: typed.count(word) for word in typed.words}
            if count(answer):  # a rare word may be meant
                counts = {word: known for word, known in counts.items() if not known}
            correction = corrected(wanted.q, counts)
            if correction is not None:
                other = Understood(correction.searched, _language())
                better = look(other.query, False)
                if count(better) > count(answer):
                    understood, answer = other, better
                elif not count(answer):
                    understood = other
                else:
                    correction = None
        relaxed = not count(answer) and len(understood.query.groups) > 1
        if relaxed:
            answer = look(understood.query, True)
        said = _said(count(answer), relaxed, correction, understood)
        return said, answer


def _said(total: int, relaxed: bool, correction: Correction | None, understood: Understood) -> Hits:
    nothing = total == 0
    return Hits(
        Page([]),
        min(total, COUNT_LIMIT + 1),
        relaxed and not nothing,
        None if nothing else correction,
        understood.hint(),
    )


def _goes_on(key: str, beginning: str) -> bool:
    """Whether a name has the beginning, which the dictionary keeps the first letters of alone."""
    return len(beginning) <= LONGEST_PREFIX or beginning in prefix_of(key)


def _language() -> str:
    return str(current_app.config["SEARCH_LANGUAGE"])
