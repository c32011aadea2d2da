"""What the files of an order history say, row by row."""

from __future__ import annotations

import gzip
import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import msgspec

#: The longest line that is read, in bytes.
LONGEST_LINE = 1_048_576

#: What a file that is packed with gzip begins with.
GZIP = b"\x1f\x8b"

R = TypeVar("R", bound=msgspec.Struct)


class SellerRow(msgspec.Struct, gc=False):
    """Somebody who sold."""

    seller_id: str
    city: str | None = None
    state: str | None = None
    country: str | None = None
    postal_prefix: str | None = None


class ProductRow(msgspec.Struct, gc=False):
    """Something that was sold: what it is called is not told."""

    product_id: str
    category: str | None = None
    category_en: str | None = None
    weight_g: int | None = None
    length_cm: int | None = None
    height_cm: int | None = None
    width_cm: int | None = None


class BuyerRow(msgspec.Struct, gc=False):
    """Who bought, by a number, and roughly where."""

    buyer_id: str
    country: str
    postal_prefix: str | None = None
    city: str | None = None
    state: str | None = None


class ItemRow(msgspec.Struct, gc=False):
    """One piece of an order, and its part of the freight, in minor units."""

    line: int
    product_id: str
    seller_id: str
    price_minor: int
    freight_minor: int
    currency: str
    ship_by: datetime | None = None


class PaymentRow(msgspec.Struct, gc=False):
    """A part of what was paid, in minor units."""

    seq: int
    type: str
    amount_minor: int
    currency: str
    installments: int | None = None


class ReviewRow(msgspec.Struct, gc=False):
    """An opinion about a whole order; its words are not read."""

    review_id: str
    score: int


class OrderRow(msgspec.Struct):
    """An order of one buyer from any number of sellers.

    `payments` and `reviews` are None where the source does not know them.
    """

    order_id: str
    status: str
    buyer: BuyerRow
    purchased_at: datetime
    items: list[ItemRow]
    payments: list[PaymentRow] | None
    reviews: list[ReviewRow] | None
    approved_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    estimated_delivery_at: datetime | None = None


class RowRefused(Exception):
    """This row cannot be taken."""


class FileMissing(Exception):
    """The folder lacks one of the files."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its number from one, and its bytes."""

    number: int
    text: bytes


def file_of(folder: Path, name: str) -> Path:
    """The file of this name in the folder, packed or plain; raises FileMissing."""
    for candidate in (folder / f"{name}.jsonl.gz", folder / f"{name}.jsonl"):
        if candidate.is_file():
            return candidate
    raise FileMissing(f"{folder} has no {name}.jsonl.gz or {name}.jsonl.")


class Reader:
    """The lines of a file, and how many of its bytes were read so far: for a progress bar."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw: IO[bytes] | None = None

    @property
    def position(self) -> int:
        """How many bytes of the file were read."""
        return self._raw.tell() if self._raw is not None and not self._raw.closed else 0

    def lines(self) -> Generator[Line, None, None]:
        """Each line that is not empty; of one that is too long only the beginning.

        Raises OSError, EOFError and zlib.error for a file that breaks off.
        """
        with ExitStack() as opened:
            self._raw = opened.enter_context(self.path.open("rb"))
            packed = self._raw.read(2) == GZIP
            self._raw.seek(0)
            file = cast("IO[bytes]", opened.enter_context(gzip.open(self._raw)) if packed else self._raw)
            for number, text in enumerate(_bounded(file), start=1):
                if text.strip():
                    yield Line(number, text)


def _bounded(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while len(line) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line


def parsed(line: Line, kind: type[R]) -> R:
    """What the line says; raises RowRefused with the reason."""
    if len(line.text) > LONGEST_LINE:
        raise RowRefused("The line is longer than one megabyte.")
    try:
        row = msgspec.json.decode(line.text.removeprefix(b"\xef\xbb\xbf"), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RowRefused(f"{str(error).replace('`', '').rstrip('.')}.") from None
    for name in _IDS.intersection(kind.__struct_fields__):
        if not re.fullmatch(r"[\w-]{1,40}", getattr(row, name), re.ASCII):
            raise RowRefused(f"{name} is not made of up to 40 letters, digits and hyphens.")
    return row


_IDS = {"order_id", "product_id", "seller_id"}


def id_in(line: Line, name: str) -> str | None:
    """The id of a row that is wrong elsewhere, as far as it can be read."""
    found: Any = re.search(rf'"{name}"\s*:\s*"([^"\\]{{1,100}})"'.encode(), line.text[:10_000])
    return found[1].decode(errors="replace") if found else None
