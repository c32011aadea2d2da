"""Indexes that a load builds once, when all documents are there, in place of keeping them at every insert.

What was taken away stands in the database until it is there again, so that the next seed gives back what
one that was killed has left. Unique indexes stay: they tell at once what clashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pymongo
from bson import json_util
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pymongo.write_concern import WriteConcern

from .store import RECORDS

Db = Database[dict[str, Any]]

#: Under which id the definitions of indexes stand while these are not there.
TAKEN = "indexes to build"

#: Collections whose indexes are built at the same time.
_BUILDERS = 2

#: The server's codes for an index with the same name or the same keys as another: options, keys.
_OTHER_FORM = (85, 86)


@contextmanager
def built_last(db: Db, collections: Iterable[str]) -> Iterator[bool]:
    """Take the indexes of these collections away while they are filled, if all are empty; answers whether."""
    names = list(collections)
    if any(db[name].find_one(projection=["_id"]) for name in names):
        yield False
        return
    found = {name: _definitions(db, name) for name in names}
    db.get_collection(RECORDS, write_concern=WriteConcern("majority")).replace_one(
        {"_id": TAKEN}, {"definitions": json_util.dumps(found)}, upsert=True
    )
    for name, definitions in found.items():
        if definitions:
            db.command("dropIndexes", name, index=[one["name"] for one in definitions])
    try:
        yield True
    finally:
        build(db)


def build(db: Db) -> list[str]:
    """Build what was taken away, however long it takes; answers the collections whose indexes these are.

    An index that a migration has made in another form meanwhile stays as that made it.
    """
    record = db[RECORDS].find_one({"_id": TAKEN})
    if record is None:
        return []
    found = _written_in(record)
    by_size = sorted(found, key=lambda name: db[name].estimated_document_count(), reverse=True)

    def build_those_of(name: str) -> None:
        with pymongo.timeout(None):
            if _is_created(db, name, found[name]):
                return
            for one in found[name]:
                _is_created(db, name, [one])

    with ThreadPoolExecutor(_BUILDERS, thread_name_prefix="indexes") as builders:
        for _ in builders.map(build_those_of, by_size):
            pass
    db[RECORDS].delete_one({"_id": TAKEN})
    return sorted(found)


def _is_created(db: Db, name: str, definitions: list[dict[str, Any]]) -> bool:
    """Create the indexes, unless one of them is there in another form."""
    try:
        db.command("createIndexes", name, indexes=definitions)
    except OperationFailure as error:
        if error.code not in _OTHER_FORM:
            raise
        return False
    return True


def left_out(db: Db) -> dict[str, set[str]]:
    """The names of the indexes that were taken away and not built since, by collection."""
    record = db[RECORDS].find_one({"_id": TAKEN})
    found = {} if record is None else _written_in(record)
    return {name: {one["name"] for one in them} for name, them in found.items()}


def _written_in(record: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The definitions that a record holds, of collections that have any."""
    return {name: them for name, them in json_util.loads(record["definitions"]).items() if them}


def _definitions(db: Db, name: str) -> list[dict[str, Any]]:
    """The indexes of a collection as the server describes them, but for those that are unique."""
    found = [dict(index) for index in db[name].list_indexes()]
    return [one for one in found if one["name"] != "_id_" and not one.get("unique")]
