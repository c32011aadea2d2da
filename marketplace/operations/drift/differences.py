"""A difference between what is declared and what is there, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .probe import Shape


class Kind(StrEnum):
    """What differs."""

    COLLECTION_MISSING = "collection.missing"
    COLLECTION_UNDECLARED = "collection.undeclared"
    COLLECTION_REFUSED = "collection.refused"
    CAPPED = "collection.capped"
    COLLATION = "collection.collation"
    TIMESERIES = "collection.timeseries"
    CLUSTERED = "collection.clustered"
    OPTION = "collection.option"
    VALIDATOR = "validator"
    VALIDATION_LEVEL = "validator.level"
    VALIDATION_ACTION = "validator.action"
    MISSING = "index.missing"
    UNDECLARED = "index.undeclared"
    RENAMED = "index.renamed"
    KEY = "index.key"
    UNIQUE = "index.unique"
    SPARSE = "index.sparse"
    PARTIAL = "index.partial"
    TTL = "index.ttl"
    INDEX_COLLATION = "index.collation"
    WEIGHTS = "index.weights"
    LANGUAGE = "index.language"
    LANGUAGE_OVERRIDE = "index.language_override"
    HIDDEN = "index.hidden"
    INDEX_OPTION = "index.option"
    BUILDING = "index.building"
    PREPARE_UNIQUE = "index.prepare_unique"
    REFUSED = "index.refused"
    UNUSABLE = "index.unusable"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it is declared.

    `subject` is the index or the option; `declared` and `found` are None where there is nothing;
    `meaning` says what it does to the application and `remedy` what mends it.
    """

    collection: str
    kind: Kind
    subject: str
    declared: Any
    found: Any
    meaning: str
    remedy: str
    #: The whole collection on both sides, for the migration that mends it.
    wanted: Shape = field(default_factory=Shape, repr=False)
    actual: Shape = field(default_factory=Shape, repr=False)

    @property
    def data(self) -> dict[str, Any]:
        """It for programs."""
        names = ("collection", "kind", "subject", "declared", "found", "meaning", "remedy")
        return {name: getattr(self, name) for name in names}
