"""Orders as CSV: a file of them for a spreadsheet, and a file back that marks them as shipped."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from bson import ObjectId

from ...shared.errors import Invalid, MarketplaceError
from ...shared.values import is_plain
from .. import process
from ..documents import Order
from ..repositories import orders
from ..values import Actor, OrderStatus, Span
from .orders import move_order, shop_order

#: The most orders of one exported file, and the most rows of one that marks as shipped.
MOST_EXPORTED, MOST_ROWS = 1000, 100

#: How long one file of shipments may take, in seconds: a request ends at its deadline.
PATIENCE = 1.0

#: How long a carrier's name and a tracking number are at most.
LONGEST_CARRIER, LONGEST_TRACKING = 60, 80

#: The columns of an exported file.
COLUMNS = (
    "number", "state", "placed_at", "paid_at", "ships_by", "name", "country", "pieces", "contents",
    "currency", "items", "shipping", "total", "carrier", "tracking",
)  # fmt: skip

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that changed nothing: its line in the file, its number as it was written, and why."""

    line: int
    number: str
    reason: str


@dataclass(slots=True)
class ShippedFile:
    """What became of a file of shipments."""

    shipped: list[str] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    number: str
    carrier: str
    tracking: str


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """What `safe_cell` was made from."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def export_orders(
    shop_id: ObjectId,
    statuses: Iterable[OrderStatus],
    *,
    placed_from: date | None = None,
    placed_to: date | None = None,
) -> str:
    """A shop's orders in some states as CSV, newest first.

    Raises Invalid for more than `MOST_EXPORTED` of them: days then leave fewer.
    """
    placed = Span.of_days(placed_from, placed_to)
    found = orders.each_of_shop(shop_id, statuses, placed=placed, most=MOST_EXPORTED + 1)
    if len(found) > MOST_EXPORTED:
        raise Invalid(
            f"A file holds {MOST_EXPORTED} orders at most, and these are more. Choose fewer days.",
            field="placed_from",
        )
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows([safe_cell(str(cell)) for cell in _cells(order)] for order in found)
    return written.getvalue()


def ship_many(shop_id: ObjectId, file: bytes) -> ShippedFile:
    """Mark the orders of a CSV file with number, carrier and tracking as shipped, each by itself.

    A row that cannot be taken changes nothing and keeps no other from being taken; sending the file again
    refuses those that are shipped. Raises Invalid at `file` for what is no such file or is too long.
    """
    done, until = ShippedFile(), time.monotonic() + PATIENCE
    for row in _rows_of(file):
        try:
            if time.monotonic() > until:
                raise Invalid("There was no time left for this row. Send it again.")
            order = shop_order(shop_id, _checked(row).number)
            move_order(
                number=order.number,
                name="ship",
                actor=Actor.SELLER,
                carrier=row.carrier,
                tracking=row.tracking,
            )
        except MarketplaceError as error:
            done.refused.append(RefusedRow(row.line, row.number[:40], str(error)))
        else:
            done.shipped.append(order.number)
    return done


def _cells(order: Order) -> list[object]:
    sums = (order.totals.items, order.totals.shipping, order.totals.total)
    return [
        order.number,
        process.STATES[order.status].label,
        *(_day(moment) for moment in (order.placed_at, order.paid_at, order.ships_by)),
        order.ship_to.name,
        order.ship_to.country,
        order.pieces,
        "; ".join(f"{item.quantity} x {item.title}" for item in order.items),
        order.totals.total.currency,
        *(f"{amount.decimal:f}" for amount in sums),
        "; ".join(parcel.carrier for parcel in order.shipments if parcel.carrier),
        "; ".join(parcel.tracking for parcel in order.shipments if parcel.tracking),
    ]


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _rows_of(file: bytes) -> Iterator[_Row]:
    """The rows of the file; raises Invalid before the first when they are too many or no such rows."""
    text = _decoded(file)
    first = text.partition("\n")[0]
    divider = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=divider)
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if "number" not in names:
            raise Invalid("The first line names the columns: number, carrier, tracking.", field="file")
        reader.fieldnames = names
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise Invalid("This is no CSV file.", field="file") from None
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Invalid(f"Send from 1 to {MOST_ROWS} rows at once.", field="file")
    return (_row(line, row) for line, row in rows)


def _row(line: int, row: dict[str, str | None]) -> _Row:
    number, carrier, tracking = (
        plain_cell((row.get(name) or "").strip()) for name in ("number", "carrier", "tracking")
    )
    return _Row(line, number, carrier, tracking)


def _checked(row: _Row) -> _Row:
    if not row.number:
        raise Invalid("The number is missing.")
    if len(row.carrier) > LONGEST_CARRIER or len(row.tracking) > LONGEST_TRACKING:
        raise Invalid(
            f"Keep the carrier under {LONGEST_CARRIER} and the tracking number under {LONGEST_TRACKING} "
            "characters."
        )
    if not is_plain(row.carrier + row.tracking):
        raise Invalid("This contains characters that cannot be used.")
    return row


def _decoded(file: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = file.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid("This is no CSV file.", field="file")
