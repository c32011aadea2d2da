"""Versioned migrations: numbered modules that change the database, each once and in order.

A migration is `migrations/NNNN_slug.py`: a docstring that says why, `upgrade(db)` and `downgrade(db)` on
plain pymongo, without the application's documents, which will have moved on when it runs again. What is
applied is recorded in the collection `_migrations`; a lock with a lease keeps two runs apart.
"""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from ..shared.clock import now

FOLDER = Path(__file__).resolve().parents[2] / "migrations"

#: The lock is free again this many seconds after its holder last spoke, on the server's clock.
LEASE_SECONDS = 60

Report = Callable[[str], None]


class MigrationError(Exception):
    """A migration cannot run; the sentence says which one and what to do."""


class Locked(MigrationError):
    """Somebody else migrates this database right now."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    name: str
    path: Path

    def load(self) -> ModuleType:
        """The module, imported from its file."""
        spec = importlib.util.spec_from_file_location(f"migrations.{self.name}", self.path)
        assert spec is not None  # noqa: S101 - a .py file always has a loader
        assert spec.loader is not None  # noqa: S101 - the same
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @property
    def title(self) -> str:
        """The first line of its docstring."""
        return (self.load().__doc__ or "").strip().partition("\n")[0]


def known(folder: Path = FOLDER) -> list[Migration]:
    """The migrations in the folder, in their order; raises MigrationError on a name it cannot order."""
    found = []
    for path in sorted(folder.glob("*.py")):
        if path.name == "__init__.py":
            continue
        if not re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem):
            raise MigrationError(f"{path.name} is not named like 0001_what_it_does.py.")
        found.append(Migration(path.stem, path))
    numbers = [migration.name[:4] for migration in found]
    for number in numbers:
        if numbers.count(number) > 1:
            raise MigrationError(f"Two migrations have the number {number}. Give one of them the next one.")
    return found


def applied(db: Database[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The records of the migrations that this database has, by name."""
    return {record["_id"]: record for record in db["_migrations"].find()}


def pending(db: Database[dict[str, Any]], folder: Path = FOLDER) -> list[Migration]:
    """The migrations that this database still needs, in order."""
    done = applied(db)
    return [migration for migration in known(folder) if migration.name not in done]


def migrate(
    db: Database[dict[str, Any]], *, folder: Path = FOLDER, report: Report = lambda _: None
) -> list[str]:
    """Apply what is pending and answer the names; stops at the first that fails.

    What was applied before the failure stays applied. Raises Locked while another run is at work.
    """
    with lock(db):
        done = []
        for migration in pending(db, folder):
            report(f"{migration.name}: {migration.title}")
            migration.load().upgrade(db)
            db["_migrations"].insert_one({"_id": migration.name, "applied_at": now()})
            done.append(migration.name)
        return done


def revert(
    db: Database[dict[str, Any]], *, folder: Path = FOLDER, report: Report = lambda _: None
) -> str | None:
    """Undo the latest applied migration and answer its name, or None when there is none.

    Raises MigrationError when its file is gone.
    """
    with lock(db):
        done = sorted(applied(db))
        if not done:
            return None
        name = done[-1]
        migration = next((one for one in known(folder) if one.name == name), None)
        if migration is None:
            raise MigrationError(f"The file of {name} is missing, so it cannot be undone.")
        report(f"{name}: undoing")
        migration.load().downgrade(db)
        db["_migrations"].delete_one({"_id": name})
        return name


@contextmanager
def lock(db: Database[dict[str, Any]]) -> Iterator[None]:
    """Keep other runs away; taken and judged on the server's clock, so that clocks may differ.

    The holder renews its lease as long as it lives; one that died loses the lock when the lease ends.
    """
    owner = uuid4().hex
    lease = {"$add": ["$$NOW", LEASE_SECONDS * 1000]}
    mine = {
        "owner": owner,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "expires_at": lease,
    }
    free = {"$lt": [{"$ifNull": ["$expires_at", "$$NOW"]}, "$$NOW"]}
    fresh = {"$eq": [{"$type": "$owner"}, "missing"]}
    locks = db["_migration_lock"]
    update = [{"$replaceWith": {"$cond": [{"$or": [free, fresh]}, {"_id": "lock"} | mine, "$$ROOT"]}}]
    try:
        held = locks.find_one_and_update({"_id": "lock"}, update, upsert=True, return_document=True)
    except DuplicateKeyError:
        held = locks.find_one({"_id": "lock"})
    if held is None or held["owner"] != owner:
        raise Locked("Another migration is running on this database. Try again when it is done.")
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE_SECONDS / 3):
            with suppress(PyMongoError):  # the next renewal comes in time
                locks.update_one({"_id": "lock", "owner": owner}, [{"$set": {"expires_at": lease}}])

    heartbeat = threading.Thread(target=renew, daemon=True)
    heartbeat.start()
    try:
        yield
    finally:
        done.set()
        heartbeat.join()
        locks.delete_one({"_id": "lock", "owner": owner})
