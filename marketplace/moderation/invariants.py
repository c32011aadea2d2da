"""What must hold of the stored reports."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.checks import Finding, Invariant
from .repositories import subjects


def _counts() -> Iterator[Finding]:
    for row in subjects.miscounted():
        sentence = f"It says {row['open_count']} open reports; there are {row['count']}."
        yield Finding("reported_subjects", row["_id"], sentence)


INVARIANTS = (Invariant("What was reported knows how many reports are open.", "reported_subjects", _counts),)
