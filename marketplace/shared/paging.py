"""Keyset pages: where a list goes on, whatever was added or removed before it.

A page is cut by the values of its last row, never by counting rows, so page ten thousand costs what
page one does and no row is shown twice or missed while others write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .errors import BadRequest

T = TypeVar("T")

#: The order of a list: fields with 1 (rising) or -1 (falling). The last one is unique.
Sort = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a sorted list: the sort values of a row, and on which side of it to read."""

    values: tuple[Any, ...]
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list in its order, and where the rows after and before them are."""

    items: list[T]
    next: Position | None = None
    previous: Position | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


_OLD = "This cursor is of an older version of the list. Start again without it."


def direction(sort: Sort, at: Position | None) -> list[tuple[str, int]]:
    """The order to read in: the list's own, or its reverse on the way back."""
    return [(name, -way) for name, way in sort] if at and at.backwards else list(sort)


def predicate(sort: Sort, at: Position | None) -> dict[str, Any]:
    """The filter for the rows that follow the position; empty at the start of the list.

    With two sort fields a leading range on the first lets the index start at the position: a bare `$or`
    would make it read from the beginning.
    """
    if at is None:
        return {}
    ordered = direction(sort, at)
    if len(at.values) != len(ordered):
        # Kept since before a deployment that sorts this list anew.
        raise BadRequest(_OLD, field="cursor")
    if len(ordered) not in (1, 2):
        raise ValueError("A list is sorted by one or two fields.")
    operators = ["$gt" if way > 0 else "$lt" for _, way in ordered]
    names = [name for name, _ in ordered]
    if len(ordered) == 1:
        return {names[0]: {operators[0]: at.values[0]}}
    first, second = at.values
    return {
        names[0]: {operators[0] + "e": first},
        "$or": [{names[0]: {operators[0]: first}}, {names[1]: {operators[1]: second}}],
    }


def parts(sort: Sort, at: Position) -> list[tuple[dict[str, Any], list[tuple[str, int]]]]:
    """The same as `predicate` in two filters with their orders: for the ties of the position, and the rest.

    For lists in which many rows have the same first value. Each part is a range of an index, where the
    planner may read an `$or` from the first of the many on, or sort it. Ties are in the order of the second
    field.
    """
    ordered = direction(sort, at)
    (first, way), (second, other) = ordered
    if len(at.values) != len(sort):
        raise BadRequest(_OLD, field="cursor")
    value, identifier = at.values
    beyond = {1: "$gt", -1: "$lt"}
    ties = {first: value, second: {beyond[other]: identifier}}
    return [(ties, ordered[1:]), ({first: {beyond[way]: value}}, ordered)]


def cut(rows: list[T], sort: Sort, at: Position | None, limit: int) -> Page[T]:
    """The page made of rows that were read in `direction(...)` with one more than the limit asked for."""
    more = len(rows) > limit
    rows = rows[:limit]
    backwards = bool(at and at.backwards)
    if backwards:
        rows = rows[::-1]
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and (more if backwards else at is not None)
    return Page(
        items=rows,
        next=Position(_values(rows[-1], sort)) if has_next else None,
        previous=Position(_values(rows[0], sort), backwards=True) if has_previous else None,
    )


def _values(row: Any, sort: Sort) -> tuple[Any, ...]:
    """The row's sort values; rows are documents or plain dicts."""
    if isinstance(row, dict):
        return tuple(row.get(name) for name, _ in sort)
    return tuple(row.pk if name == "_id" else getattr(row, name) for name, _ in sort)
