"""Rows of lists, decoded once: as long as it is kept, a row of the same bytes is the same object.

What is made of a row can be kept by it, and never has to be told that it changed: what changes in the
database has other bytes, and so is another row.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVar

import bson
from bson.codec_options import CodecOptions
from pymongo.collection import Collection

from .transactions import is_mongomock

#: How many rows are kept, and whatever is made of each: pages of lists that many look at.
KEPT = 1000

#: The longest row that is kept, in bytes; what sellers make larger costs its own time, and not all memory.
LONGEST = 4096

T = TypeVar("T")

_INT32 = struct.Struct("<i")

_OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


class Row(dict[str, Any]):
    """What is stored of a document that a list shows. Nobody may change it: others may have it too."""

    __slots__ = ("kept",)
    __hash__ = object.__hash__  # type: ignore[assignment]

    #: Whether the next one who reads the same bytes gets this object.
    kept: bool


def find(
    collection: Collection[dict[str, Any]], criteria: Mapping[str, Any], shown: Any, **how: Any
) -> list[Row]:
    """The rows that match; `how` is what `find` takes."""
    if is_mongomock(collection.database.client):
        hint = how.pop("hint", None)
        found = collection.find(criteria, shown, **how)
        return [kept(one) for one in (found.hint(hint) if hint else found)]
    batches: Iterable[Any] = collection.find_raw_batches(criteria, shown, **how)
    return [_of(bytes(one)) for batch in batches for one in documents_in(batch)]


def kept(document: Mapping[str, Any]) -> Row:
    """The row with these fields, for what came in another way than by `find`."""
    return _of(bson.encode(document))


def kept_with_row(make: Callable[..., T]) -> Callable[..., T]:
    """What a function makes of a row, its first argument, is kept as the row is."""
    keeping = lru_cache(KEPT)(make)

    @wraps(make)
    def made(row: Row, *more: Any) -> T:
        return (keeping if row.kept else make)(row, *more)

    return made


def documents_in(batch: bytes) -> Iterator[memoryview]:
    """The documents of a run of BSON, each as its bytes, nothing decoded."""
    view, at, end = memoryview(batch), 0, len(batch)
    while at < end:
        (length,) = _INT32.unpack_from(batch, at) if end - at >= 5 else (0,)
        if not 5 <= length <= end - at:
            raise ValueError(f"No whole document at byte {at}.")
        yield view[at : at + length]
        at += length


def _of(document: bytes) -> Row:
    return _kept(document) if len(document) <= LONGEST else _row(document, kept=False)


@lru_cache(KEPT)
def _kept(document: bytes) -> Row:
    return _row(document, kept=True)


def _row(document: bytes, *, kept: bool) -> Row:
    row = Row(bson.decode(document, _OPTIONS))
    row.kept = kept
    return row
