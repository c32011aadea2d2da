"""What a person decides about a migration. Each decision is written into the log of its record."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from ..lease import hold
from .base import Db
from .comparison import compare
from .errors import MigrationError
from .records import COLLECTION, read, runner


def resolve(db: Db, name: str, how: str) -> None:
    """Say what became of a migration that broke off: it is `applied`, it is `reverted`, or `retry` it."""
    with hold(db, "db-migrate resolve") as lease:
        record = read(db).get(name)
        if record is None or not record.broken:
            state = "not known to this database" if record is None else record.state
            raise MigrationError(f"{name} did not break off, it is {state}: there is nothing to resolve.")
        changes: dict[str, Any] = {"state": how}
        if how == "retry":
            changes = {"state": record.state, "steps": [_repeatable(entry) for entry in record.steps]}
        elif how == "reverted":
            changes["steps"] = []
        else:
            changes["steps"] = [entry | {"state": "done"} for entry in record.steps]
        update = {"$set": changes | {"token": lease.token}, "$push": {"log": _said(f"resolved as {how}")}}
        db[COLLECTION].update_one({"_id": name}, update | {"$currentDate": {"finished_at": True}})


def _repeatable(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry of a step that may run again: as one that had not begun, or whose undoing had not."""
    again = {"running": "pending", "undoing": "done"}
    if entry["kind"] != "opaque":
        return entry
    return entry | {"state": again.get(entry["state"], entry["state"])}


def baseline(db: Db, name: str, *, folder: Path | None = None) -> list[str]:
    """Record this migration and those before it as there already, without running them; the names."""
    with hold(db, "db-migrate baseline") as lease:
        found = compare(db, folder)
        names = [migration.name for migration in found.migrations]
        if name not in names:
            raise MigrationError(f"There is no migration {name}.")
        if found.broken:
            raise MigrationError(f"{found.broken[0].name} broke off. Finish or resolve it first.")
        wanted = set(names[: names.index(name) + 1])
        done = [migration for migration in found.pending if migration.name in wanted]
        for migration in done:
            known: dict[str, Any] = {"state": "baselined", "checksum": migration.checksum}
            known["source"] = migration.source
            known |= {"phase": migration.content.phase, "steps": [], "token": lease.token, **runner()}
            update = {"$set": known, "$push": {"log": _said("baselined")}}
            db[COLLECTION].update_one(
                {"_id": migration.name}, update | {"$currentDate": {"finished_at": True}}, upsert=True
            )
        return [migration.name for migration in done]


def _said(what: str) -> str:
    return f"{what} by {os.environ.get('USER', os.getuid())} on {socket.gethostname()}"
