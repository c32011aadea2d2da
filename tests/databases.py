"""A migrated database for each test: the last one's, emptied, as long as nobody changed how it is made.

Migrating takes two seconds and emptying twenty milliseconds, and there are a thousand such tests.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from pymongo import MongoClient
from pymongo.database import Database

from marketplace.operations.migrations import files, migrate

#: The project's own migrations, whichever others a test puts in their place.
MIGRATIONS = files.FOLDER

Rows = dict[str, list[dict[str, Any]]]


class Reused:
    """One database of a server, handed to one test after the other."""

    def __init__(self, client: MongoClient) -> None:
        self._client = client
        self._db: Database | None = None
        self._made: Any = None
        self._rows: Rows = {}

    def take(self) -> str:
        """The name of a database that holds what the migrations leave there, and nothing else."""
        if self._db is not None:
            _stop_profiling(self._db)
            if self._is_as_made(self._db):
                self._put_back()
                return self._db.name
            self._client.drop_database(self._db.name)
        self._db = self._client[f"test_{uuid4().hex[:12]}"]
        migrate(self._db, folder=MIGRATIONS)
        self._made = _how_made(self._db)
        self._rows = {name: list(self._db[name].find()) for name, *_ in self._made}
        return self._db.name

    def drop(self) -> None:
        """Take it away."""
        if self._db is not None:
            self._client.drop_database(self._db.name)

    def _is_as_made(self, db: Database) -> bool:
        """Whether its collections are as they were made; a test's own are taken away."""
        found, names = _how_made(db), {name for name, *_ in self._made}
        own = [name for name, *_ in found if name not in names]
        if any(name.startswith("system.") for name in own):
            return False
        for name in own:
            db.drop_collection(name)
        return [one for one in found if one[0] in names] == self._made

    def _put_back(self) -> None:
        for name, rows in self._rows.items():
            self._db[name].delete_many({})
            if rows:
                self._db[name].insert_many(rows)


def _stop_profiling(db: Database) -> None:
    if db.command("profile", 0)["was"] or "system.profile" in db.list_collection_names():
        db.drop_collection("system.profile")


def _how_made(db: Database) -> list[Any]:
    """Every collection with its kind, options and indexes."""
    return [
        (one["name"], one["type"], one["options"], _indexes(db, one))
        for one in sorted(db.list_collections(), key=lambda one: str(one["name"]))
    ]


def _indexes(db: Database, collection: Any) -> list[Any]:
    """By name: those that were dropped and made again stand last, and are no others."""
    found = db[collection["name"]].list_indexes() if collection["type"] == "collection" else ()
    return sorted(map(dict, found), key=lambda index: str(index["name"]))
