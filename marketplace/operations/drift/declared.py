"""What the documents declare of their collections: indexes, validator and options.

Indexes stand in a document's `meta["indexes"]`, as MongoEngine reads them. What else a collection is made
with stands beside them under the keys of OPTIONS, which MongoEngine leaves alone:
`"validator": {"$jsonSchema": …}`. MongoEngine's own `max_size`, `max_documents` and `timeseries` count too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import mongoengine
from mongoengine.errors import LookUpError
from pymongo import ASCENDING, IndexModel

#: What a document's `meta` may say of its collection, and what the server calls it.
OPTIONS: dict[str, str] = {
    "validator": "validator",
    "validation_level": "validationLevel",
    "validation_action": "validationAction",
    "collation": "collation",
    "clustered_index": "clusteredIndex",
    "expire_after_seconds": "expireAfterSeconds",
    "pre_and_post_images": "changeStreamPreAndPostImages",
}

#: MongoEngine's size of a capped collection that says only how many documents it takes.
CAPPED_BYTES = 10 * 2**20


@dataclass(slots=True)
class Declared:
    """A collection as its documents declare it."""

    name: str
    indexes: list[IndexModel] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)


def documents() -> list[Any]:
    """Every document class of the application that has a collection."""

    def below(kind: Any) -> set[Any]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    found = [
        kind
        for kind in below(mongoengine.Document)
        if kind.__module__.startswith("marketplace.") and not kind._meta.get("abstract")
    ]
    return sorted(found, key=lambda kind: kind.__name__)


def collections(kinds: Iterable[Any]) -> dict[str, Declared]:
    """The declared collections by name; documents that share one declare it together."""
    found: dict[str, Declared] = {}
    for kind in kinds:
        name = kind._get_collection_name()
        declared = found.setdefault(name, Declared(name))
        declared.options |= _options(kind._meta)
        known = [index.document for index in declared.indexes]
        declared.indexes += [index for index in _indexes(kind) if index.document not in known]
    return dict(sorted(found.items()))


def _indexes(kind: Any) -> list[IndexModel]:
    """The indexes that `kind.ensure_indexes()` would create, with the stored names of weighted fields."""
    meta = kind._meta
    common = {name: value for name, value in (meta.get("index_opts") or {}).items() if name != "cls"}
    found = []
    for spec in meta["index_specs"]:
        options = common | {name: value for name, value in spec.items() if name not in ("fields", "cls")}
        if "weights" in options:
            weights = options["weights"].items()
            options["weights"] = {_stored_name(kind, name): weight for name, weight in weights}
        found.append(IndexModel(spec["fields"], **options))
    by_class = meta.get("allow_inheritance") and meta.get("index_cls", True)
    if by_class and not any(next(iter(index.document["key"])) == "_cls" for index in found):
        found.append(IndexModel([("_cls", ASCENDING)], **common))
    return found


def _stored_name(kind: Any, name: str) -> str:
    try:
        return str(kind._translate_field_name(name))
    except LookUpError:  # it is the stored name already
        return name


def _options(meta: Any) -> dict[str, Any]:
    """What the collection is created with."""
    options = {option: meta[name] for name, option in OPTIONS.items() if meta.get(name) is not None}
    if meta.get("max_size") or meta.get("max_documents"):
        options |= {"capped": True, "size": meta.get("max_size") or CAPPED_BYTES}
        options |= {"max": meta["max_documents"]} if meta.get("max_documents") else {}
    if meta.get("timeseries"):
        series = dict(meta["timeseries"])
        if "expireAfterSeconds" in series:
            options["expireAfterSeconds"] = series.pop("expireAfterSeconds")
        options["timeseries"] = series
    return options
