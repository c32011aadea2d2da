"""Entries of files that people write by hand: every mistake is answered with its file, entry and field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class Entry:
    """An entry of a file that is being read; it knows its place, so that mistakes can be found."""

    def __init__(self, place: str, fields: Mapping[str, Any]) -> None:
        self.place = place
        self._fields = dict(fields)

    def wrong(self, field: str, what: str) -> ValueError:
        """The error to raise about a field."""
        return ValueError(f"{self.place}: {field}: {what}")

    def take(self, field: str, kind: type, default: Any = ...) -> Any:
        """The value of a field, which must be of a kind; without a default it must be there."""
        value = self._fields.pop(field, default)
        if value is ...:
            raise self.wrong(field, "is missing")
        if value is not default and (
            not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        ):
            raise self.wrong(field, f"must be {kind.__name__}, not {value!r}")
        return value.strip() if isinstance(value, str) else value

    def number(self, field: str, least: int, most: int = 10**9, default: Any = ...) -> Any:
        """A whole number within bounds."""
        value = self.take(field, int, default)
        if value is not None and not least <= value <= most:
            raise self.wrong(field, f"must be {least} to {most}, not {value}")
        return value

    def text(self, field: str, least: int, most: int) -> str:
        """A text with a length within bounds, its lines joined."""
        value = " ".join(self.take(field, str).split())
        if not least <= len(value) <= most:
            raise self.wrong(field, f"must have {least} to {most} characters, not {len(value)}")
        return value

    def one_of(self, field: str, known: Iterable[str]) -> str:
        """A text that must be known."""
        value: str = self.take(field, str)
        if value not in known:
            raise self.wrong(field, f"{value!r} is unknown")
        return value

    def entries(self, field: str) -> list[Entry]:
        """The entries below a field; an absent field has none."""
        rows = self.take(field, list, [])
        return [Entry(f"{self.place}: {field} {number}", row) for number, row in enumerate(rows, start=1)]

    def done(self) -> None:
        """Refuse fields that nobody asked for, which are mostly misspelt ones."""
        for field in self._fields:
            raise self.wrong(field, "is not a field")


def read(file: Path) -> Entry:
    """The contents of a file; raises ValueError where it is no TOML."""
    try:
        return Entry(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file.name}: {error}") from error
