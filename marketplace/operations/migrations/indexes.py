"""Steps that change indexes. Each may run again; none belongs into a transaction.

Migrations know this module as `index`: `index.create(…)`, `index.unique(…)`, `index.hide(…)`.
Keys are a field's name, or fields with their directions: `{"shop_id": 1, "placed_at": -1}`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure

from .base import Db, Safe, Step, Work
from .errors import MigrationError

Keys = str | Mapping[str, Any] | Sequence[tuple[str, Any]]

#: Codes of the server.
NO_COLLECTION, NO_INDEX = 26, 27
NOT_ANOTHER_TEXT_INDEX = 67
OTHER_OPTIONS, OTHER_KEYS = 85, 86
NOT_UNIQUE = 359

#: How often a build that runs is looked at, in seconds.
LOOK_EVERY = 0.5

#: How often the server is asked what it builds, before it is given up.
_LOOKS = 20

#: As many groups of documents with one key are named when an index cannot become unique.
NAMED = 20


def create(collection: str, name: str, keys: Keys, *, safe: Safe | None = None, **options: Any) -> Step:
    """Build an index; the options are those of pymongo's `create_index`. Undoing it drops the index."""
    return Create(collection, name, keys, options, safe)


def drop(collection: str, name: str, *, safe: Safe | None = None) -> Step:
    """Drop an index, best one that was hidden for a while. Undoing it builds the index again."""
    return Drop(collection, name, safe)


def hide(collection: str, name: str, *, safe: Safe | None = None) -> Step:
    """Hide an index from queries; it stays up to date. What misses it is seen before it is dropped."""
    return Hide(collection, name, hidden=True, safe=safe)


def show(collection: str, name: str, *, safe: Safe | None = None) -> Step:
    """Let queries use a hidden index again."""
    return Hide(collection, name, hidden=False, safe=safe)


def replace(
    collection: str, old: str, name: str, keys: Keys, *, safe: Safe | None = None, **options: Any
) -> Step:
    """Build an index in another's place: the new one first where the server lets both be, then drop `old`."""
    return Replace(collection, old, name, keys, options, safe)


def unique(collection: str, name: str, keys: Keys, *, safe: Safe | None = None, **options: Any) -> Step:
    """Make an index unique while people write: build it plain, refuse new duplicates, then look for old ones.

    Fails with a list of the documents that share a key, if there are any; from then on no new ones can come.
    When they are mended the migration runs again.
    """
    return Unique(collection, name, keys, options, safe)


def definitions(db: Db, collection: str) -> dict[str, dict[str, Any]]:
    """The indexes of a collection by name, as the server keeps them."""
    return {index["name"]: dict(index) for index in db[collection].list_indexes()}


def building(db: Db, collection: str) -> list[str]:
    """The indexes of the collection that are being built right now.

    While a build begins or ends the server may fail to list it; it is asked again then.
    """
    for look in range(1, _LOOKS + 1):
        try:
            found = list(db[collection].aggregate([{"$indexStats": {}}]))
            break
        except OperationFailure as error:
            if error.code != NO_INDEX or look == _LOOKS:
                raise
            time.sleep(LOOK_EVERY)
    return [one["name"] for one in found if one.get("building")]


def _rebuild(work: Work, collection: str, definition: Mapping[str, Any]) -> None:
    """Build an index again as the server described it."""
    kept = {key: value for key, value in definition.items() if key not in ("ns", "background")}
    _await_builds(work, collection, [kept["name"]])
    work.db.command("createIndexes", collection, indexes=[kept])


def _await_builds(work: Work, collection: str, names: Iterable[str]) -> None:
    """Wait until none of these is being built: a build goes on in the server when who asked for it dies."""
    wanted, told = set(names), False
    while wanted & set(building(work.db, collection)):
        if not told:
            work.report(
                f"{collection}: waiting for the build of {', '.join(sorted(wanted))} that runs already"
            )
            told = True
        work.check()
        time.sleep(LOOK_EVERY)


def _drop(db: Db, collection: str, name: str) -> None:
    try:
        db[collection].drop_index(name)
    except OperationFailure as error:
        if error.code not in (NO_COLLECTION, NO_INDEX):
            raise


class IndexStep(Step):
    """A step on one index. What was there before is kept, so that it can be put back."""

    def __init__(self, collection: str, name: str, safe: Safe | None) -> None:
        super().__init__(f"{collection}.{name}", collection=collection, safe=safe)
        self.on, self.name = collection, name
        self.touches = [name]

    def look(self, db: Db) -> dict[str, Any]:
        """The definitions of the indexes that it touches."""
        found = definitions(db, self.on)
        return {"there": bool(found), "indexes": [found[name] for name in self.touches if name in found]}

    def down(self, work: Work) -> None:
        """Put back what was there: the indexes that it touched as they were, and no others."""
        before = work.entry.get("before", {"there": True, "indexes": []})
        wanted = {index["name"]: index for index in before["indexes"]}
        there = definitions(work.db, self.on)
        for name in self.touches:
            if name in there and there[name] != wanted.get(name):
                _drop(work.db, self.on, name)
        if not before["there"] and work.db[self.on].find_one(projection=["_id"]) is None:
            work.db.drop_collection(self.on)
            return
        for name, definition in wanted.items():
            if there.get(name) != definition:
                _rebuild(work, self.on, definition)

    def plan(self, db: Db) -> str:
        """How many documents the index is on."""
        return f"{db[self.on].estimated_document_count():,} documents in {self.on}"


class Create(IndexStep):
    """Builds an index."""

    kind = "index.create"

    def __init__(
        self, collection: str, name: str, keys: Keys, options: Mapping[str, Any], safe: Safe | None
    ) -> None:
        super().__init__(collection, name, safe)
        self.options = dict(options)
        self.model = IndexModel(
            list(keys.items()) if isinstance(keys, Mapping) else keys, name=name, **options
        )

    @property
    def is_text(self) -> bool:
        """Whether it is a text index, of which a collection has one at most."""
        return "text" in self.model.document["key"].values()

    def up(self, work: Work) -> None:
        """Build the index."""
        self.build(work, self.model)

    def build(self, work: Work, model: IndexModel) -> None:
        """Build it, or wait for the build that runs; nothing happens when it is there."""
        _await_builds(work, self.on, [self.name])
        try:
            work.db[self.on].create_indexes([model])
        except DuplicateKeyError as error:
            raise MigrationError(
                f"The index {self.name} of {self.on} cannot be unique: several documents have "
                f"{(error.details or {}).get('keyValue')}. index.unique lists them all."
            ) from error
        except OperationFailure as error:
            if error.code not in (OTHER_OPTIONS, OTHER_KEYS):
                raise
            raise MigrationError(
                f"{self.on} has another index with the name {self.name} or with its keys. "
                "Say index.replace, or drop that one first. "
                f"The server says: {(error.details or {}).get('errmsg')}"
            ) from error


class Drop(IndexStep):
    """Drops an index."""

    kind = "index.drop"

    def up(self, work: Work) -> None:
        """Drop the index; it may be gone already."""
        _drop(work.db, self.on, self.name)


class Hide(IndexStep):
    """Hides an index, or shows it again."""

    def __init__(self, collection: str, name: str, *, hidden: bool, safe: Safe | None) -> None:
        self.kind = "index.hide" if hidden else "index.show"
        super().__init__(collection, name, safe)
        self.hidden = hidden

    def up(self, work: Work) -> None:
        """Hide or show the index."""
        self._set(work.db, hidden=self.hidden)

    def down(self, work: Work) -> None:
        """Hide or show it as before."""
        was = any(index.get("hidden") for index in work.entry.get("before", {}).get("indexes", ()))
        self._set(work.db, hidden=was)

    def _set(self, db: Db, *, hidden: bool) -> None:
        try:
            db.command("collMod", self.on, index={"name": self.name, "hidden": hidden})
        except OperationFailure as error:
            if error.code not in (NO_COLLECTION, NO_INDEX):
                raise
            raise MigrationError(f"{self.on} has no index {self.name}.") from error

    def plan(self, db: Db) -> str:
        """That it takes no time."""
        return "at once"


class Replace(Create):
    """Builds an index and drops the one that it replaces."""

    kind = "index.replace"

    def __init__(
        self, collection: str, old: str, name: str, keys: Keys, options: Mapping[str, Any], safe: Safe | None
    ) -> None:
        super().__init__(collection, name, keys, options, safe)
        self.old = old
        self.touches = [name, old]

    def up(self, work: Work) -> None:
        """Build the new index, drop the old one."""
        _await_builds(work, self.on, self.touches)
        try:
            work.db[self.on].create_indexes([self.model])
        except OperationFailure as error:
            if error.code not in (OTHER_OPTIONS, OTHER_KEYS, NOT_ANOTHER_TEXT_INDEX):
                raise
            work.report(f"{self.on}: {self.old} is dropped first, since both cannot be at once")
            _drop(work.db, self.on, self.old)
            self.build(work, self.model)
        else:
            if self.old != self.name:
                _drop(work.db, self.on, self.old)


class Unique(Create):
    """Goes the path to a unique index on live data."""

    kind = "index.unique"

    def up(self, work: Work) -> None:
        """Go as far on the path as the documents let it."""
        there = definitions(work.db, self.on).get(self.name, {})
        if there.get("unique"):
            return
        if not there.get("prepareUnique"):
            self.build(work, self.model)
            self._set(work.db, prepareUnique=True)
        try:
            self._set(work.db, unique=True)
        except OperationFailure as error:
            if error.code != NOT_UNIQUE:
                raise
            groups = (error.details or {}).get("violations", [])
            raise MigrationError(self._duplicates(work.db, groups)) from error

    def _set(self, db: Db, **change: bool) -> None:
        db.command("collMod", self.on, index={"name": self.name} | change)

    def _duplicates(self, db: Db, groups: list[dict[str, Any]]) -> str:
        """The documents that share a key, in words."""
        fields = list(self.model.document["key"])
        lines = []
        for group in groups[:NAMED]:
            found = db[self.on].find_one({"_id": group["ids"][0]}, [*fields, "_id"]) or {}
            shared = {field: value for field, value in found.items() if field != "_id" or field in fields}
            lines.append(f"  {shared}: {', '.join(map(str, group['ids'][:NAMED]))}")
        if len(groups) > NAMED:
            lines.append(f"  … and {len(groups) - NAMED} more")
        return (
            f"{len(groups):,} keys of the index {self.name} of {self.on} belong to several documents. "
            "New ones are refused from now on. Mend these and run again:\n" + "\n".join(lines)
        )
