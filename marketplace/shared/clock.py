"""The one clock of the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The present moment in UTC, cut to the milliseconds that MongoDB keeps."""
    moment = _pretended.get() or datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def end_of(day: date) -> datetime:
    """The moment at which a day is over, in UTC; of the last day that there is, its last moment."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at this moment: for sample data, imports of history, and tests."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
