"""The files of a backup: written for one person's eyes, read in runs of whole documents, and summed."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from . import names
from .errors import Damaged

#: Bytes that are read, or sent to the server, at a time.
CHUNK = 2 << 20

#: The largest document that the server keeps.
LARGEST = (16 << 20) + (16 << 10)


class Summed(io.RawIOBase):
    """A file that counts its bytes and takes their SHA-256 as they are read or written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        #: Bytes so far.
        self.size = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes so far."""
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`."""
        found = self._file.read(size)
        self._take(found)
        return found

    def write(self, data: Any) -> int:
        """Write all of it."""
        self._take(data)
        return self._file.write(data)

    def _take(self, data: Any) -> None:
        self._hash.update(data)
        self.size += len(data)


@contextmanager
def writing(path: Path) -> Iterator[tuple[IO[bytes], Summed]]:
    """A new file and the sums of what is on the disk, which are complete when this closes.

    A name that ends in `.gz` gets it compressed. The file is on the disk for good in the end.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        summed = Summed(file)
        if path.suffix == names.GZIPPED:
            with gzip.GzipFile("", "wb", 1, summed, mtime=0) as packed:
                yield cast("IO[bytes]", packed), summed
        else:
            yield cast("IO[bytes]", summed), summed
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A file's content; raises Damaged when it does not unpack."""
    with path.open("rb", buffering=0) as file, _unpacked(path, file) as content:
        yield content


@contextmanager
def summing(path: Path) -> Iterator[tuple[IO[bytes], Summed]]:
    """A file's content and the sums of what is on the disk; raises Damaged when it does not unpack."""
    with path.open("rb", buffering=0) as file:
        summed = Summed(file)
        with _unpacked(path, cast("IO[bytes]", summed)) as content:
            yield content, summed


@contextmanager
def _unpacked(path: Path, file: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.suffix != names.GZIPPED:
        yield file
        return
    try:
        with gzip.GzipFile("", "rb", fileobj=file) as packed:
            yield cast("IO[bytes]", packed)
    except (EOFError, OSError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise Damaged(f"{path.name} does not unpack: {error}") from None


def documents(content: IO[bytes], file: str) -> Iterator[list[memoryview]]:
    """The documents of a data file in their order, some at a time; raises Damaged when they are none."""
    rest, start = b"", 0
    while chunk := content.read(CHUNK):
        data = rest + chunk
        view, found, at = memoryview(data), [], 0
        while len(data) - at >= 4:
            (length,) = struct.unpack_from("<i", data, at)
            if not 5 <= length <= LARGEST:
                raise Damaged(f"{file} holds no document at byte {start + at}.")
            end = at + length
            if end > len(data):
                break
            if data[end - 1]:
                raise Damaged(f"{file} holds a document at byte {start + at} that does not end.")
            found.append(view[at:end])
            at = end
        if found:
            yield found
        rest, start = data[at:], start + at
    if rest:
        raise Damaged(f"{file} ends in the middle of a document, at byte {start}.")


def make_folder(path: Path) -> None:
    """Make a new folder that only its owner can open, and those above it as far as they are missing."""
    for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
        missing.mkdir(mode=0o700)


def sync_folder(path: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
