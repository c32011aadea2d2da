"""Putting documents into the database, each once: what is there already stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pymongo.database import Database
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

Stored = dict[str, Any]

#: Where loads write down what the next one has to know.
RECORDS = "_database_meta"

ONE, MAJORITY = WriteConcern(1), WriteConcern("majority")


class Clash(Exception):
    """Something else in the database has a value that the sample data needs for itself."""


class Store:
    """Inserts documents that are missing, by their ids; `added` and `found` count them by collection.

    One member has each batch when the next one begins, and a majority has all of them after `settle`: what
    is lost with that member before, the next load adds again.
    """

    def __init__(self, db: Database[Stored]) -> None:
        self.added: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self._db = db
        self._was_empty: dict[str, bool] = {}

    def put(self, name: str, documents: Sequence[Stored]) -> None:
        """Insert those of the documents that the collection lacks; raises Clash."""
        missing = self._missing(name, documents) if documents else documents
        self.found[name] += len(documents) - len(missing)
        if not missing:
            return
        try:
            self._db.get_collection(name, write_concern=ONE).insert_many(missing, ordered=False)
        except BulkWriteError as error:
            raise Clash(_sentence(name, error)) from None
        self.added[name] += len(missing)

    def settle(self) -> None:
        """Wait until a majority of the members has what was put."""
        self._db.get_collection(RECORDS, write_concern=MAJORITY).delete_one({"_id": "nothing"})

    def _missing(self, name: str, documents: Sequence[Stored]) -> Sequence[Stored]:
        if name not in self._was_empty:
            self._was_empty[name] = self._db[name].find_one(projection=["_id"]) is None
        if self._was_empty[name]:
            return documents
        ids = [document["_id"] for document in documents]
        known = {row["_id"] for row in self._db[name].find({"_id": {"$in": ids}}, ["_id"])}
        return [document for document in documents if document["_id"] not in known]


def _sentence(name: str, error: BulkWriteError) -> str:
    details: Any = error.details
    first = details["writeErrors"][0] if details["writeErrors"] else {"errmsg": str(error)}
    if first.get("code") == 11000:
        value = ", ".join(f"{field} {found}" for field, found in first.get("keyValue", {}).items())
        return (
            f"Something else in {name} has the {value} already, which the sample data needs. "
            "Seed an empty database, or wipe this one with --reset."
        )
    return f"The database refused a document for {name}: {first['errmsg']}"
