"""Proving a backup: by its sums, or by restoring it into a database that is dropped again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from pymongo.database import Database

from .. import protection
from . import catalogue
from .errors import Differs
from .restore import restore
from .source import Source

Report = Callable[[str], None]
Db = Database[dict[str, Any]]

_SCRATCH = "__verify_"


def restore_test(db: Db, source: Source, report: Report = lambda _: None) -> str:
    """Restore the backup beside the database, compare, drop it again, and answer the name that it had.

    Raises Differs, and what a restore raises.
    """
    for name in db.client.list_database_names():
        if name.startswith(db.name[:40] + _SCRATCH):
            report(
                f"The database {name} is of a verification that still runs or was interrupted. "
                "If none runs, drop it."
            )
    scratch = db.client[f"{db.name[:40]}{_SCRATCH}{uuid4().hex[:8]}"]
    try:
        restore(scratch, source)
        found = differences(scratch, source)
    finally:
        db.client.drop_database(scratch)
    if found:
        raise Differs("The backup does not restore to what it holds: " + " ".join(found))
    return scratch.name


def differences(db: Db, source: Source) -> list[str]:
    """How the database differs from the backup, a sentence for each; none when they are equal."""
    present = {entry.name: entry for entry in catalogue.read(db)}
    expected = {stored.entry.name for stored in source.stored} | {protection.COLLECTION}
    found = [f"{name} is too much." for name in sorted(present.keys() - expected)]
    for stored in source.stored:
        wanted, entry = stored.entry, present.get(stored.entry.name)
        if entry is None or entry.type != wanted.type:
            found.append(f"{wanted.name} is missing.")
            continue
        if catalogue.as_json(entry.options) != catalogue.as_json(wanted.options):
            found.append(f"{wanted.name} has other options.")
        if _comparable(entry) != _comparable(wanted):
            found.append(f"{wanted.name} has other indexes.")
        # Of what expires, the server deletes the old from now on; it was compared before its index was made.
        if entry.data and not entry.expires and not stored.is_in(db[entry.data]):
            found.append(f"{wanted.name} has other documents.")
    return found


def _comparable(entry: catalogue.Entry) -> list[str]:
    """The indexes, whose order among each other means nothing."""
    return sorted(catalogue.as_json(index) for index in entry.indexes)
