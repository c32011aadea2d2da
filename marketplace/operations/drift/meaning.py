"""What a difference means for the application, in a sentence."""

from __future__ import annotations

import json
from typing import Any

from .differences import Kind
from .probe import Index

_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def fields_of(index: Index) -> str:
    """What an index is by: `shop_id, -placed_at`, or the weighted fields of a text index."""
    if "weights" in index:
        return "the words of " + ", ".join(index["weights"])
    return ", ".join(f"-{name}" if way == -1 else name for name, way in index["key"])


def lasting(seconds: float) -> str:
    """A length of time in its largest whole unit: `30 days`."""
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{seconds:g} seconds"


def missing(collection: str, index: Index) -> str:
    """What goes wrong without this index."""
    by = fields_of(index)
    if index.get("unique"):
        return f"Nothing keeps two {collection} with the same {by} apart: duplicates can get in."
    if "expireAfterSeconds" in index:
        return f"Documents of {collection} are never deleted by {by}: they pile up."
    if "weights" in index:
        return f"Full-text search in {collection} fails."
    return f"Searches by {by} read the whole collection."


def undeclared(index: Index) -> str:
    """What an index does that nobody declared."""
    if index.get("unique"):
        return f"It refuses documents with the same {fields_of(index)}, which the application may write."
    if "expireAfterSeconds" in index:
        return f"It deletes documents by {fields_of(index)}, which the application means to keep."
    if index.get("hidden"):
        return "No query uses it, as it is hidden, and every write keeps it up to date."
    return "No declared query needs it, and every write keeps it up to date."


def renamed(name: str) -> str:
    """What a wrong name does."""
    return f"It works, yet migrations and hints that call it {name} fail."


def changed(kind: Kind, collection: str, wanted: Index, actual: Index) -> str:
    """What it means that one option of an index is not as declared."""
    return _CHANGED[kind](collection, wanted, actual)


def _key(collection: str, wanted: Index, actual: Index) -> str:
    if "weights" in wanted and "weights" in actual:
        return f"Full-text search looks at {fields_of(actual)} rather than {fields_of(wanted)}."
    return missing(collection, wanted)


def _unique(collection: str, wanted: Index, actual: Index) -> str:
    return missing(collection, wanted) if wanted.get("unique") else undeclared(actual)


def _sparse(collection: str, wanted: Index, actual: Index) -> str:
    by = fields_of(wanted)
    if actual.get("sparse"):
        return f"Documents without {by} are not in it: searches and sorting by {by} cannot rely on it."
    if wanted.get("unique"):
        return f"Of the documents without {by} only one can be stored: the next one is refused."
    return f"Documents without {by} are in it as well: it is larger and slower to write than it need be."


def _partial(collection: str, wanted: Index, actual: Index) -> str:
    declared, found = wanted.get("partialFilterExpression"), actual.get("partialFilterExpression")
    if wanted.get("unique"):
        wide = "It refuses documents that need not be unique" if declared else ""
        narrow = "outside its filter duplicates can get in" if found else ""
        sentence = "; ".join(filter(None, (wide, narrow)))
        return f"{sentence[0].upper()}{sentence[1:]}."
    if found:
        return f"Searches by {fields_of(wanted)} that its filter does not cover read the whole collection."
    return "It holds documents that no query finds by it: it is larger and slower to write than it need be."


def _ttl(collection: str, wanted: Index, actual: Index) -> str:
    declared, found = wanted.get("expireAfterSeconds"), actual.get("expireAfterSeconds")
    if found is None:
        return missing(collection, {**wanted, "unique": False})
    by = fields_of(wanted)
    if declared is None:
        return f"Documents are deleted {lasting(found)} after {by}, which the application means to keep."
    return f"Documents are deleted {lasting(found)} after {by} instead of {lasting(declared)}."


def _collation(collection: str, wanted: Index, actual: Index) -> str:
    sentence = f"It compares text by other rules, so searches by {fields_of(wanted)} cannot use it"
    alike = ", and other values count as equal" if wanted.get("unique") else ""
    return f"{sentence}{alike}."


def _weights(collection: str, wanted: Index, actual: Index) -> str:
    return "Full-text search finds the same and puts it in another order."


def _language(collection: str, wanted: Index, actual: Index) -> str:
    language = actual.get("default_language")
    return f"Full-text search takes words for {language}: it misses their forms and drops other words."


def _override(collection: str, wanted: Index, actual: Index) -> str:
    name = actual.get("language_override")
    return f"The field {name} of a document decides which language its words are taken for."


def _hidden(collection: str, wanted: Index, actual: Index) -> str:
    if not actual.get("hidden"):
        return "Queries use an index that is meant to be hidden."
    if wanted.get("unique") or "expireAfterSeconds" in wanted:
        return f"No query uses it: searches by {fields_of(wanted)} read the whole collection."
    return missing(collection, wanted)


def _prepare_unique(collection: str, wanted: Index, actual: Index) -> str:
    return "It refuses new duplicates, yet is not unique: a change to a unique index stopped half-way."


def _option(collection: str, wanted: Index, actual: Index) -> str:
    return "It was made with another option, or by an older server."


_CHANGED = {
    Kind.KEY: _key,
    Kind.UNIQUE: _unique,
    Kind.SPARSE: _sparse,
    Kind.PARTIAL: _partial,
    Kind.TTL: _ttl,
    Kind.INDEX_COLLATION: _collation,
    Kind.WEIGHTS: _weights,
    Kind.LANGUAGE: _language,
    Kind.LANGUAGE_OVERRIDE: _override,
    Kind.HIDDEN: _hidden,
    Kind.PREPARE_UNIQUE: _prepare_unique,
    Kind.INDEX_OPTION: _option,
}

#: What it means that an option of a collection is not as declared.
OF_OPTIONS: dict[Kind, str] = {
    Kind.CAPPED: "The oldest documents are thrown away at another size than was meant, or never.",
    Kind.COLLATION: "Text is compared, found and sorted by other rules than the application expects.",
    Kind.TIMESERIES: "Measurements are stored, found and deleted by other rules than was meant.",
    Kind.CLUSTERED: "Documents lie in another order on the disk, which reading them by id feels.",
    Kind.OPTION: "The collection was made with another option.",
    Kind.VALIDATION_LEVEL: "The validator holds for other writes than was meant.",
    Kind.VALIDATION_ACTION: "A document that breaks the validator is treated otherwise than was meant.",
}


def of_option(kind: Kind, declared: Any, found: Any) -> str:
    """What it means that a validator, its level or its action is not as declared."""
    if kind is not Kind.VALIDATOR:
        return OF_OPTIONS[kind]
    if found is None:
        return "The database refuses nothing: documents that the application cannot read can get in."
    if declared is None:
        return "The database may refuse documents that the application writes."
    return "The database may refuse documents that the application writes, or let wrong ones in."


def shown(value: Any) -> str:
    """A declared or found value in a line."""
    if value is None:
        return "nothing"
    if isinstance(value, dict) and "key" in value:
        rest = {name: part for name, part in value.items() if name not in ("key", "weights")}
        return f"by {fields_of(value)}" + "".join(f", {name} {shown(part)}" for name, part in rest.items())
    if isinstance(value, list) and all(isinstance(part, tuple) for part in value):
        return fields_of({"key": value})
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
