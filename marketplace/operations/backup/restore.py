"""Restoring a backup: beside what is there first, and in its place only when everything is right.

Each collection is filled under another name, compared with the backup's digest and given its indexes. Only
then do they take the places of those that are there, one rename each, which the journal of the restore
makes resumable. Views and time series cannot be renamed: they are made anew after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.write_concern import WriteConcern

from .. import lease, protection, transient
from . import catalogue, dump, loading
from .catalogue import JOURNAL, Entry
from .errors import BackupFailed, Damaged, RestoreFailed, RestoreInterrupted, RestoreRefused
from .source import Source

Report = Callable[[str], None]
Db = Database[dict[str, Any]]


def restore(
    db: Db,
    source: Source,
    *,
    replace: bool = False,
    meant: str | None = None,
    safety: Path | None = None,
    wait: float = 0,
    report: Report = lambda _: None,
) -> dict[str, Any]:
    """Make the database what the verified backup holds, and answer what was done.

    It has to be empty, unless `replace`; then `safety` is where a backup of what it holds goes first.
    Collections that are not in the backup are dropped, but for those that it says it left out.
    Raises RestoreRefused, Protected, Locked, LeaseLost, RestoreFailed and RestoreInterrupted.
    """
    with lease.hold(db, "restore", wait=wait, report=report) as held:
        protection.check(db, meant=meant, action="Restoring")
        journal = db[JOURNAL].find_one({"_id": "restore"})
        resumed = journal is not None and journal["fingerprint"] == source.fingerprint
        if not resumed or journal is None:
            live = catalogue.read(db)
            if live and not replace:
                raise RestoreRefused(
                    f"The database {db.name} is not empty: it has {len(live)} collections and views. "
                    "Restore into another one with --into NAME, or replace everything in it with --replace."
                )
            other = journal["id"] if journal else ""
            journal = _staged(db, source, live, safety, held, report, other)
        else:
            report("Going on with the restore of this backup that was interrupted.")
        with _resumable(db):
            dropped = _put_in_place(db, source, journal, held, report)
    return {
        "database": db.name,
        "collections": len(source.stored),
        "documents": sum(one.documents for one in source.stored),
        "dropped": dropped,
        "resumed": resumed,
        "safety_backup": journal["safety"],
    }


def _staged(
    db: Db,
    source: Source,
    live: list[Entry],
    safety: Path | None,
    held: lease.Lease,
    report: Report,
    other: str,
) -> dict[str, Any]:
    """Fill everything that can be filled beside what is there, and answer the journal of what comes next."""
    _sweep(db, report, but=other)
    restore = uuid4().hex[:8]
    try:
        for number, stored in enumerate(source.stored):
            if stored.entry.type != "collection":  # made and dropped, to see now whether this server takes it
                beside = transient.staged(stored.entry.name, restore, number)
                db.command({"create": beside, **stored.entry.options})
                db.drop_collection(beside)
            if stored.entry.type == "collection":
                loading.fill(db, transient.staged(stored.entry.name, restore, number), stored, held.check)
                report(f"{stored.entry.name}: {stored.documents} documents")
        if live and safety:
            dump.back_up(db, safety)
            report(f"What the database holds now is backed up in {safety}")
        journal = {
            "_id": "restore",
            "id": restore,
            "fingerprint": source.fingerprint,
            "folder": str(source.folder),
            "protected": protection.is_protected(db),
            "safety": str(safety) if live and safety else None,
        }
        _write_journal(db, journal, held)
        _sweep(db, lambda _: None, but=restore)
    except (PyMongoError, OSError, RestoreFailed, Damaged, BackupFailed) as error:
        with suppress(PyMongoError):
            _sweep(db, lambda _: None, but=other)
        raise RestoreFailed(f"{_reason(error)} Nothing that was in {db.name} has changed.") from error
    return journal


def _put_in_place(
    db: Db, source: Source, journal: dict[str, Any], held: lease.Lease, report: Report
) -> list[str]:
    """Let what was filled take its place, make the rest anew, and answer what was dropped."""
    report(
        f"Putting the collections of {db.name} in place. Should this be interrupted, run the same command "
        "again: it goes on from there."
    )
    types = {info["name"]: info["type"] for info in db.list_collections()}
    for number, stored in enumerate(source.stored):
        name, beside = stored.entry.name, transient.staged(stored.entry.name, journal["id"], number)
        if beside not in types:
            continue
        held.check()
        if types.get(name, "collection") != "collection":
            db.drop_collection(name)
        db[beside].rename(name, dropTarget=True)
    if journal["protected"]:
        protection.protect(db)
    for stored in source.stored:
        if stored.entry.type == "timeseries":
            db.drop_collection(stored.entry.name)
            loading.fill(db, stored.entry.name, stored, held.check)
            report(f"{stored.entry.name}: {stored.documents} buckets of measurements")
    views = [stored.entry for stored in source.stored if stored.entry.type == "view"]
    for view in views:
        held.check()
        db.drop_collection(view.name)
    for view in views:
        held.check()
        db.command({"create": view.name, **view.options})
    dropped = _drop_others(db, source, held)
    if dropped:
        report(f"Dropped, for the backup does not have them: {', '.join(dropped)}")
    db.drop_collection(JOURNAL)
    return dropped


def _drop_others(db: Db, source: Source, held: lease.Lease) -> list[str]:
    kept = {stored.entry.name for stored in source.stored} | source.excluded | {protection.COLLECTION}
    dropped = [entry.name for entry in catalogue.read(db) if entry.name not in kept]
    for name in dropped:
        held.check()
        db.drop_collection(name)
    return dropped


def _write_journal(db: Db, journal: dict[str, Any], held: lease.Lease) -> None:
    """Begin replacing, by the majority (and so is everything before), if the lock is still held."""

    def write(session: ClientSession) -> None:
        mine = {"_id": "lock", "owner": held.owner, "token": held.token}
        fence = db[lease.COLLECTION].update_one(mine, {"$set": {"restore": journal["id"]}}, session=session)
        if not fence.matched_count:
            raise lease.LeaseLost
        db[JOURNAL].replace_one({"_id": "restore"}, journal, upsert=True, session=session)

    held.session.with_transaction(write, write_concern=WriteConcern("majority"))


def _sweep(db: Db, report: Report, *, but: str = "") -> None:
    """Drop what restores before this one filled and left; not that of the one which can still go on."""
    mine = f"__restore_{but}_"
    names = db.list_collection_names()
    found = [name for name in names if transient.is_staged(name) and not (but and mine in name)]
    for name in found:
        db.drop_collection(name)
    if found:
        report(f"{len(found)} collections are swept up that an interrupted restore left.")


@contextmanager
def _resumable(db: Db) -> Iterator[None]:
    try:
        yield
    except (PyMongoError, OSError, RestoreFailed, Damaged) as error:
        raise RestoreInterrupted(
            f"{_reason(error)} The restore of {db.name} stopped half way. Mend the cause and run the same "
            "command again: it goes on from there."
        ) from error


def _reason(error: Exception) -> str:
    """What went wrong, as a sentence without what belongs into a log."""
    if isinstance(error, OperationFailure):
        return f"The server refused: {(error.details or {}).get('errmsg', 'no reason given')}."
    if isinstance(error, PyMongoError):
        return "MongoDB went away."
    return str(error)
