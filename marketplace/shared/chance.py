"""Where new identifiers come from: from chance, or from a key when sample data has to come out the same."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bson import ObjectId

from .clock import now

_source: ContextVar[_Source | None] = ContextVar("source", default=None)


def new_id() -> ObjectId:
    """An id that nothing has yet; of two that one process makes, the later is the greater."""
    source = _source.get()
    return ObjectId() if source is None else source.new_id()


def new_letters(alphabet: str, length: int) -> str:
    """So many letters of the alphabet, which nobody can guess."""
    source = _source.get()
    choose = secrets.choice if source is None else source.letters.choice
    return "".join(choose(alphabet) for _ in range(length))


@contextmanager
def drawn_from(key: str) -> Iterator[None]:
    """Let what is new inside follow from the key and from the clock alone: for sample data and tests.

    One key gives the same ids and letters in the same order, in whatever process.
    """
    token = _source.set(_Source(key))
    try:
        yield
    finally:
        _source.reset(token)


class _Source:
    """Ids shaped like the driver's own: the second, five bytes of the key's digest, a counter."""

    def __init__(self, key: str) -> None:
        digest = hashlib.blake2b(key.encode(), digest_size=16).digest()
        self._middle = digest[:5]
        self._count = 0
        self.letters = random.Random(digest)  # noqa: S311 - to be the same every time is its purpose

    def new_id(self) -> ObjectId:
        self._count += 1
        return ObjectId(
            int(now().timestamp()).to_bytes(4, "big") + self._middle + self._count.to_bytes(3, "big")
        )
