"""Collections that are there for a moment: nobody's data, in no backup, and no drift."""

from __future__ import annotations

import re

from . import lease

#: How the empty collections begin on which declared indexes are made and read back.
SCRATCH = "_scratch_"

_STAGED = re.compile(r"__restore_[0-9a-f]{8}_\d+$")


def staged(collection: str, restore: str, number: int) -> str:
    """The collection that a restore fills for another; short enough for any collection's name."""
    return f"{collection[:30]}__restore_{restore}_{number}"


def is_staged(collection: str) -> bool:
    """Whether a collection is one that a restore fills, or has left behind."""
    return _STAGED.search(collection) is not None


def is_transient(collection: str) -> bool:
    """Whether a collection is the lock, or of a restore or a comparison that is under way."""
    known = (lease.COLLECTION, lease.RESTORE_JOURNAL)
    return collection in known or collection.startswith(SCRATCH) or is_staged(collection)
