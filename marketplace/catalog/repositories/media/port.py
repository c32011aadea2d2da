"""What a store of files has to do, so that another can take its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

#: What the file of an upload is called: nothing else is looked for in a store.
_NAME = re.compile(r"[0-9a-f]{32}-[1-9][0-9]{0,3}\.webp")

#: What a private file is called, and what it is by the ending of its name.
_PRIVATE = re.compile(r"[0-9a-f]{32}-private\.(webp|pdf)")
_TYPES = {"webp": "image/webp", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is served: its size in bytes, and its content piece by piece.

    Where the body has a method `close`, who has read it calls it, as WSGI servers do.
    """

    size: int
    body: Iterable[bytes]


class MediaStore(Protocol):
    """Files by names that their content gives them: what has a name never changes.

    Names are those that `is_name` or `is_private` let through.
    """

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Store each file as a whole; one that is there already stays, whoever else stores it too."""

    def find(self, name: str) -> StoredFile | None:
        """The file, or None."""

    def missing(self, names: Collection[str]) -> set[str]:
        """Those of the names that have no file."""

    def remove(self, names: Collection[str]) -> None:
        """Remove the files; those that are gone already are no mistake."""


def is_name(text: str) -> bool:
    """Whether a picture that everybody sees can have this name."""
    return _NAME.fullmatch(text) is not None


def is_private(text: str) -> bool:
    """Whether a file can have this name that only some people see: none has both kinds of names."""
    return _PRIVATE.fullmatch(text) is not None


def type_of(name: str) -> str:
    """What a file is, by its name."""
    return _TYPES[name.rpartition(".")[2]]
