"""Drift: where a database is not as the documents declare it.

`drift` compares every declared index, validator and collection option with the database. `stored` looks at
the documents in it: those that break a validator, references to what is not there, and the invariants that
the contexts register. `repair` writes the migration that mends drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from .. import transient
from . import comparison, probe
from .comparison import Comparison
from .declared import collections, documents
from .differences import Difference, Kind
from .probe import NotAllowed, Shape

__all__ = ["Difference", "Kind", "NotAllowed", "can_tell_builds", "documents", "drift"]


def drift(db: Database[Any], kinds: Iterable[Any] | None = None) -> list[Difference]:
    """Every difference between the database and what the documents declare: all, unless some are given.

    Collections whose names begin with an underscore are operations' own and left aside, as are those that a
    restore fills. Raises NotAllowed
    when the database's user lacks a privilege for it.
    """
    probe.drop_abandoned(db)
    declared = collections(documents() if kinds is None else kinds)
    there = {
        info["name"]: info
        for info in db.list_collections()
        if not (info["name"].startswith(("_", "system.")) or transient.is_transient(info["name"]))
    }
    found: list[Difference] = []
    for name, one in declared.items():
        actual = _actual(db, there[name]) if name in there else None
        found += Comparison(name, probe.shape_of(one, db), actual).differences()
        if actual is not None:
            unfinished = _building(db, name) & actual.indexes.keys()
            found += [comparison.building(name, one, actual.indexes[one]) for one in sorted(unfinished)]
    return found + [comparison.undeclared_collection(name) for name in sorted(there.keys() - declared.keys())]


def can_tell_builds(db: Database[Any]) -> bool:
    """Whether the database's user may ask which indexes are still being built."""
    try:
        list(db["_migrations"].aggregate([{"$indexStats": {}}]))
    except OperationFailure as error:
        return error.code not in probe.NOT_ALLOWED
    return True


def _actual(db: Database[Any], info: Mapping[str, Any]) -> Shape:
    indexes = {} if info["type"] == "view" else probe.indexes_of(db[info["name"]])
    return Shape(indexes, info["options"])


def _building(db: Database[Any], collection: str) -> set[str]:
    """The indexes that are not built yet, though they are listed; none where that may not be asked."""
    try:
        stats = list(db[collection].aggregate([{"$indexStats": {}}]))
    except OperationFailure as error:
        if error.code not in (*probe.NOT_ALLOWED, _NO_INDEX_STATS):
            raise
        return set()
    return {one["name"] for one in stats if one.get("building")}


#: The server's code for a view.
_NO_INDEX_STATS = 166
