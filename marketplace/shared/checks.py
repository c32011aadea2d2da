"""What must hold of the stored data beyond a single document, and what finds where it does not.

Each context lists its own in `invariants.py` and registers them when the application is made;
`flask db-check --live` runs them all. They read a stream of what is wrong, and never everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored document that is not as it must be, and why not; `times` where that is so several times."""

    collection: str
    id: Any
    sentence: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold, in a sentence; of which collection; and what finds where it does not."""

    name: str
    collection: str
    find: Callable[[], Iterator[Finding]]


_registered: dict[str, Invariant] = {}


def register(*new: Invariant) -> None:
    """Have these checked too; again changes nothing."""
    _registered.update({one.name: one for one in new})


def invariants() -> list[Invariant]:
    """What is registered, by collection."""
    return sorted(_registered.values(), key=lambda one: (one.collection, one.name))
