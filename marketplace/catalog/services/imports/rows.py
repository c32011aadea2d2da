"""What a line of a catalogue says, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any, Literal

import msgspec
from mongoengine.errors import ValidationError

from ....shared.errors import MarketplaceError
from ....shared.values import LARGEST_PRICE, Money
from ...values import ProductSpecification, SpecificationType

#: The longest line that is read, in bytes.
LONGEST_LINE = 1_048_576

MOST_SPECS = 200


class PriceRow(msgspec.Struct):
    """An amount in minor units."""

    amount_minor: int
    currency: str


class SpecificationRow(msgspec.Struct):
    """One fact."""

    name: str
    type: Literal["text", "number", "bool"]
    value: str | bool | int | float


class Row(msgspec.Struct):
    """What a line of the file says; other keys are left aside."""

    id: str
    source: str
    title: str
    price: PriceRow
    brand: str | None = None
    description: str | None = None
    category_path: list[str] = []
    list_price: PriceRow | None = None
    specs: list[SpecificationRow] = []
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: which, and why."""

    line: int
    id: str | None
    field: str | None
    reason: str


class RowRefused(Exception):
    """This row cannot be taken."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


def lines_of(file: Any) -> Iterator[bytes]:
    """The lines of a binary file; of one that is too long only the beginning, which is then refused."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE)
        yield line


def parse_row(line: bytes) -> Row:
    """What the line says; raises RowRefused with the field and the reason."""
    if len(line) > LONGEST_LINE:
        raise RowRefused("The line is longer than one megabyte.")
    try:
        row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"), type=Row)
    except msgspec.ValidationError as error:
        raise RowRefused(*_reason_and_field(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RowRefused(f"Not JSON: {error}.".replace("..", ".")) from None
    for name in ("id", "source", "title"):
        if not getattr(row, name).strip():
            raise RowRefused("This is empty.", name)
    return row


def _reason_and_field(message: str) -> tuple[str, str | None]:
    """The decoder's sentence without its path, and the path in our dotted form."""
    reason, _, path = message.partition(" - at `$")
    found = re.sub(r"\[(\d+)\]", r".\1", path.rstrip("`")).replace("[...]", "").strip(".")
    missing = re.search(r"missing required field `(\w+)`", reason)
    if missing:
        return "This is missing.", ".".join(filter(None, (found, missing[1])))
    if not path:
        return "Not a JSON object.", None
    return reason.replace("`", "") + ".", found


def money_of(row: PriceRow, name: str) -> Money:
    """The amount; raises RowRefused at its part of the field `name`."""
    try:
        amount = Money(row.amount_minor, row.currency)
    except MarketplaceError as error:
        part = "currency" if error.field == "currency" else "amount_minor"
        raise RowRefused(str(error), f"{name}.{part}") from None
    if not 0 <= amount.amount <= LARGEST_PRICE:
        raise RowRefused(f"A price is from 0 to {LARGEST_PRICE}.", f"{name}.amount_minor")
    return amount


def specification_of(index: int, row: SpecificationRow) -> ProductSpecification:
    """The fact; raises RowRefused at its part."""
    kind = SpecificationType.BOOLEAN if row.type == "bool" else SpecificationType(row.type)
    try:
        return ProductSpecification(row.name, kind, row.value)
    except MarketplaceError as error:
        raise RowRefused(str(error), f"specs.{index}.{error.field}") from None


def moment_of(written: datetime | None) -> datetime | None:
    """The moment in UTC, which a date without a zone is taken for; raises RowRefused beyond all calendars."""
    if written is None:
        return None
    moment = written.replace(tzinfo=written.tzinfo or UTC)
    # A year is left at both ends, so that it is a moment in every zone.
    if not MINYEAR < moment.year < MAXYEAR:
        raise RowRefused(f"Give a year from {MINYEAR + 1} to {MAXYEAR - 1}.", "released_at")
    return moment


def heading(name: str) -> str:
    """A name as a heading: with a capital, unless it has its own (`iPhone`), and single spaces."""
    words = name.split()
    first = words[0] if words else ""
    return " ".join([first.capitalize() if first.islower() else first, *words[1:]])


def sentence_of(error: Exception) -> str:
    """What is wrong, in one sentence: the first of several."""
    found: Any = error.to_dict() if isinstance(error, ValidationError) else str(error)
    while isinstance(found, dict):
        found = next(iter(found.values()))
    return f"{str(found).rstrip('.')}."


def id_in(line: bytes) -> str | None:
    """The id of a row that is wrong elsewhere, as far as it can be read."""
    found = re.search(rb'"id"\s*:\s*"([^"\\]{1,100})"', line[:10_000])
    return found[1].decode(errors="replace") if found else None
