"""The stored dictionary and the operator's synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Product, SearchState, SearchTerm, SynonymSet
from ..errors import SynonymsNotFound

#: How many entries of the dictionary one query reads at most.
MOST_ENTRIES = 500

#: How many sets of synonyms there may be.
MOST_SETS = 2000

#: How many entries are written together.
BATCH = 2000

_STATE = "search"

Entry = dict[str, Any]

#: What the dictionary is made of.
_SOURCE = {
    "title": 1, "brand": 1, "tags": 1, "specs_text": 1, "description": 1, "category_id": 1, "slug": 1,
    "shop_id": 1, "visible": 1, "language": 1,
}  # fmt: skip


class Dictionary:
    """The terms of the catalogue."""

    def look_up(self, keys: Iterable[str], stems: Iterable[str]) -> tuple[list[Entry], Entry]:
        """The entries with one of the keys or stems, and the state of the dictionary, in one query."""
        either = [{"key": {"$in": sorted(set(keys))}}, {"stems": {"$in": sorted(set(stems))}}]
        state = {"$unionWith": {"coll": "search_state", "pipeline": [{"$match": {"_id": _STATE}}]}}
        shown = {"prefixes": 0, "deletes": 0, "build": 0}
        rows = list(
            SearchTerm._get_collection().aggregate(
                [
                    {"$match": {"$or": either, "kind": {"$in": ["term", "category"]}}},
                    {"$limit": MOST_ENTRIES},
                    {"$project": shown},
                    state,
                ]
            )
        )
        kept: Entry = next((row for row in rows if row["_id"] == _STATE), {})
        return [row for row in rows if row["_id"] != _STATE], kept

    def near(self, deletes: Iterable[str]) -> list[Entry]:
        """The words that become one of these when a letter or two are left out."""
        found = SearchTerm.objects(deletes__in=sorted(set(deletes))).only("key", "count").limit(MOST_ENTRIES)
        return list(found.as_pymongo())

    def beginning(self, prefix: str, limit: int) -> list[Entry]:
        """The entries with a word that begins like this, the most frequent first."""
        found = SearchTerm.objects(prefixes=prefix).only(
            "kind", "text", "key", "slug", "count", "category_id"
        )
        return list(found.order_by("-count", "id").limit(limit).as_pymongo())

    def replace(self, entries: Iterable[Entry], build: str) -> int:
        """Make these the whole dictionary, and answer how many there are; searches go on meanwhile."""
        SearchTerm.objects(build=build).delete()  # of a run that was broken off
        written = self._add(entries, build)
        SearchTerm.objects(build__ne=build).delete()
        return written

    def learn(self, entries: Sequence[Entry], build: str) -> int:
        """Add those of the entries that are not there yet; how many that were."""
        known: set[tuple[str, str]] = set()
        for start in range(0, len(entries), BATCH):
            keys = [row["key"] for row in entries[start : start + BATCH]]
            known.update(SearchTerm.objects(key__in=keys).scalar("kind", "key"))
        return self._add((row for row in entries if (row["kind"], row["key"]) not in known), build)

    def forget(self, entries: Sequence[Entry]) -> int:
        """Take out what these entries name, of the same kind and at the same address; how many that were."""
        gone = 0
        for start in range(0, len(entries), BATCH):
            part = entries[start : start + BATCH]
            kinds, keys, slugs = ([row[name] for row in part] for name in ("kind", "key", "slug"))
            gone += SearchTerm.objects(key__in=keys, kind__in=kinds, slug__in=slugs).delete()
        return gone

    def forget_shop(self, slug: str) -> None:
        """Take out a shop and its products, which nobody sees any more; a later build may know them again."""
        products = {"kind": "product", "slug": {"$regex": f"^{re.escape(slug)}/"}}
        SearchTerm.objects(__raw__={"$or": [{"kind": "shop", "slug": slug}, products]}).delete()

    def _add(self, entries: Iterable[Entry], build: str) -> int:
        added, left = 0, iter(entries)
        while batch := list(islice(left, BATCH)):
            rows = [row | {"_id": f"{build}:{row['_id']}", "build": build} for row in batch]
            SearchTerm._get_collection().insert_many(rows, ordered=False)
            added += len(batch)
        return added

    def state(self) -> Entry:
        """How many products it was made of, when, and how often the synonyms changed."""
        found: Entry | None = SearchState.objects(id=_STATE).as_pymongo().first()
        return found or {}

    def note(self, **facts: Any) -> None:
        """Write down something about the whole dictionary."""
        SearchState.objects(id=_STATE).update_one(__raw__={"$set": facts}, upsert=True)

    def synonyms_changed(self) -> None:
        """Let every process read the synonyms anew at its next search."""
        SearchState.objects(id=_STATE).update_one(__raw__={"$inc": {"synonyms": 1}}, upsert=True)

    def source(self, since: datetime | None = None) -> Iterator[Entry]:
        """What products say of themselves, all of them or those that were changed since."""
        criteria = {"updated_at": {"$gte": since}} if since else {}
        found = Product._get_collection().find(criteria, _SOURCE, batch_size=1000)
        yield from found


class SynonymRepository(Repository[SynonymSet]):
    """The sets of synonyms."""

    document = SynonymSet
    missing = SynonymsNotFound

    def in_order(self) -> list[SynonymSet]:
        """All of them by their terms."""
        return list(self.all().order_by("key").limit(MOST_SETS))

    def listed(self, *, at: Position | None, limit: int) -> Page[SynonymSet]:
        """A page of them by their terms."""
        return self.page(self.all(), [("key", 1)], at=at, limit=limit)

    def remove(self, found: SynonymSet) -> None:
        """Forget a set."""
        self.all().filter(pk=found.pk).delete()


dictionary = Dictionary()
synonyms = SynonymRepository()
