"""What is declared, as this server writes it down.

A server rewrites what it is told: text indexes, collations and sizes come back in its own form, with its
defaults. So the declarations are made real on an empty collection of the same database, read back, and the
collection is dropped. Only then are they compared with what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from ...shared.clock import now
from ..transient import SCRATCH
from .declared import Declared

#: A scratch collection that is older than this was left behind by a process that died.
ABANDONED = timedelta(hours=1)

#: The server's codes for what a user may not do; the second is Atlas's own.
NOT_ALLOWED = (13, 8000)

#: What the server keeps in an index for itself.
_NOT_COMPARED = ("v", "ns", "background")

Index = dict[str, Any]


class NotAllowed(Exception):
    """The database's user lacks a privilege; the sentence names it."""


@dataclass(slots=True)
class Shape:
    """A collection's indexes by name, without that of `_id`, and its options, as the server keeps them."""

    indexes: dict[str, Index] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    #: Indexes that the server refuses to make, with its reason; the collection itself has an empty name.
    refused: dict[str, str] = field(default_factory=dict)


def shape_of(declared: Declared, db: Database[Any]) -> Shape:
    """The declared collection as the server would keep it; raises NotAllowed."""
    try:
        with _scratch(db, declared.options) as scratch:
            refused = _create_indexes(scratch, declared)
            options = next(db.list_collections(filter={"name": scratch.name}))["options"]
            return Shape(indexes_of(scratch), options, refused)
    except OperationFailure as error:
        if error.code not in NOT_ALLOWED:
            return Shape(refused={"": reason_of(error)})
        raise NotAllowed(
            "The user of MARKETPLACE_MONGODB_URI may not create the empty collection on which declared "
            f"indexes are compared. Grant it createCollection, createIndex and dropCollection on {db.name}, "
            "which the role readWrite has."
        ) from None


def indexes_of(collection: Collection[Any]) -> dict[str, Index]:
    """The indexes of a collection by name but for that of `_id`; keys as pairs, since their order counts."""
    found = {}
    for index in map(dict, collection.list_indexes()):
        if index["name"] == "_id_" or index.get("clustered"):
            continue
        kept = {
            name: value for name, value in index.items() if name not in _NOT_COMPARED and value is not False
        }
        found[index["name"]] = kept | {"key": list(index["key"].items())}
    return found


def drop_abandoned(db: Database[Any]) -> None:
    """Drop the scratch collections of processes that died."""
    for name in db.list_collection_names(filter={"name": {"$regex": f"^{SCRATCH}"}}):
        made = name.removeprefix(SCRATCH)
        if ObjectId.is_valid(made) and ObjectId(made).generation_time < now() - ABANDONED:
            db.drop_collection(name)


@contextmanager
def _scratch(db: Database[Any], options: dict[str, Any]) -> Iterator[Collection[Any]]:
    """An empty collection with these options, gone afterwards whatever happens."""
    name = f"{SCRATCH}{ObjectId()}"
    try:
        yield db.create_collection(name, check_exists=False, **options)
    finally:
        db.drop_collection(name)


def _create_indexes(scratch: Collection[Any], declared: Declared) -> dict[str, str]:
    """Create all at once, or one by one where the server refuses some; answers those with its reasons."""
    if not declared.indexes:
        return {}
    try:
        scratch.create_indexes(declared.indexes)
    except OperationFailure as error:
        if error.code in NOT_ALLOWED:
            raise
    else:
        return {}
    refused = {}
    for index in declared.indexes:
        try:
            scratch.create_indexes([index])
        except OperationFailure as error:
            refused[index.document["name"]] = reason_of(error)
    return refused


def reason_of(error: OperationFailure) -> str:
    """What the server says, without the document that pymongo puts behind it."""
    return str((error.details or {}).get("errmsg") or error)
