"""Versioned migrations that survive `kill -9`: files that change the database, each once and in order.

What a migration file looks like is told in `files`, what it is made of in `steps`, what the database keeps
of it in `records`. A lock with a lease keeps two runs apart (see `..lease`).
"""

from __future__ import annotations

from .comparison import Comparison, Standing, compare, standing
from .errors import Failed, Interrupted, MigrationError, Stopped, Unexpected
from .files import Migration, known
from .records import COLLECTION, Record
from .run import migrate, revert

__all__ = [
    "COLLECTION",
    "Comparison",
    "Failed",
    "Interrupted",
    "Migration",
    "MigrationError",
    "Record",
    "Standing",
    "Stopped",
    "Unexpected",
    "compare",
    "known",
    "migrate",
    "revert",
    "standing",
]
