"""Databases that nobody may wipe by mistake: production says so in the database itself.

`flask db-protect` writes it down, in the collection `_database_meta`. Every command that destroys or
replaces data asks here first, and goes on only when the person has typed the database's name.
"""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

COLLECTION = "_database_meta"


class Protected(Exception):
    """This database is protected, and nobody has said its name."""


def protect(db: Database[dict[str, Any]], *, on: bool = True) -> None:
    """Protect the database, or stop protecting it."""
    db[COLLECTION].update_one({"_id": "environment"}, {"$set": {"protected": on}}, upsert=True)


def is_protected(db: Database[dict[str, Any]]) -> bool:
    """Whether commands that destroy data refuse to touch this database."""
    found = db[COLLECTION].find_one({"_id": "environment"})
    return bool(found and found.get("protected"))


def check(db: Database[dict[str, Any]], *, meant: str | None, action: str) -> None:
    """Raise Protected unless the database may be changed so, or `meant` is its name.

    `action` says what would happen, such as "Restoring".
    """
    if is_protected(db) and meant != db.name:
        raise Protected(
            f"The database {db.name} is protected. {action} would change or delete its data. "
            f"If that is what you want, say so: --yes-i-mean {db.name}"
        )
