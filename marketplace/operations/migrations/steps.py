"""What a migration is made of. This is the one module that a migration imports.

    from marketplace.operations.migrations.steps import collection, each, index, opaque, tx, validator

    steps = [
        collection("labels", IndexModel("name", name="name", unique=True)),
        index.create("orders", "buyer", {"buyer_id": 1, "placed_at": -1}),
        each("products", {"slug": None}, add_slug, down={"$unset": {"slug": ""}}),
        tx(merge_settings, down=split_settings),
    ]

Functions get the database; what they do on it belongs to the step's transaction by itself. They use plain
pymongo and never the application's documents, which will have moved on when the migration runs again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import indexes as index
from .base import Db, Safe, Step, Work
from .chunks import Change, in_chunks
from .collections import collection, collections
from .validators import validator

__all__ = ["collection", "collections", "each", "index", "opaque", "tx", "validator"]


def tx(up: Callable[[Db], Any], down: Callable[[Db], Any] | None = None, *, safe: Safe | None = None) -> Step:
    """A few writes and their record in one transaction: all of it, once, or nothing.

    For what is over in seconds; `each` goes through whole collections. A transaction makes no index.
    """
    return _Transaction(up, down, safe)


def each(
    collection: str,
    filter: Mapping[str, Any],  # noqa: A002 - it is MongoDB's word, and pymongo's
    change: Change,
    *,
    down: Change | None = None,
    down_filter: Mapping[str, Any] | None = None,
    batch: int = 2000,
    safe: Safe | None = None,
) -> Step:
    """Change each document that matches the filter, exactly once, however often the run breaks off.

    `change` is an update, an update pipeline, or a function that gets the database and a document and
    answers one of these, or None to leave the document as it is. What the function writes elsewhere belongs
    to the same transaction. Works in the order of `_id`, in chunks of at most `batch` documents that shrink
    when they collide with other writers or take long; a document inserted behind the cursor is not seen, so
    the code that runs has to write the new form already.

    `down` undoes it, for the documents that match `down_filter` (all, unless given).
    """
    return _Each(collection, filter, change, down, down_filter or {}, batch, safe)


def opaque(
    up: Callable[[Db], Any],
    down: Callable[[Db], Any] | None = None,
    *,
    idempotent: bool,
    safe: Safe | None = None,
) -> Step:
    """A function that runs outside of any transaction, for what fits no other kind.

    When it breaks off it runs again if it is `idempotent`; else a person has to say how far it came.
    """
    return _Opaque(up, down, idempotent, safe)


def _name_of(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__).strip("<>")


class _Transaction(Step):
    kind = "tx"

    def __init__(self, up: Callable[[Db], Any], down: Callable[[Db], Any] | None, safe: Safe | None) -> None:
        super().__init__(_name_of(up), safe=safe)
        self.do, self.undo = up, down
        self.reversible = down is not None

    def up(self, work: Work) -> None:
        self._run(work, self.do, "done")

    def down(self, work: Work) -> None:
        if self.undo is not None:
            self._run(work, self.undo, "pending")

    def _run(self, work: Work, function: Callable[[Db], Any], state: str) -> None:
        def once() -> dict[str, Any]:
            function(work.db)
            return {"state": state}

        work.transaction(once)

    def plan(self, db: Db) -> str:
        return "in one transaction"


class _Each(Step):
    kind = "each"

    def __init__(
        self,
        collection: str,
        filter: Mapping[str, Any],  # noqa: A002 - as above
        change: Change,
        down: Change | None,
        down_filter: Mapping[str, Any],
        batch: int,
        safe: Safe | None,
    ) -> None:
        super().__init__(collection, collection=collection, safe=safe)
        self.filter, self.change = dict(filter), change
        self.down_filter, self.down_change = dict(down_filter), down
        self.batch = batch
        self.reversible = down is not None

    def up(self, work: Work) -> None:
        in_chunks(work, self.collection or "", self.filter, self.change, self.batch)

    def down(self, work: Work) -> None:
        if self.down_change is not None:
            in_chunks(work, self.collection or "", self.down_filter, self.down_change, self.batch)

    def plan(self, db: Db) -> str:
        count = db[self.collection or ""].count_documents(self.filter)
        return f"{count:,} documents, in chunks of {self.batch:,}"


class _Opaque(Step):
    kind = "opaque"

    def __init__(
        self,
        up: Callable[[Db], Any],
        down: Callable[[Db], Any] | None,
        idempotent: bool,
        safe: Safe | None,
    ) -> None:
        super().__init__(_name_of(up), safe=safe)
        self.do, self.undo = up, down
        self.repeatable = idempotent
        self.reversible = down is not None

    def up(self, work: Work) -> None:
        self.do(work.db)

    def down(self, work: Work) -> None:
        if self.undo is not None:
            self.undo(work.db)

    def plan(self, db: Db) -> str:
        return "once, with nothing to fall back on" if not self.repeatable else "may run again"
