"""Filling a collection from a backup: documents as they are stored, never decoded, then its indexes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import Any

from bson.codec_options import DatetimeConversion
from bson.raw_bson import DEFAULT_RAW_BSON_OPTIONS, RawBSONDocument
from bson.timestamp import Timestamp
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from . import files
from .catalogue import Entry
from .errors import RestoreFailed
from .source import Stored

Db = Database[dict[str, Any]]

#: Threads that send documents, so that the server has work while the next ones are read.
_WRITERS = 2

#: Documents that one command may carry.
_MOST = 50_000

#: The type of a timestamp in BSON, and how the name and the value of one of zero end.
_TIMESTAMP, _ZEROS = b"\x11", bytes(9)

#: Takes dates beyond the year 9999.
_EXACT = DEFAULT_RAW_BSON_OPTIONS.with_options(datetime_conversion=DatetimeConversion.DATETIME_MS)

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
    if not stored.is_in(local):
        raise RestoreFailed(f"The documents of {entry.name} are not those of the backup after loading them.")
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
        files.reading(stored.file) as content,
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
    doubtful = may_hold_zero_time(bytes(run[0].obj))  # what all of the run is part of; it is not copied
    for start in range(0, len(run), _MOST):
        documents = [RawBSONDocument(document, _EXACT) for document in run[start : start + _MOST]]
        for zero, grouped in groupby(documents, _has_zero_time if doubtful else lambda _: False):
            some = list(grouped)
            command: dict[str, Any] = (
                {"update": name, "updates": [_as_update(document) for document in some]}
                if zero
                else {"insert": name, "documents": some}
            )
            answer = db.command(
                command | {"ordered": ordered, "bypassDocumentValidation": True, "writeConcern": {"w": 1}}
            )
            for error in answer.get("writeErrors", ()):
                raise RestoreFailed(f"The server refused a document of {name}: {error['errmsg']}")


def may_hold_zero_time(data: bytes) -> bool:
    """Whether these bytes may hold a timestamp of zero, at any depth: its type, a name, and nine zeros.

    Bytes without a zero among them are looked at once, however many of them could be the type.
    """
    at = data.find(_TIMESTAMP)
    while at >= 0 and (end := data.find(b"\0", at)) >= 0:
        if data.startswith(_ZEROS, end):
            return True
        at = data.find(_TIMESTAMP, end)
    return False


def _has_zero_time(document: RawBSONDocument) -> bool:
    """Whether a field of the document is a timestamp of zero, which an insert would set to the present."""
    return may_hold_zero_time(bytes(document.raw)) and Timestamp(0, 0) in document.values()


def _as_update(document: RawBSONDocument) -> dict[str, Any]:
    """What stores the document as it is, where an insert would not."""
    return {"q": {"_id": document["_id"]}, "u": [{"$replaceWith": {"$literal": document}}], "upsert": True}


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
