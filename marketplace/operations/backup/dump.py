"""Making a backup: one consistent picture of a database, taken while people buy."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from ...shared.clock import now
from ...shared.rows import documents_in
from .. import digests
from . import catalogue, files, manifest, names
from .catalogue import Entry
from .errors import BackupFailed

Report = Callable[[str], None]
Db = Database[dict[str, Any]]

#: A backup that will take more than this part of the server's history gets a warning.
_COMFORT = 0.6

#: Seconds after which the speed says how long the rest will take.
_FIRST_LOOK = 5.0

#: What compressing makes of data, cautiously.
_GZIP_RATIO = 3


def back_up(
    db: Db,
    target: Path,
    *,
    gzip: bool = False,
    exclude: Collection[str] = (),
    snapshot: bool = True,
    report: Report = lambda _: None,
) -> dict[str, Any]:
    """Write a backup of the database into the new folder `target` and answer its manifest.

    With `snapshot` all collections are as they were at one moment, but for capped ones. The folder
    appears when it is complete; until then it is called `….partial`. Raises BackupFailed.
    """
    if target.exists():
        raise BackupFailed(f"{target} is there already. Name a folder that is not.")
    present = catalogue.read(db)
    unknown = set(exclude) - {entry.name for entry in present}
    if unknown:
        raise BackupFailed(f"There is no collection {', '.join(sorted(unknown))} to leave out.")
    if db[catalogue.JOURNAL].find_one():
        report("Warning: a restore of this database stopped half way. The backup shows it as it is now.")
    for name in catalogue.left_out(db):
        report(f"{name} is left out: the server's own collections are not backed up.")
    entries = [entry for entry in present if entry.name not in exclude]
    extents = {entry.data: _extent(db, entry.data) for entry in entries if entry.data}
    total = sum(extent.size for extent in extents.values())
    _see_that_it_fits(total, target, gzip=gzip)
    history = _History(db, total, report) if snapshot else None
    with _partial_of(target) as folder, _explained(history), _session(db, snapshot=snapshot) as session:
        made: dict[str, Any] = {
            "format": manifest.FORMAT,
            "database": db.name,
            "created_at": now().isoformat(),
            "consistency": "snapshot" if snapshot else "none",
            "cluster_time": _pin(db, entries, session),
            "server_version": str(db.client.server_info()["version"]),
            "application_version": version("marketplace"),
            "migrations": _migrations(db, session),
            "excluded": sorted(exclude),
        }
        writer = _Writer(db, folder, session, history, gzip=gzip)
        prelude = {"ServerVersion": made["server_version"], "ToolVersion": tool()}
        writer.text(names.PRELUDE, json.dumps(prelude, separators=(",", ":")))
        made["collections"] = []
        for entry in entries:
            described: dict[str, Any] = {"name": entry.name, "type": entry.type}
            if entry.data:
                described |= writer.documents(entry.data, extents[entry.data], capped=entry.capped)
                report(f"{entry.name}: {described['documents']} documents, {_mb(described['bytes'])}")
            writer.text(names.file_stem(entry.name) + names.METADATA, entry.metadata())
            described["options"] = json.loads(catalogue.as_json(entry.options))
            described["indexes"] = json.loads(catalogue.as_json(entry.indexes))
            made["collections"].append(described)
        _see_that_all_were_there(entries, catalogue.read(db), exclude, report)
        made["files"] = writer.files
        manifest.write(folder, made)
    return made


def tool() -> str:
    """What the prelude names as the maker of a backup of ours."""
    return f"marketplace-{version('marketplace')}"


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many bytes a collection holds, and how many of its documents to ask for at a time."""

    size: int
    batch: int


class _Writer:
    """Writes the files of a backup, and remembers the sums of each in `files`."""

    def __init__(
        self, db: Db, folder: Path, session: ClientSession | None, history: _History | None, *, gzip: bool
    ) -> None:
        self._db, self._folder, self._session, self._history = db, folder, session, history
        self._ending = names.GZIPPED if gzip else ""
        self.files: dict[str, dict[str, Any]] = {}

    def text(self, file: str, text: str) -> None:
        """Write a file of text."""
        with files.writing(self._folder / (file + self._ending)) as (content, summed):
            content.write(text.encode())
        self._remember(file, summed)

    def documents(self, collection: str, extent: _Extent, *, capped: bool) -> dict[str, Any]:
        """Write the documents of a collection, and answer how many bytes they are and their digest."""
        digest, size, file = digests.Digest(), 0, names.file_stem(collection) + names.DATA
        runs: Iterator[bytes] = self._db[collection].find_raw_batches(  # type: ignore[assignment]
            batch_size=extent.batch, session=None if capped else self._session
        )
        with files.writing(self._folder / (file + self._ending)) as (content, summed):
            for run in _ahead(runs):
                digest.add(documents_in(run))
                content.write(run)
                size += len(run)
                if self._history:
                    self._history.watch(len(run))
        self._remember(file, summed)
        found = {"documents": digest.documents, "bytes": size, "digest": str(digest)}
        return found | {"capped": "not in snapshot"} if capped else found

    def _remember(self, file: str, summed: files.Summed) -> None:
        self.files[file + self._ending] = {"bytes": summed.size, "sha256": summed.sha256}


def _ahead(runs: Iterator[bytes]) -> Iterator[bytes]:
    """The same, with the next one under way while this one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, runs, None)
        while (run := coming.result()) is not None:
            coming = reader.submit(next, runs, None)
            yield run


def _migrations(db: Db, session: ClientSession | None) -> list[dict[str, str]]:
    """Which migrations the database has, and how far each is."""
    records = db["_migrations"].find({}, {"state": 1}, session=session).sort("_id")
    return [{"id": str(record["_id"]), "state": record.get("state", "applied")} for record in records]


def _see_that_all_were_there(
    before: list[Entry], after: list[Entry], exclude: Collection[str], report: Report
) -> None:
    """Raise BackupFailed when a collection went away meanwhile: the server shows such a one as empty."""
    gone = catalogue.changed(before, after)
    if gone:
        raise BackupFailed(
            f"{', '.join(gone)} was dropped, renamed or made anew during the backup, "
            "so that it cannot be whole. Run the backup again."
        )
    for name in sorted({entry.name for entry in after} - {entry.name for entry in before} - set(exclude)):
        report(f"{name} came up during the backup and is not in it.")


class _History:
    """Warns in time that the server forgets the moment of the snapshot before the backup is done."""

    def __init__(self, db: Db, total: int, report: Report) -> None:
        self._total, self._done, self._report = total, 0, report
        self._began = time.monotonic()
        self._warned = False
        try:
            asked = db.client.admin.command("getParameter", 1, minSnapshotHistoryWindowInSeconds=1)
        except OperationFailure:  # no hosted database answers this to everybody
            asked = {"minSnapshotHistoryWindowInSeconds": 300}
        #: Seconds that the server keeps its history.
        self.seconds = float(asked["minSnapshotHistoryWindowInSeconds"])

    def watch(self, size: int) -> None:
        """Take note of so many more bytes."""
        self._done += size
        took = time.monotonic() - self._began
        if self._warned or took < _FIRST_LOOK:
            return
        whole = took * max(1.0, self._total / self._done)
        if whole > _COMFORT * self.seconds:
            self._warned = True
            self._report(
                f"Warning: this backup will take about {whole:.0f} s, and the server keeps "
                f"the moment that it shows for {self.seconds:.0f} s. If that is not enough, it will end "
                "without a result."
            )


@contextmanager
def _partial_of(target: Path) -> Iterator[Path]:
    """A folder to write into that becomes the target in one step, or goes away after an error."""
    folder = target.with_name(target.name + names.PARTIAL)
    if folder.exists():
        with locked(folder) as free:
            if not free:
                raise BackupFailed(f"Another backup is being written to {target} right now.")
            shutil.rmtree(folder)  # of one that died
    files.make_folder(folder)
    with locked(folder):
        try:
            yield folder
            files.sync_folder(folder)
            folder.rename(target)
            files.sync_folder(target.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Hold a folder that is being written; answers whether it is ours, for a living writer holds its own."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


@contextmanager
def _session(db: Db, *, snapshot: bool) -> Iterator[ClientSession | None]:
    with db.client.start_session(snapshot=True) if snapshot else nullcontext() as session:
        yield session


def _pin(db: Db, entries: list[Entry], session: ClientSession | None) -> str | None:
    """Fix the moment that the session shows; answers it as `seconds.number` of the cluster's time.

    Only reading from a collection that is there fixes it.
    """
    there = next((entry.data for entry in entries if entry.data and not entry.capped), None)
    if session is None or there is None:
        return None
    at = db.command({"find": there, "limit": 1}, session=session)["cursor"]["atClusterTime"]
    return f"{at.time}.{at.inc}"


@contextmanager
def _explained(history: _History | None) -> Iterator[None]:
    """What the server refuses during a backup, as a sentence."""
    try:
        yield
    except OperationFailure as error:
        raise BackupFailed(_sentence(error, history)) from None
    except OSError as error:
        raise BackupFailed(f"The backup cannot be written: {error}") from None


def _sentence(error: OperationFailure, history: _History | None) -> str:
    none = "or give up one moment for all collections: --consistency none."
    if error.code == 239 and history:  # SnapshotTooOld
        return (
            f"The backup took longer than the {history.seconds:.0f} s for which the server keeps "
            "its history. Leave large collections out (--exclude), run it nearer to the server, raise the "
            f"server's minSnapshotHistoryWindowInSeconds, use your host's own backups, {none}"
        )
    if error.code == 246:  # SnapshotUnavailable
        return "A collection was made or changed just as the backup came to it. Run the backup again."
    if error.code == 123:  # NotAReplicaSet
        return f"A server that is no replica set has no snapshots. Make it one, {none}"
    return f"The server refused to be read: {(error.details or {}).get('errmsg', error)}"


def _extent(db: Db, collection: str) -> _Extent:
    found = db.command("collStats", collection)
    size = int(found["size"])
    return _Extent(size, digests.batch_for(size, int(found.get("count", 0))))


def _see_that_it_fits(size: int, target: Path, *, gzip: bool) -> None:
    there = next(folder for folder in target.absolute().parents if folder.exists())
    free, needed = shutil.disk_usage(there).free, size // (_GZIP_RATIO if gzip else 1)
    if needed > free:
        raise BackupFailed(
            f"The backup needs about {_mb(needed)}, and {there} has {_mb(free)} left. "
            "Make room, or choose another place with --to FOLDER."
        )


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
