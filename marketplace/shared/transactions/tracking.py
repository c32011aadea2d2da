"""What a transaction that came to nothing leaves behind in memory.

MongoEngine believes that what it wrote is stored. After a rollback it would write the next change alone:
of a document that was new, nothing but the changed field. So every document that is saved or deleted in a
transaction is remembered, and when that comes to nothing, a new one is as if it had never been saved, and
any other is stale: it refuses to be saved until it is loaded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from mongoengine import Document, signals

from ..errors import VersionConflict

_STALE = "_stale_since_rollback"


class StaleDocument(VersionConflict):
    """What is in memory was part of a transaction that came to nothing: load it again, then change it."""


class Open:
    """The transaction that is open: what to call once it is committed, and which documents it touched."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[], Any]] = []
        self._touched: dict[int, tuple[Document, bool]] = {}

    def touch(self, document: Document) -> None:
        """Remember the document, and whether it was new before the transaction."""
        self._touched.setdefault(id(document), (document, document._created))

    def came_to_nothing(self, *, known: bool) -> None:
        """Forget all that was to happen; `known` is whether it surely was rolled back."""
        self.callbacks.clear()
        for document, was_new in self._touched.values():
            if was_new and known:
                document._created = True
            else:
                setattr(document, _STALE, True)
        self._touched.clear()


_open: ContextVar[Open | None] = ContextVar("open_transaction", default=None)


@contextmanager
def opened(transaction: Open) -> Iterator[None]:
    """Make it the open one, in this context."""
    token = _open.set(transaction)
    try:
        yield
    finally:
        _open.reset(token)


def current() -> Open | None:
    """The open transaction."""
    return _open.get()


def is_open() -> bool:
    """Whether a transaction is open here."""
    return _open.get() is not None


def forget_staleness(document: Document) -> None:
    """The document was loaded again."""
    document.__dict__.pop(_STALE, None)


def touch(document: Document) -> None:
    """Remember that the open transaction, if any, changes this document."""
    transaction = _open.get()
    if transaction is not None:
        transaction.touch(document)


def _before_save(_: type[Document], document: Document, **__: Any) -> None:
    if getattr(document, _STALE, False):
        raise StaleDocument(
            f"This {type(document).__name__.lower()} was changed together with something that failed. "
            "Load it again, then save."
        )
    touch(document)


def _before_delete(_: type[Document], document: Document, **__: Any) -> None:
    touch(document)


signals.pre_save.connect(_before_save)
signals.pre_delete.connect(_before_delete)
