"""A backup to restore from: read and checked to its last byte before anything is written.

One of our own is held against its manifest. A directory that mongodump made has none: every document of
it is decoded once instead, which finds what is not well formed, though not a changed value.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.errors import BSONError
from pymongo.collection import Collection

from .. import digests, transient
from . import catalogue, files, manifest, names
from .catalogue import Entry
from .errors import Damaged

Report = Callable[[str], None]

#: Takes every value that a server stores.
_LENIENT: CodecOptions[dict[str, Any]] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_MS, unicode_decode_error_handler="replace"
)

#: The digest of no documents.
_NONE = str(digests.Digest())

#: The longest text that describes a collection, in bytes: its validator is a document of the server's.
_LONGEST_TEXT = 64 << 20

_MONGODUMPS = ("prelude.json", "prelude.json.gz")


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry of a backup with its documents: their file, number, size in bytes and digest."""

    entry: Entry
    file: Path | None = None
    documents: int = 0
    size: int = 0
    digest: str = _NONE

    def is_in(self, collection: Collection[dict[str, Any]]) -> bool:
        """Whether the collection holds these documents and no others."""
        found = digests.of_collection(collection, batch=digests.batch_for(self.size, self.documents))
        return (found.documents, str(found)) == (self.documents, self.digest)


@dataclass(slots=True)
class Source:
    """A backup, verified: what it holds, and a `fingerprint` that no other backup has."""

    folder: Path
    manifest: dict[str, Any] | None
    stored: list[Stored] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def excluded(self) -> set[str]:
        """The collections that whoever made it left out, which says nothing against them."""
        return set(self.manifest["excluded"]) if self.manifest else set()


def opened(folder: Path, report: Report = lambda _: None) -> Source:
    """The backup in a folder, read from beginning to end; raises Damaged naming what is wrong."""
    folder = _with_files(folder)
    found = manifest.read(folder)
    present = _files_in(folder)
    if found:
        _compare(set(found["files"]), set(present))
    elif _is_ours(present):
        raise Damaged(f"{names.MANIFEST} is missing, so this is no whole backup.")
    else:
        report(
            f"Warning: {folder} has no {names.MANIFEST}, so only the form of its files can be verified, "
            "not whether they are as they were written."
        )
    source = Source(folder, found)
    sums = _Sums(found)
    for name in present.keys() & set(_MONGODUMPS):
        _text_of(present.pop(name), sums)
    for name in sorted(present):
        for ending in (names.METADATA, names.METADATA + names.GZIPPED):
            if name.endswith(ending):
                path, stem = present.pop(name), name.removesuffix(ending)
                entry = catalogue.from_metadata(_text_of(path, sums), name, stem)
                source.stored.append(_stored(entry, stem, present, sums))
    for name in sorted(present):
        if found or not name.startswith("system."):
            raise Damaged(f"{name} does not belong to a backup.")
        report(f"{name} is not restored: it is one of the server's own collections.")
    _refuse_twins(source.stored)
    if found:
        _compare_documents(found, source.stored)
    source.stored = [one for one in source.stored if not transient.is_transient(one.entry.name)]
    source.fingerprint = hashlib.sha256(json.dumps(sorted(sums.taken.items())).encode()).hexdigest()
    return source


class _Sums:
    """The SHA-256 of each file that was read, held against the manifest if there is one."""

    def __init__(self, found: dict[str, Any] | None) -> None:
        self._expected = found["files"] if found else None
        self.taken: dict[str, str] = {}

    def take(self, file: str, summed: files.Summed) -> None:
        self.taken[file] = summed.sha256
        if self._expected is None:
            return
        expected = self._expected[file]
        if summed.size != expected["bytes"]:
            raise Damaged(f"{file} has {summed.size} bytes; it was written with {expected['bytes']}.")
        if summed.sha256 != expected["sha256"]:
            raise Damaged(f"{file} is not as it was written: its SHA-256 differs from the manifest's.")

    @property
    def deep(self) -> bool:
        """Whether documents have to be decoded, for want of a manifest."""
        return self._expected is None


def _with_files(folder: Path) -> Path:
    """The folder itself, or the one of the only database in it, for `mongodump --out` makes one for each."""
    if not folder.is_dir():
        raise Damaged(f"There is no folder {folder}.")
    if folder.name.endswith(names.PARTIAL):
        raise Damaged(f"{folder} is of a backup that did not end.")
    if (folder / names.MANIFEST).exists() or any(names.METADATA in path.name for path in folder.iterdir()):
        return folder
    if any(path.name in ("oplog.bson", "oplog.bson.gz") for path in folder.iterdir()):
        raise Damaged(f"{folder} was made with mongodump --oplog, whose log only mongorestore can replay.")
    inner = [
        path for path in sorted(folder.iterdir()) if path.is_dir() and any(path.glob(f"*{names.METADATA}*"))
    ]
    if not inner:
        raise Damaged(f"{folder} is no backup: it has no file {names.MANIFEST} or …{names.METADATA}.")
    if len(inner) > 1:
        raise Damaged(
            f"{folder} holds several databases: {', '.join(path.name for path in inner)}. "
            "Name one of these folders."
        )
    return inner[0]


def _files_in(folder: Path) -> dict[str, Path]:
    """The files by name, but for the manifest."""
    present = {path.name: path for path in sorted(folder.iterdir()) if path.name != names.MANIFEST}
    for name, path in present.items():
        if not path.is_file():  # a pipe would be waited for without end
            raise Damaged(f"{name} is no file.")
    return present


def _refuse_twins(stored: list[Stored]) -> None:
    for name, times in Counter(one.entry.name for one in stored).items():
        if times > 1:
            raise Damaged(f"{times} files describe the collection {name}.")


def _compare(expected: set[str], present: set[str]) -> None:
    for name in sorted(expected - present):
        raise Damaged(f"{name} is missing.")
    for name in sorted(present - expected):
        raise Damaged(f"{name} does not belong to this backup.")


def _is_ours(present: dict[str, Path]) -> bool:
    """Whether the folder's own prelude says that this application made it."""
    preludes = [present[name] for name in _MONGODUMPS if name in present]
    return any(b"marketplace-" in _text_of(path, _Sums(None)) for path in preludes)


def _text_of(path: Path, sums: _Sums) -> bytes:
    with files.summing(path) as (content, summed):
        text = content.read(_LONGEST_TEXT + 1)
        if len(text) > _LONGEST_TEXT:
            raise Damaged(f"{path.name} is longer than any description of a collection.")
    sums.take(path.name, summed)
    return text


def _stored(entry: Entry, stem: str, present: dict[str, Path], sums: _Sums) -> Stored:
    """An entry with the survey of its data file, which is taken out of those present."""
    if entry.data is None:
        return Stored(entry)
    data = stem + names.DATA if entry.data == entry.name else names.file_stem(entry.data) + names.DATA
    path = present.pop(data, None) or present.pop(data + names.GZIPPED, None)
    if path is None:
        raise Damaged(f"{data} is missing.")
    digest, at = digests.Digest(), 0
    with files.summing(path) as (content, summed):
        for found in files.documents(content, path.name):
            digest.add(found)
            for document in found:
                if sums.deep:
                    _decode(document, path.name, at)
                at += len(document)
    sums.take(path.name, summed)
    return Stored(entry, path, digest.documents, at, str(digest))


def _decode(document: memoryview, file: str, at: int) -> None:
    try:
        bson.decode(document, codec_options=_LENIENT)
    except (BSONError, ValueError, TypeError) as error:
        raise Damaged(f"{file} holds a document at byte {at} that is not well formed: {error}") from None


def _compare_documents(found: dict[str, Any], stored: list[Stored]) -> None:
    """Hold what was read against what the manifest counted."""
    expected = {
        one["name"]: (one.get("documents", 0), one.get("digest", _NONE)) for one in found["collections"]
    }
    if expected != {one.entry.name: (one.documents, one.digest) for one in stored}:
        raise Damaged(f"The files are not what {names.MANIFEST} counts.")
