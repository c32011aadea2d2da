"""Repositories: the only place where queries are written.

A repository is a thin wrapper around the querysets of one aggregate. `get` raises, `find` answers None,
`page` cuts a list by keyset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Generic, TypeVar

from bson import ObjectId
from mongoengine import QuerySet
from mongoengine.errors import SaveConditionError

from . import paging
from .chance import new_id
from .documents import Aggregate
from .errors import NotFound, VersionConflict
from .paging import Page, Position, Sort

D = TypeVar("D", bound=Aggregate)


class Repository(Generic[D]):
    """The stored aggregates of one kind."""

    document: ClassVar[Any]
    missing: ClassVar[type[NotFound]] = NotFound

    def all(self) -> QuerySet:
        """Every one of them, as the queryset that this repository's own queries narrow."""
        return self.document.objects

    def find(self, **criteria: Any) -> D | None:
        """The one that matches, or None."""
        return self.all().filter(**criteria).first()

    def get(self, identifier: ObjectId) -> D:
        """The one with this id; raises the context's NotFound."""
        found = self.find(pk=identifier)
        if found is None:
            raise self.missing(f"This {self.document.__name__.lower()} does not exist.")
        return found

    def by_ids(self, identifiers: Iterable[ObjectId]) -> dict[ObjectId, D]:
        """Those that exist among the ids, by id, in one query."""
        wanted = list(set(identifiers))
        return {one.pk: one for one in self.all().filter(pk__in=wanted)} if wanted else {}

    def rows(self, pipeline: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """What an aggregation over all of them answers, as a stream; the server may sort on its disk."""
        yield from self.document._get_collection().aggregate(pipeline, allowDiskUse=True)

    def add(self, aggregate: D) -> D:
        """Store a new aggregate; raises mongoengine's NotUniqueError on a taken unique value."""
        if aggregate.pk is None:
            aggregate.pk = new_id()
            aggregate._created = True  # MongoEngine takes what has an id for stored
        aggregate.save(force_insert=True)
        return aggregate

    def save(self, aggregate: D) -> D:
        """Store the changes of a loaded aggregate and count its version up.

        Raises VersionConflict when it was saved or deleted by someone else since it was loaded; the
        stored one is then untouched.
        """
        loaded = aggregate.version
        aggregate.version = loaded + 1
        try:
            aggregate.save(save_condition={"version": loaded})
        except SaveConditionError:
            aggregate.version = loaded
            name = self.document.__name__.lower()
            raise VersionConflict(f"Someone else changed this {name}. Load it again, then save.") from None
        except BaseException:
            aggregate.version = loaded
            raise
        return aggregate

    def page(self, query: QuerySet, sort: Sort, *, at: Position | None, limit: int) -> Page[Any]:
        """The rows of the query after the position, at most `limit`, in the order of `sort`."""
        keys = paging.direction(sort, at)
        ordered = query.order_by(*(f"{'-' if way < 0 else '+'}{name}" for name, way in keys))
        after = paging.predicate(sort, at)
        rows = list((ordered.filter(__raw__=after) if after else ordered).limit(limit + 1))
        return paging.cut(rows, sort, at, limit)
