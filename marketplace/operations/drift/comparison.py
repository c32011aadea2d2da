"""The comparison of a collection as it is declared with the one that is there, index by index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import meaning
from .differences import Difference, Kind
from .probe import Index, Shape

WRITE_IT = "flask db-check make-indexes NAME writes the migration that mends it."
HIDE_IT = (
    "flask db-check make-indexes NAME writes a migration that hides it. When nothing became slower, "
    "run it again for one that drops it."
)
COLLMOD_IT = "Write a migration that changes it by collMod."
COPY_IT = "It cannot be changed in place: write a migration that copies the documents to a new collection."
DECLARE_IT = "Change what the document declares."
WAIT = "Wait until it is built and check again; the server goes on building without whoever began it."
DROP_IT = "If nobody else needs it, drop it in a migration; else move it to a database of its own."

#: Which option of an index makes which kind of difference.
ASPECTS: dict[str, Kind] = {
    "key": Kind.KEY,
    "unique": Kind.UNIQUE,
    "sparse": Kind.SPARSE,
    "partialFilterExpression": Kind.PARTIAL,
    "expireAfterSeconds": Kind.TTL,
    "collation": Kind.INDEX_COLLATION,
    "weights": Kind.WEIGHTS,
    "default_language": Kind.LANGUAGE,
    "language_override": Kind.LANGUAGE_OVERRIDE,
    "hidden": Kind.HIDDEN,
    "prepareUnique": Kind.PREPARE_UNIQUE,
}

#: The options of a validator, with what the server takes when they are not said.
VALIDATION: dict[str, tuple[Kind, Any]] = {
    "validator": (Kind.VALIDATOR, None),
    "validationLevel": (Kind.VALIDATION_LEVEL, "strict"),
    "validationAction": (Kind.VALIDATION_ACTION, "error"),
}

#: The other options of a collection; those without a kind of their own are Kind.OPTION.
OPTIONS: dict[str, Kind] = {
    "capped": Kind.CAPPED,
    "size": Kind.CAPPED,
    "max": Kind.CAPPED,
    "collation": Kind.COLLATION,
    "timeseries": Kind.TIMESERIES,
    "clusteredIndex": Kind.CLUSTERED,
}

_CHANGED_IN_PLACE = ("expireAfterSeconds", "changeStreamPreAndPostImages")


class Comparison:
    """One collection, as it is declared and as it is there; `actual` is None where it is not there."""

    def __init__(self, collection: str, wanted: Shape, actual: Shape | None) -> None:
        self.collection = collection
        self.wanted = wanted
        self.actual = actual or Shape()
        self.is_there = actual is not None

    def differences(self) -> Iterator[Difference]:
        """Every difference."""
        for name, reason in self.wanted.refused.items():
            kind = Kind.REFUSED if name else Kind.COLLECTION_REFUSED
            sentence = f"MongoDB refuses what is declared: {reason.rstrip('.')}."
            yield self._difference(kind, name or self.collection, "declared", None, sentence, DECLARE_IT)
        yield from self._unusable()
        if "" in self.wanted.refused:
            return
        if not self.is_there:
            yield self._missing()
            return
        yield from self._options()
        yield from self._validation()
        yield from self._indexes()

    def _difference(
        self, kind: Kind, subject: str, declared: Any, found: Any, means: str, remedy: str = WRITE_IT
    ) -> Difference:
        return Difference(
            self.collection, kind, subject, declared, found, means, remedy, self.wanted, self.actual
        )

    def _missing(self) -> Difference:
        unguarded = " or its validator" if "validator" in self.wanted.options else ""
        means = f"The first document that is written makes it, without its indexes{unguarded}."
        return self._difference(Kind.COLLECTION_MISSING, self.collection, "a collection", None, means)

    def _unusable(self) -> Iterator[Difference]:
        for name, index in self.wanted.indexes.items():
            if "weights" in index and index["key"][0][0] == "_cls":
                means = "It begins with _cls, so full-text search fails unless one class is asked for."
                remedy = 'Declare the index with "cls": False.'
                yield self._difference(Kind.UNUSABLE, name, _without_name(index), None, means, remedy)

    # Options and validators

    def _options(self) -> Iterator[Difference]:
        wanted, actual = self.wanted.options, self.actual.options
        for option in sorted((wanted.keys() | actual.keys()) - VALIDATION.keys()):
            declared, found = wanted.get(option), actual.get(option)
            if declared != found:
                kind = OPTIONS.get(option, Kind.OPTION)
                remedy = COLLMOD_IT if option in _CHANGED_IN_PLACE else COPY_IT
                yield self._difference(kind, option, declared, found, meaning.OF_OPTIONS[kind], remedy)

    def _validation(self) -> Iterator[Difference]:
        wanted, actual = self.wanted.options, self.actual.options
        if not wanted.get("validator") and not actual.get("validator"):
            return
        for option, (kind, default) in VALIDATION.items():
            declared, found = wanted.get(option) or default, actual.get(option) or default
            if declared != found:
                yield self._difference(
                    kind, option, declared, found, meaning.of_option(kind, declared, found)
                )

    # Indexes

    def _indexes(self) -> Iterator[Difference]:
        there = self.actual.indexes
        left = {name: index for name, index in there.items() if name not in self.wanted.indexes}
        for name, index in self.wanted.indexes.items():
            if name in there:
                yield from self._index(index, there[name])
                continue
            same = (other for other in left.values() if _without_name(other) == _without_name(index))
            if (other := next(same, None)) is not None:
                del left[other["name"]]
                yield self._difference(Kind.RENAMED, name, name, other["name"], meaning.renamed(name))
            else:
                means = meaning.missing(self.collection, index)
                yield self._difference(Kind.MISSING, name, _without_name(index), None, means)
        for name, index in left.items():
            if name not in self.wanted.refused:
                remedy = WRITE_IT if acts_hidden(index) or index.get("hidden") else HIDE_IT
                yield self._difference(
                    Kind.UNDECLARED, name, None, _without_name(index), meaning.undeclared(index), remedy
                )

    def _index(self, wanted: Index, actual: Index) -> Iterator[Difference]:
        """What differs between two indexes of one name, an option at a time."""
        one_is_text = ("weights" in wanted) != ("weights" in actual)
        inherited = (self.wanted.options.get("collation"), self.actual.options.get("collation"))
        for aspect in sorted((wanted.keys() | actual.keys()) - {"name"}):
            declared, found = wanted.get(aspect), actual.get(aspect)
            kind = ASPECTS.get(aspect, Kind.INDEX_OPTION)
            if declared == found or (aspect == "collation" and (declared, found) == inherited):
                continue
            if one_is_text and kind in _OF_TEXT:  # which the difference of their keys says already
                continue
            if kind is Kind.WEIGHTS and set(declared or ()) != set(found or ()):
                kind, declared, found = Kind.KEY, list(declared or ()), list(found or ())
            means = meaning.changed(kind, self.collection, wanted, actual)
            yield self._difference(kind, wanted["name"], declared, found, means)


def building(collection: str, name: str, actual: Index) -> Difference:
    """An index that the server is still building."""
    by = meaning.fields_of(actual)
    means = f"No query uses it yet: searches by {by} read the whole collection meanwhile."
    return Difference(collection, Kind.BUILDING, name, "ready", "building", means, WAIT)


def undeclared_collection(collection: str) -> Difference:
    """A collection that no document declares."""
    means = "The application does not know it; it takes up room, and time of every backup."
    return Difference(
        collection, Kind.COLLECTION_UNDECLARED, collection, None, "a collection", means, DROP_IT
    )


def acts_hidden(index: Index) -> bool:
    """Whether an index has effects that hiding it from queries does not end."""
    return bool(index.get("unique")) or "expireAfterSeconds" in index


_OF_TEXT = (Kind.WEIGHTS, Kind.LANGUAGE, Kind.LANGUAGE_OVERRIDE, Kind.INDEX_OPTION)


def _without_name(index: Index) -> Index:
    return {aspect: value for aspect, value in index.items() if aspect != "name"}
