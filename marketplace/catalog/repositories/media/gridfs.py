"""Files in MongoDB, as GridFS lays them out, so that MongoDB's own tools read them too.

The name of a file is its id. A file and its pieces are written in one transaction, which the driver's own
GridFS does not do: nobody sees half a file, and one that breaks off leaves no pieces behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mongoengine import NotUniqueError
from pymongo.errors import BulkWriteError, DuplicateKeyError

from ....shared.transactions import transactional
from ...documents import GridChunk, GridFile
from .port import StoredFile, type_of

#: The size of a piece in bytes, which GridFS recommends.
PIECE = 255 * 1024


class GridFsStore:
    """Files in the collections `media.files` and `media.chunks`."""

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Store each file that is not there."""
        for name in sorted(self.missing(files)):
            try:
                _write(name, files[name])
            except (NotUniqueError, DuplicateKeyError, BulkWriteError):
                if self.missing([name]):  # it was not somebody else who stored the same
                    raise

    def find(self, name: str) -> StoredFile | None:
        """The file; its first piece is read at once, so that an outage is noticed before it is sent."""
        found = GridFile.objects(pk=name).first()
        if found is None:
            return None
        pieces = _pieces(name)
        first = next(pieces, b"")
        return StoredFile(found.length, [first] if found.length <= len(first) else _and(first, pieces))

    def missing(self, names: Collection[str]) -> set[str]:
        """Those of the names that have no file."""
        return set(names) - set(GridFile.objects(pk__in=list(names)).scalar("name"))

    def remove(self, names: Collection[str]) -> None:
        """Remove the files with their pieces."""
        _remove(list(names))


@transactional
def _write(name: str, body: bytes) -> None:
    pieces = [body[start : start + PIECE] for start in range(0, len(body), PIECE)]
    GridFile(
        name=name,
        filename=name,
        length=len(body),
        chunk_size=PIECE,
        metadata={"contentType": type_of(name)},
    ).save(force_insert=True)
    GridChunk.objects.insert(
        [GridChunk(file_name=name, n=number, data=piece) for number, piece in enumerate(pieces)]
    )


@transactional
def _remove(names: list[str]) -> None:
    GridFile.objects(pk__in=names).delete()
    GridChunk.objects(file_name__in=names).delete()


def _pieces(name: str) -> Iterator[bytes]:
    rows = GridChunk.objects(file_name=name).order_by("n").only("data").as_pymongo()
    return (bytes(row["data"]) for row in rows)


def _and(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
