"""Steps that make collections, with their options and their first indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import IndexModel

from .base import Db, Safe, Step, Work


def collection(name: str, *indexes: IndexModel, safe: Safe | None = None, **options: Any) -> Step:
    """Make a collection with its indexes; the options are those of pymongo's `create_collection`.

    Undoing it drops the collection with all that is in it, unless it was there before.
    """
    return collections({name: indexes}, {name: options}, safe=safe)


def collections(
    indexes: Mapping[str, Sequence[IndexModel]],
    options: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    safe: Safe | None = None,
) -> Step:
    """Make several collections, each with its indexes, and with its options if any."""
    return Collections(indexes, options or {}, safe)


class Collections(Step):
    """Makes collections that are not there yet, and indexes on them."""

    kind = "collection"

    def __init__(
        self,
        indexes: Mapping[str, Sequence[IndexModel]],
        options: Mapping[str, Mapping[str, Any]],
        safe: Safe | None,
    ) -> None:
        names = list(indexes)
        shown = ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more"
        super().__init__(shown, safe=safe)
        self.indexes = {name: list(wanted) for name, wanted in indexes.items()}
        self.options = {name: dict(options.get(name, {})) for name in names}

    def look(self, db: Db) -> dict[str, Any]:
        """Which of the collections are there, and with which indexes."""
        there = set(db.list_collection_names()) & self.indexes.keys()
        return {
            "there": {
                name: [index["name"] for index in db[name].list_indexes()] if name in there else None
                for name in self.indexes
            }
        }

    def up(self, work: Work) -> None:
        """Make what is not there yet."""
        there = set(work.db.list_collection_names())
        for name, indexes in self.indexes.items():
            if name not in there:
                work.db.create_collection(name, **self.options[name])
            if indexes:
                work.db[name].create_indexes(indexes)

    def down(self, work: Work) -> None:
        """Drop the collections, and on those that were there before the indexes that are new."""
        before: dict[str, Any] = work.entry.get("before", {}).get("there", {})
        for name in reversed(self.indexes):
            kept = before.get(name)
            if kept is None:
                work.db.drop_collection(name)
                continue
            for index in work.db[name].list_indexes():
                if index["name"] in {one.document["name"] for one in self.indexes[name]} - set(kept):
                    work.db[name].drop_index(index["name"])

    def plan(self, db: Db) -> str:
        """How many are new."""
        new = sorted(self.indexes.keys() - set(db.list_collection_names()))
        count = sum(map(len, self.indexes.values()))
        return f"{len(new)} new collections, {count} indexes"
