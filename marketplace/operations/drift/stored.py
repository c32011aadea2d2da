"""What is stored, beside what the documents declare: validators, references and invariants.

Each check is one pass that the server makes; what comes here is only what is wrong, and of that no more
than a few examples are kept. It may take minutes on large collections, and locks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bson import MinKey
from mongoengine import EmbeddedDocumentField, ListField
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from ...shared.checks import Finding, Invariant, invariants
from ...shared.documents import IdOf
from .declared import collections, documents
from .probe import NOT_ALLOWED, reason_of

#: How many examples of each violation are told.
EXAMPLES = 10

#: The server's codes for a moment that it has not any more, or cannot have of this collection or at all.
_NO_SNAPSHOT = (239, 246, 123, 72)


@dataclass(frozen=True, slots=True)
class Violations:
    """How often something does not hold, with a few examples; or why that could not be seen."""

    count: int
    examples: tuple[Finding, ...] = ()
    failure: str | None = None

    def __bool__(self) -> bool:
        return bool(self.count or self.failure)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold of a collection: its sentence, and what looks whether it does."""

    name: str
    collection: str
    look: Callable[[], Violations]

    def run(self, client: MongoClient[Any]) -> Violations:
        """Where it does not hold. A value that the server cannot reckon with is a failure of the check.

        It looks at one moment of the data, whatever others write meanwhile, as long as the server keeps
        that moment (five minutes, unless it was told otherwise) and can do so at all.
        """
        try:
            try:
                with client.start_session(snapshot=True) as session, session.bind(end_session=False):
                    return self.look()
            except OperationFailure as error:
                if error.code not in _NO_SNAPSHOT:
                    raise
                return self.look()
        except OperationFailure as error:
            if error.code in NOT_ALLOWED:
                raise
            return Violations(0, failure=reason_of(error))


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that holds ids of another collection; `lists` is how many lists deep it lies."""

    collection: str
    path: str
    target: str
    lists: int
    may_dangle: str | None


def checks(db: Database[Any], kinds: Iterable[Any] | None = None) -> list[Check]:
    """Everything that is checked: validators, references, then what the contexts registered."""
    kinds = documents() if kinds is None else list(kinds)
    found = [
        _of_validator(db, name, declared.options["validator"])
        for name, declared in collections(kinds).items()
        if declared.options.get("validator")
    ]
    found += [_of_reference(db, one) for one in references(kinds) if one.may_dangle is None]
    return found + [_of_invariant(one) for one in invariants()]


def references(kinds: Iterable[Any]) -> list[Reference]:
    """Every IdOf field of the documents, those of embedded documents and in lists too."""
    found = {
        (kind._get_collection_name(), reference.path): reference
        for kind in kinds
        for reference in _below(kind._get_collection_name(), kind, "", 0, ())
    }
    return [found[key] for key in sorted(found)]


def _below(collection: str, kind: Any, prefix: str, lists: int, seen: tuple[Any, ...]) -> Iterator[Reference]:
    for outer in kind._fields.values():
        field, deep = outer, lists
        while isinstance(field, ListField):
            field, deep = field.field, deep + 1
        path = f"{prefix}{outer.db_field}"
        if isinstance(field, IdOf):
            yield Reference(collection, path, field.collection, deep, field.may_dangle)
        elif isinstance(field, EmbeddedDocumentField) and field.document_type not in seen:
            inner = field.document_type
            yield from _below(collection, inner, f"{path}.", deep, (*seen, inner))


def _of_validator(db: Database[Any], collection: str, validator: dict[str, Any]) -> Check:
    wrong = {"$nor": [validator]}

    def run() -> Violations:
        count = db[collection].count_documents(wrong)
        rows = db[collection].find(wrong, {"_id": 1}).limit(EXAMPLES) if count else ()
        sentence = "It breaks the collection's validator: changing it will fail."
        return Violations(count, tuple(Finding(collection, row["_id"], sentence) for row in rows))

    return Check(f"Every document of {collection} obeys the validator.", collection, run)


def _of_reference(db: Database[Any], reference: Reference) -> Check:
    name = f"{reference.collection}.{reference.path} names what there is in {reference.target}."
    return Check(name, reference.collection, lambda: _counted(_dangling(db, reference)))


def _of_invariant(one: Invariant) -> Check:
    return Check(one.name, one.collection, lambda: _counted(one.find()))


def _dangling(db: Database[Any], reference: Reference) -> Iterator[Finding]:
    """The ids that lead nowhere, each once.

    Both collections are read once, the other one's ids out of its index, and brought together by id: to
    look every id up by itself takes thirty times as long.
    """
    there: list[dict[str, Any]] = [
        {"$match": {"_id": {"$gt": MinKey()}}},  # so that the index is read, and no document
        {"$project": {"there": {"$literal": True}}},
    ]
    pipeline: list[dict[str, Any]] = [
        {"$project": {"id": f"${reference.path}"}},
        *([{"$unwind": "$id"}] * reference.lists),
        {"$match": {"id": {"$ne": None}}},
        {"$group": {"_id": "$id", "holder": {"$first": "$_id"}, "times": {"$sum": 1}}},
        {"$unionWith": {"coll": reference.target, "pipeline": there}},
        {
            "$group": {
                "_id": "$_id",
                "holder": {"$max": "$holder"},
                "times": {"$sum": "$times"},
                "there": {"$max": "$there"},
            }
        },
        {"$match": {"there": None}},
    ]
    for row in db[reference.collection].aggregate(pipeline, allowDiskUse=True):
        sentence = f"{reference.path} is {row['_id']}, which is not in {reference.target}."
        yield Finding(reference.collection, row["holder"], sentence, row["times"])


def _counted(findings: Iterable[Finding]) -> Violations:
    count = 0
    examples: list[Finding] = []
    for finding in findings:
        count += finding.times
        if len(examples) < EXAMPLES:
            examples.append(finding)
    return Violations(count, tuple(examples))
