"""One run of an import of order history: sellers, products, then orders, each file read once."""

from __future__ import annotations

import sys
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TypeVar

import msgspec
from bson import ObjectId
from pymongo.errors import BulkWriteError
from slugify import slugify

from ....accounts import services as accounts
from ....accounts.services import ClosedShop
from ....catalog import services as catalog
from ....catalog.services import ArchivedListing
from ....shared import transactions
from ....shared.errors import Conflict
from ....shared.values import Money
from ...repositories import history
from ...values import ShopSnapshot
from . import anomalies
from .anomalies import Anomaly
from .building import Sold, Told, checked, digest_of, told
from .rows import Line, OrderRow, ProductRow, Reader, RowRefused, SellerRow, file_of, id_in, parsed

R = TypeVar("R", bound=msgspec.Struct)

#: How many rows are written together, and how long that may take with its retries, in seconds.
BATCH, BATCH_SECONDS = 200, 60.0

#: How often a batch is tried again when one of its numbers is taken.
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: where it stands, and why."""

    file: str
    line: int
    id: str | None
    reason: str


@dataclass(slots=True)
class HistoryCounts:
    """What became of the rows, and the money of those that tell their payments, in minor units."""

    sellers: int = 0
    shops_made: int = 0
    products: int = 0
    listings_made: int = 0
    rows: int = 0
    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    orders_made: int = 0
    payments_made: int = 0
    currency: str | None = None
    cost: int = 0
    paid: int = 0
    differing: int = 0
    complete: bool = True
    anomalies: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Thing:
    """What the file of products says of one, as far as a listing needs it."""

    category: str | None
    weight_g: int | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row on its way into the database."""

    line: int
    row: OrderRow
    digest: str


@dataclass(slots=True)
class Run:
    """What a run knows: the shops and products of the history, and rows that wait to be written.

    Memory holds a short entry for each seller, product and order id; orders themselves pass through.
    """

    folder: Path
    zone: tzinfo
    odd: Callable[[Anomaly], None]
    refused: Callable[[Refusal], None]
    progress: Callable[[str, int, HistoryCounts], None]
    counts: HistoryCounts = field(default_factory=HistoryCounts)
    shops: dict[str, tuple[ObjectId, ShopSnapshot]] = field(default_factory=dict)
    things: dict[str, _Thing] = field(default_factory=dict)
    sold: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    reviews: anomalies.Reviews = field(default_factory=anomalies.Reviews)
    archive: catalog.Archive = field(default_factory=catalog.Archive)
    waiting: list[_Entry] = field(default_factory=list)

    def run(self) -> HistoryCounts:
        """Read all three files; one that breaks off ends the run."""
        files = {name: Reader(file_of(self.folder, name)) for name in ("sellers", "products", "orders")}
        self.counts.currency = self._currency(files["orders"])
        for name, take in (
            ("sellers", self._take_sellers),
            ("products", self._take_products),
            ("orders", self._take_orders),
        ):
            with closing(self._lines(name, files[name])) as lines:
                take(lines)
            if not self.counts.complete:
                return self.counts
        self._name_the_unsold()
        return self.counts

    def _lines(self, name: str, reader: Reader) -> Generator[Line, None, None]:
        """The lines of a file; where it breaks off is reported like a row."""
        line = None
        try:
            with closing(reader.lines()) as lines:
                for line in lines:
                    yield line
                    if line.number % BATCH == 0:
                        self.progress(name, reader.position, self.counts)
        except (OSError, EOFError, zlib.error) as error:
            number = line.number + 1 if line else 1
            self._refuse(name, number, None, f"The file breaks off here: {error}.")
            self.counts.complete = False
        self.progress(name, reader.path.stat().st_size, self.counts)

    def _rows(self, name: str, lines: Iterable[Line], kind: type[R], key: str) -> Iterator[tuple[Line, R]]:
        """The rows of a file that can be read; others are refused."""
        for line in lines:
            try:
                yield line, parsed(line, kind)
            except RowRefused as error:
                self._refuse(name, line.number, id_in(line, key), str(error))

    def _currency(self, reader: Reader) -> str | None:
        """The currency of the history: that of the first order which tells it."""
        try:
            for line in reader.lines():
                try:
                    row = parsed(line, OrderRow)
                except RowRefused:
                    continue
                for one in (*row.items, *(row.payments or ())):
                    return one.currency
        except (OSError, EOFError, zlib.error):
            return None  # the run itself comes upon it, and says so
        return None

    # Sellers and products

    def _take_sellers(self, lines: Iterator[Line]) -> None:
        waiting: list[tuple[str, ClosedShop]] = []
        for line, row in self._rows("sellers", lines, SellerRow, "seller_id"):
            self.counts.sellers += 1
            for kind, detail in anomalies.of_seller(row):
                self._odd(kind, "sellers", line.number, row.seller_id, detail)
            if self.counts.currency is not None:
                waiting.append((row.seller_id, _shop(row, self.counts.currency)))
            if len(waiting) >= BATCH:
                self._record_shops(waiting)
                waiting = []
        self._record_shops(waiting)

    def _record_shops(self, waiting: list[tuple[str, ClosedShop]]) -> None:
        if not waiting:
            return
        ids, made = accounts.record_closed_shops([shop for _, shop in waiting])
        self.counts.shops_made += made
        for seller_id, shop in waiting:
            self.shops[seller_id] = (ids[shop.slug], ShopSnapshot(name=shop.name, slug=shop.slug))

    def _take_products(self, lines: Iterator[Line]) -> None:
        for line, row in self._rows("products", lines, ProductRow, "product_id"):
            self.counts.products += 1
            for kind, detail in anomalies.of_product(row):
                self._odd(kind, "products", line.number, row.product_id, detail)
            written = (row.category_en or row.category or "").replace("_", " ").strip()
            category = sys.intern(written.capitalize()[:100]) if written else None
            self.things[row.product_id] = _Thing(category, row.weight_g)

    def _name_the_unsold(self) -> None:
        """Report the products and sellers that no order names; their line is 0, for what is not there."""
        for product_id in self.things:
            if product_id not in self.sold:
                self._odd("product_never_sold", "products", 0, product_id)
        for seller_id in self.shops:
            if seller_id not in self.sold:
                self._odd("seller_never_sold", "sellers", 0, seller_id)

    # Orders

    def _take_orders(self, lines: Iterator[Line]) -> None:
        for line, row in self._rows("orders", lines, OrderRow, "order_id"):
            self.counts.rows += 1
            try:
                self._take_order(line, row)
            except RowRefused as error:
                self._refuse("orders", line.number, row.order_id, str(error))
            if len(self.waiting) >= BATCH:
                self._flush()
        self._flush()

    def _take_order(self, line: Line, row: OrderRow) -> None:
        if row.order_id in self.seen:
            raise RowRefused("An earlier line has this order_id.")
        self.seen.add(row.order_id)
        checked(row)
        if (row.items or row.payments or [])[0].currency != self.counts.currency:
            raise RowRefused(f"The shops of this history sell in {self.counts.currency}.")
        for item in row.items:
            if item.seller_id not in self.shops:
                raise RowRefused(f"The list of sellers lacks {item.seller_id}.")
            self.sold |= {item.seller_id, item.product_id}
            if item.product_id not in self.things:
                self._odd("product_unknown", "orders", line.number, row.order_id, item.product_id)
        for kind, detail in anomalies.of_order(row, line.number, self.reviews):
            self._odd(kind, "orders", line.number, row.order_id, detail)
        self.waiting.append(_Entry(line.number, row, digest_of(line.text, self.zone)))

    def _flush(self) -> None:
        """Write what waits and is not there yet; again where another run wrote some of it meanwhile."""
        batch, self.waiting = self.waiting, []
        for _ in range(ATTEMPTS):
            known = history.digests([entry.row.order_id for entry in batch])
            new = [entry for entry in batch if entry.row.order_id not in known]
            try:
                refusals = self._write(new)
            except BulkWriteError:
                continue
            for entry in batch:
                self._count(entry, known.get(entry.row.order_id), refusals.get(entry.row.order_id))
            return
        raise Conflict("Another import writes the same orders right now. Run this one again later.")

    def _write(self, new: list[_Entry]) -> dict[str, str]:
        """Write new rows in one transaction; why some of them cannot be, by order id."""
        sold, tellings, refusals = self._listings(new), [], {}
        for entry in new:
            try:
                tellings.append(told(entry.row, entry.digest, self.zone, sold))
            except RowRefused as error:
                refusals[entry.row.order_id] = str(error)
        if tellings:
            transactions.run(lambda: _store(tellings), seconds=BATCH_SECONDS)
        self.counts.orders_made += sum(len(one.orders) for one in tellings)
        self.counts.payments_made += sum(len(one.payments) for one in tellings)
        return refusals

    def _listings(self, new: list[_Entry]) -> dict[tuple[str, str], Sold]:
        """Where the items of these rows are now, by seller and product; made where they are missing."""
        wanted: dict[tuple[str, str], ArchivedListing] = {}
        for entry in new:
            for item in entry.row.items:
                price = Money(item.price_minor, item.currency)
                wanted.setdefault(
                    (item.seller_id, item.product_id), self._listing(item.seller_id, item.product_id, price)
                )
        self.archive.file(one.category for one in wanted.values())
        found, made = transactions.run(lambda: self.archive.record(wanted.values()), seconds=BATCH_SECONDS)
        self.counts.listings_made += made
        return {
            key: Sold(one.shop_id, self.shops[key[0]][1], found[one.key], one.title)
            for key, one in wanted.items()
        }

    def _listing(self, seller_id: str, product_id: str, price: Money) -> ArchivedListing:
        thing = self.things.get(product_id) or _Thing(None, None)
        title = f"{thing.category or 'Product'} {product_id[:8]}"
        return ArchivedListing(
            shop_id=self.shops[seller_id][0],
            external_id=product_id,
            title=title,
            slug=slugify(f"{thing.category or 'product'} {product_id}"),
            price=price,
            category=thing.category,
            weight_g=thing.weight_g,
        )

    def _count(self, entry: _Entry, known: str | None, refusal: str | None) -> None:
        counts, difference = self.counts, anomalies.difference_of(entry.row)
        if known is not None and known != entry.digest:
            refusal = "It says something else than when it was imported. What was imported stays as it is."
        if refusal is not None:
            self._refuse("orders", entry.line, entry.row.order_id, refusal)
            return
        counts.imported += known is None
        counts.unchanged += known is not None
        if difference is not None:
            paid = sum(payment.amount_minor for payment in entry.row.payments or ())
            counts.paid += paid
            counts.cost += paid - difference
            counts.differing += difference != 0

    def _odd(self, kind: str, file: str, line: int, identifier: str, detail: str = "") -> None:
        self.counts.anomalies[kind] += 1
        self.odd(Anomaly(kind, file, line, identifier, detail))

    def _refuse(self, file: str, line: int, identifier: str | None, reason: str) -> None:
        self.counts.refused += 1
        self.refused(Refusal(file, line, identifier, reason))


def _store(tellings: list[Told]) -> None:
    history.record(
        [one.purchase for one in tellings],
        [order for one in tellings for order in one.orders],
        [payment for one in tellings for payment in one.payments],
    )


def _shop(row: SellerRow, currency: str) -> ClosedShop:
    where = ", ".join(filter(None, (row.city, row.state, row.country)))
    return ClosedShop(
        slug=f"seller-{row.seller_id.lower().replace('_', '-')}",
        name=f"Seller {row.seller_id[:8]}",
        description=f"A seller of an imported order history, from {where or 'somewhere'}."[:2000],
        currency=currency,
    )
