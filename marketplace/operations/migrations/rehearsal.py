"""Migrations on a copy: how long they take, what they change and break, whether they can be undone.

The copy is a database of its own on the same server, with the options and the indexes of the original,
which is only read.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from ...shared.rows import documents_in
from .. import digests
from ..lease import COLLECTION as LOCKS
from .base import Db, Report, silent
from .comparison import compare
from .errors import MigrationError
from .files import Migration
from .indexes import definitions
from .records import COLLECTION
from .run import migrate, revert
from .validators import DEFAULTS, Validator, options_of, violations

#: What belongs to the tool and not to the data.
OWN = (COLLECTION, LOCKS)

#: As many differences are told of each migration that does not come back.
TOLD = 20


@dataclass
class Rehearsed:
    """What a migration did to the copy."""

    name: str
    seconds: float
    #: Each step's name and how long it took, in seconds, where that is known.
    steps: list[dict[str, Any]]
    #: For each collection that changed, how many documents are new or different, and how many are gone.
    changed: dict[str, dict[str, int]]
    #: For each validator that is in force afterwards, the documents that break it.
    violations: dict[str, int]
    error: str | None = None
    #: What was not as before when it was undone; None when it was not undone.
    lost: list[str] | None = None


@dataclass
class Rehearsal:
    """What a rehearsal found."""

    copy: str
    documents: int
    seconds: float
    #: For each validator that is in force before, the documents that break it.
    violations: dict[str, int]
    migrations: list[Rehearsed] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every migration ran, and came back where it can be undone."""
        return not any(one.error or one.lost for one in self.migrations)


@contextmanager
def copy_of(db: Db, *, sample: int | None = None, keep: bool = False) -> Iterator[tuple[Db, int]]:
    """A copy of the database and the number of its documents; dropped at the end, unless it is to stay."""
    copy = db.client[f"{db.name}__rehearsal_{uuid4().hex[:8]}"]
    try:
        yield copy, _fill(copy, db, sample)
    finally:
        if not keep:
            db.client.drop_database(copy.name)


def _fill(copy: Db, db: Db, sample: int | None) -> int:
    """Copy collections, then indexes, then views; a sample takes about so many documents of each."""
    count = 0
    infos = [info for info in db.list_collections() if not info["name"].startswith("system.")]
    for info in sorted(infos, key=lambda one: (one["type"] == "view", one["name"])):
        name = info["name"]
        if name == LOCKS:
            continue
        copy.command("create", name, **info["options"])
        if info["type"] == "view":
            continue
        count += _copy_documents(copy, db, name, None if name == COLLECTION else sample)
        found = [index for index in definitions(db, name).values() if index["key"] != {"_id": 1}]
        wanted = [index for index in found if not index.get("clustered")]
        if wanted:
            copy.command("createIndexes", name, indexes=wanted)
    return count


def _copy_documents(copy: Db, db: Db, name: str, sample: int | None) -> int:
    where: dict[str, Any] = {}
    if sample is not None and (there := db[name].estimated_document_count()) > sample:
        where = {"$expr": {"$lt": [{"$rand": {}}, sample / there]}}
    count = 0
    for batch in _batches(db[name], where):
        documents = [RawBSONDocument(bytes(one)) for one in documents_in(batch)]
        if documents:
            copy[name].insert_many(documents, ordered=False, bypass_document_validation=True)
        count += len(documents)
    return count


def _batches(collection: Collection[Any], where: dict[str, Any] | None = None) -> Iterator[bytes]:
    """The documents that match, nothing decoded, many at a time."""
    return collection.find_raw_batches(where or {}, batch_size=digests.BATCH)


def rehearse(
    db: Db,
    *,
    folder: Path | None = None,
    sample: int | None = None,
    keep: bool = False,
    report: Report = silent,
) -> Rehearsal:
    """Run what is pending on a copy, undo it there again, and tell what happened."""
    began = time.monotonic()
    report("Copying the database …")
    with copy_of(db, sample=sample, keep=keep) as (copy, documents):
        found = Rehearsal(copy.name, documents, time.monotonic() - began, _all_violations(copy))
        for migration in compare(copy, folder).pending:
            done = _rehearse_one(copy, migration, folder, report)
            found.migrations.append(done)
            if done.error:
                break
        return found


def verify_down(
    db: Db,
    name: str | None = None,
    *,
    folder: Path | None = None,
    sample: int | None = None,
    report: Report = silent,
) -> list[Rehearsed]:
    """On a copy, apply and undo each migration from `name` on, and tell what does not come back.

    Without a name begins with the first that is pending, else with the latest that is applied.
    """
    found = compare(db, folder)
    names = [migration.name for migration in found.migrations]
    if name is not None and name not in names:
        raise MigrationError(f"There is no migration {name}.")
    waiting = [migration.name for migration in found.pending]
    first = name or next(iter(waiting or names[-1:]), None)
    if first is None:
        return []
    report("Copying the database …")
    with copy_of(db, sample=sample) as (copy, documents):
        report(f"Copied {documents:,} documents.")
        again = [record for record in found.applied if record.name in names[names.index(first) :]]
        if again:
            revert(copy, folder=folder, count=len(again))
        checked = []
        for migration in compare(copy, folder).pending:
            done = _rehearse_one(copy, migration, folder, report)
            checked.append(done)
            if done.error:
                break
        return checked


def _rehearse_one(copy: Db, migration: Migration, folder: Path | None, report: Report) -> Rehearsed:
    """Up, down and up again, with a look at the data in between."""
    name, content = migration.name, migration.content
    before, prints = _digest(copy), _fingerprints(copy)
    began = time.monotonic()
    done = Rehearsed(name, 0.0, [], {}, {})
    try:
        _apply(copy, name, folder, report)
        done.seconds = time.monotonic() - began
        done.steps = _steps(copy, name)
        done.changed = _changes(prints, _fingerprints(copy))
        done.violations = _all_violations(copy) | _unmet(copy, migration)
        if content.irreversible is None:
            report(f"{name}: undoing it and comparing …")
            revert(copy, folder=folder)
            done.lost = _differences(before, _digest(copy))
            _apply(copy, name, folder, silent)
    except (MigrationError, OperationFailure) as error:
        done.error = str(error)
        done.seconds = done.seconds or time.monotonic() - began
        done.violations = done.violations or _unmet(copy, migration)
    return done


def _apply(copy: Db, name: str, folder: Path | None, report: Report) -> None:
    """Apply what comes up to this one, which is this one alone: the others are applied already."""
    migrate(copy, folder=folder, to=name, report=report)


def _steps(copy: Db, name: str) -> list[dict[str, Any]]:
    record = copy[COLLECTION].find_one({"_id": name}) or {}
    kept = ("name", "took", "changed", "done")
    return [{key: entry[key] for key in kept if key in entry} for entry in record.get("steps", ())]


def _digest(db: Db) -> dict[str, Any]:
    """The digest of the data, with what the server takes for granted said."""
    found = digests.of_database(db, but=OWN)
    for described in found.values():
        if described["type"] == "collection":
            described["options"] = DEFAULTS | described["options"]
    return found


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is not as it was, in sentences."""
    told = [f"the collection {name} is gone" for name in before.keys() - after.keys()]
    told += [f"the collection {name} stays" for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old.get("digest") != new.get("digest"):
            told.append(f"{name}: documents differ ({old['documents']:,} before, {new['documents']:,} after)")
        told += _index_differences(name, old.get("indexes", {}), new.get("indexes", {}))
        if old["options"] != new["options"]:
            told.append(f"{name}: the options differ ({old['options']} before, {new['options']} after)")
    return sorted(told)[:TOLD]


def _index_differences(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for index in sorted(old.keys() | new.keys()):
        if old.get(index) != new.get(index):
            how = "is gone" if index not in new else "stays" if index not in old else "differs"
            yield f"{name}: the index {index} {how}"


def _all_violations(db: Db) -> dict[str, int]:
    """For each collection with a validator, how many documents break it."""
    found = {}
    for info in db.list_collections(filter={"type": "collection"}):
        rule = info["options"].get("validator")
        if rule:
            found[info["name"]] = violations(db, info["name"], rule)
    return found


def _unmet(db: Db, migration: Migration) -> dict[str, int]:
    """For each validator that the migration sets, how many documents break it."""
    return {
        step.on: violations(db, step.on, step.rule)
        for step in migration.content.steps
        if isinstance(step, Validator) and options_of(db, step.on) is not None
    }


def _fingerprints(db: Db) -> dict[str, array[int]]:
    """A sorted array of the documents' 64-bit hashes for each collection: eight bytes a document."""
    found = {}
    for info in db.list_collections(filter={"type": "collection"}):
        name = info["name"]
        if name in OWN or name.startswith("system."):
            continue
        prints = array("Q")
        for batch in _batches(db[name]):
            for document in documents_in(batch):
                prints.append(int.from_bytes(blake2b(document, digest_size=8).digest(), "big"))
        found[name] = array("Q", sorted(prints))
    return found


def _changes(before: dict[str, array[int]], after: dict[str, array[int]]) -> dict[str, dict[str, int]]:
    """For each collection, how many documents are new or different, and how many are gone or different."""
    found = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, array("Q")), after.get(name, array("Q"))
        if old != new:
            same = _in_both(old, new)
            found[name] = {"written": len(new) - same, "gone": len(old) - same}
    return found


def _in_both(one: array[int], other: array[int]) -> int:
    """How many values two sorted arrays share."""
    count = here = there = 0
    while here < len(one) and there < len(other):
        if one[here] == other[there]:
            count, here, there = count + 1, here + 1, there + 1
        elif one[here] < other[there]:
            here += 1
        else:
            there += 1
    return count
