"""Filling a collection from a backup: documents as they are stored, never decoded, then its indexes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from .. import digests
from . import files
from .catalogue import Entry
from .errors import RestoreFailed
from .source import Stored

Db = Database[dict[str, Any]]

#: Threads that send documents, so that the server has work while the next ones are read.
_WRITERS = 2

#: Documents that one command may carry.
_MOST = 50_000

#: What the server deletes by age waits until the digest of the documents was compared.
_LATER = "expireAfterSeconds"


def fill(db: Db, name: str, stored: Stored, check: Callable[[], None]) -> None:
    """Make the collection `name` as the backup has it: options, documents, indexes.

    `check` is called again and again, to raise when the restore has to end. Raises RestoreFailed when the
    collection does not become what the backup holds.
    """
    entry = stored.entry
    options = {key: value for key, value in entry.options.items() if key not in (_LATER, "autoIndexId")}
    db.command({"create": name, **options})
    documents = entry.data or name
    if documents == entry.name:
        documents = name
    if stored.file:
        _insert_all(db, documents, stored, check)
    local = db.get_collection(documents, read_concern=ReadConcern("local"))
    digest = digests.of_collection(local)
    if (digest.documents, str(digest)) != (stored.documents, stored.digest):
        raise RestoreFailed(
            f"{entry.name} did not become what the backup holds: {digest.documents} documents of "
            f"{stored.documents}, digest {digest} instead of {stored.digest}."
        )
    for indexes in _in_order(entry):
        check()
        db.command({"createIndexes": name, "indexes": indexes})
    if _LATER in entry.options:
        db.command({"collMod": name, _LATER: entry.options[_LATER]})


def _insert_all(db: Db, name: str, stored: Stored, check: Callable[[], None]) -> None:
    assert stored.file is not None  # noqa: S101 - whoever calls has looked
    ordered = stored.entry.capped
    waiting: deque[Future[None]] = deque()
    with (
        ThreadPoolExecutor(1 if ordered else _WRITERS) as writers,
        files.reading(stored.file) as (content, _),
    ):
        for run in files.documents(content, stored.file.name):
            check()
            waiting.append(writers.submit(_insert, db, name, run, ordered))
            if len(waiting) > _WRITERS:
                waiting.popleft().result()
        for sent in waiting:
            sent.result()


def _insert(db: Db, name: str, run: list[memoryview], ordered: bool) -> None:
    """Send documents as they are; those that break the collection's validator too."""
    for start in range(0, len(run), _MOST):
        documents = [RawBSONDocument(document) for document in run[start : start + _MOST]]
        answer = db.command(
            {
                "insert": name,
                "documents": documents,
                "ordered": ordered,
                "bypassDocumentValidation": True,
                "writeConcern": {"w": 1},
            }
        )
        for error in answer.get("writeErrors", ()):
            raise RestoreFailed(f"The server refused a document of {name}: {error['errmsg']}")


def _in_order(entry: Entry) -> list[list[dict[str, Any]]]:
    """The indexes to create, in two commands: text indexes, which take longest, last."""
    quick: list[dict[str, Any]] = []
    text: list[dict[str, Any]] = []
    for index in entry.indexes:
        if list(index["key"].items()) == [("_id", 1)] or index.get("clustered"):
            continue
        made = {key: value for key, value in index.items() if key != "ns"}
        if "collation" in entry.options and "collation" not in made:
            made["collation"] = {"locale": "simple"}  # it would get the collection's otherwise
        (text if "text" in index["key"].values() else quick).append(made)
    return [indexes for indexes in (quick, text) if indexes]
