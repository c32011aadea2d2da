"""Bringing a catalogue in from JSON Lines, row by row, through the aggregate's own rules.

A row is one product with one variant; its `source` decides the shop, its `id` makes it the same product
at the next run. Rows are written in batches, each in one transaction, so a run that was killed left whole
products behind, and running again completes it. What a row said is remembered as a hash: a row that says
the same again costs nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from bson import ObjectId
from mongoengine.errors import ValidationError
from pymongo.errors import BulkWriteError
from slugify import slugify

from ...accounts import services as accounts
from ...accounts.errors import ShopNotFound
from ...shared import transactions
from ...shared.clock import now
from ...shared.errors import MarketplaceError
from ...shared.values import Money
from ..documents import Category, Product, Stock, Variant
from ..repositories import categories, products
from ..values import ProductSpecification, SpecificationType
from . import stock
from .categories import category_path
from .products import free_slug

#: How many rows are written together.
BATCH = 500

#: How long one batch may take with its retries, in seconds.
BATCH_SECONDS = 60.0

#: The longest line that is read, in bytes.
LONGEST_LINE = 1_048_576

MOST_SPECS = 200

#: Where products without a category go.
NO_CATEGORY = "Other"

#: Categories that an import makes come after those that people arranged.
FIRST_POSITION = 1000


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


@dataclass(slots=True)
class ImportCounts:
    """What became of the rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    complete: bool = True

    @property
    def rows(self) -> int:
        """How many were read."""
        return self.created + self.updated + self.unchanged + self.refused


class RowRefused(Exception):
    """This row cannot be taken."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


def import_catalogue(
    lines: Iterable[bytes],
    *,
    owner_id: ObjectId | None = None,
    refused: Callable[[Refusal], None] = lambda _: None,
    progress: Callable[[ImportCounts], None] = lambda _: None,
) -> ImportCounts:
    """Take every row that can be taken, and answer how many there were of each kind.

    Shops that are missing are opened for `owner_id`, or for a new seller's account that nobody can sign
    in to; they take the currency of their first row. `refused` hears of each row that is not taken,
    `progress` of every 500 lines. A file that breaks off is reported like a row; what was
    read before it is kept, and `complete` is False.
    """
    run = _Run(owner_id, refused)
    numbered = enumerate(lines, start=1)
    number = 0
    while True:
        try:
            number, line = next(numbered)
        except StopIteration:
            break
        except (OSError, EOFError, zlib.error) as error:
            run.refuse(Refusal(number + 1, None, None, f"The file breaks off here: {error}."))
            run.counts.complete = False
            break
        if line.strip():
            run.take(number, line)
        if number % BATCH == 0:
            progress(run.counts)
    run.finish()
    return run.counts


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


@dataclass(slots=True)
class _Target:
    """A shop that rows go to, and what it has already."""

    id: ObjectId
    currency: str
    visible: bool
    hashes: dict[str, str]
    slugs: set[str]


@dataclass(slots=True)
class _Entry:
    """A row on its way into the database."""

    line: int
    row: Row
    target: _Target
    hash: str


@dataclass(slots=True)
class _Run:
    owner_id: ObjectId | None
    report: Callable[[Refusal], None]
    counts: ImportCounts = field(default_factory=ImportCounts)
    waiting: list[_Entry] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    targets: dict[str, _Target] = field(default_factory=dict)
    filed: dict[tuple[str, ...], Category] = field(default_factory=dict)
    known_categories: set[ObjectId] = field(
        default_factory=lambda: {category.pk for category in categories.in_order()}
    )

    def take(self, number: int, line: bytes) -> None:
        """Look at a line, and write the batch when it is full."""
        row: Row | None = None
        try:
            row = parse_row(line)
            if row.id in self.seen:
                raise RowRefused("An earlier line has this id.", "id")
            target = self._target(row)
        except RowRefused as error:
            self.refuse(Refusal(number, row.id if row else _id_in(line), error.field, str(error)))
            return
        self.seen.add(row.id)
        entry = _Entry(number, row, target, hashlib.blake2b(line.strip(), digest_size=16).hexdigest())
        if target.hashes.get(row.id) == entry.hash:
            self.counts.unchanged += 1
        else:
            self.waiting.append(entry)
        if len(self.waiting) >= BATCH:
            self.flush()

    def refuse(self, refusal: Refusal) -> None:
        """Count and report a row that is not taken."""
        self.counts.refused += 1
        self.report(refusal)

    def flush(self) -> None:
        """Write what waits."""
        batch, self.waiting = self.waiting, []
        self._write(batch)

    def finish(self) -> None:
        """Write the rest, and arrange the categories that the run made: the fullest first, "Other" last."""
        self.flush()
        made = {category.pk for category in self.filed.values()}
        made |= {one for category in self.filed.values() for one in category.ancestors}
        made -= self.known_categories
        if made:
            by_size = [category_id for category_id, _ in products.by_category() if category_id in made]
            others = {category.pk for path, category in self.filed.items() if path == (NO_CATEGORY,)}
            categories.arrange(sorted(by_size, key=others.__contains__), FIRST_POSITION)

    def _write(self, batch: list[_Entry]) -> None:
        new: list[tuple[_Entry, Product, Stock]] = []
        changed: list[tuple[_Entry, Product]] = []
        existing = self._existing(batch)
        for entry in batch:
            try:
                found = existing.get((entry.target.id, entry.row.id))
                if found is None:
                    new.append((entry, *self._new(entry)))
                else:
                    changed.append((entry, self._changed(entry, found)))
            except (RowRefused, MarketplaceError, ValidationError) as error:
                self.refuse(_refusal(entry, error))
        try:
            self._store([(one, level) for _, one, level in new], [one for _, one in changed])
        except BulkWriteError:
            self._write_singly(batch, new, changed)
        else:
            self.counts.created += len(new)
            self.counts.updated += len(changed)

    def _write_singly(
        self,
        batch: list[_Entry],
        new: list[tuple[_Entry, Product, Stock]],
        changed: list[tuple[_Entry, Product]],
    ) -> None:
        """Write a batch in which something is taken one by one, so that only that row is refused."""
        if len(batch) > 1:
            for entry, *_ in (*new, *changed):
                self._write([entry])
            return
        entry = batch[0]
        self.refuse(Refusal(entry.line, entry.row.id, "id", "The shop has this SKU or address already."))

    def _store(self, new: list[tuple[Product, Stock]], changed: list[Product]) -> None:
        def work() -> None:
            products.write_all([product for product, _ in new], changed)
            stock.add_all(level for _, level in new)

        if new or changed:
            transactions.run(work, seconds=BATCH_SECONDS)

    def _existing(self, batch: list[_Entry]) -> dict[tuple[ObjectId, str], Product]:
        """The products that rows of the batch change."""
        found: dict[tuple[ObjectId, str], Product] = {}
        for target in self.targets.values():
            ids = [
                entry.row.id for entry in batch if entry.target is target and entry.row.id in target.hashes
            ]
            if ids:
                stored = products.with_external_ids(target.id, ids)
                found |= {(target.id, external_id): product for external_id, product in stored.items()}
        return found

    def _new(self, entry: _Entry) -> tuple[Product, Stock]:
        row, target = entry.row, entry.target
        product = Product(
            id=ObjectId(),
            shop_id=target.id,
            currency=target.currency,
            shop_visible=target.visible,
            external_id=row.id,
            source_hash=entry.hash,
        )
        self._describe(product, row)
        variant = Variant(sku=row.id.partition(":")[2] or row.id)
        _price(variant, row)
        product.offer([variant])
        product.published_at = _moment(row.released_at) or now()
        product.take_step("publish")
        product.slug = free_slug(product.title, target.slugs)
        product.validate()
        target.slugs.add(product.slug)
        level = stock.new_stock(variant.id, product.id, target.id, _pieces(row.id))
        return product, level

    def _changed(self, entry: _Entry, product: Product) -> Product:
        self._describe(product, entry.row)
        _price(product.variants[0], entry.row)
        product.published_at = _moment(entry.row.released_at) or product.published_at
        product.source_hash = entry.hash
        product.validate()
        return product

    def _describe(self, product: Product, row: Row) -> None:
        if len(row.specs) > MOST_SPECS:
            raise RowRefused(f"Give {MOST_SPECS} specifications at most.", "specs")
        product.describe(
            title=row.title.strip(),
            category=self._category(row),
            description=(row.description or "").strip(),
            brand=(row.brand or "").strip() or None,
            specs=[_specification(index, one) for index, one in enumerate(row.specs)],
        )

    def _category(self, row: Row) -> Category:
        names = tuple(_written(name) for name in row.category_path if name.strip()) or (NO_CATEGORY,)
        if names not in self.filed:
            try:
                self.filed[names] = category_path(names)
            except (MarketplaceError, ValidationError) as error:
                raise RowRefused(_sentence(error), "category_path") from None
        return self.filed[names]

    def _target(self, row: Row) -> _Target:
        """The shop for the row, opened when it is missing."""
        if row.source not in self.targets:
            self.targets[row.source] = self._open(row)
        target = self.targets[row.source]
        if row.price.currency != target.currency:
            raise RowRefused(f"This shop's prices are in {target.currency}.", "price.currency")
        return target

    def _open(self, row: Row) -> _Target:
        slug = f"{slugify(row.source, max_length=50)}-store"
        try:
            shop = accounts.shop_by_slug(slug)
        except ShopNotFound:
            shop = self._new_shop(row, slug)
        return _Target(
            shop.id, shop.currency, shop.visible, products.imported(shop.id), products.slugs(shop.id)
        )

    def _new_shop(self, row: Row, slug: str) -> Any:
        name = f"{_written(row.source)} Store"
        _money(row.price, "price")
        try:
            owner_id = self.owner_id or _seller(slug, name).id
            return accounts.open_shop(
                owner_id=owner_id,
                name=name,
                slug=slug,
                description=f"The catalogue of {_written(row.source)}.",
                currency=row.price.currency,
                approved=True,
            )
        except MarketplaceError as error:
            raise RowRefused(str(error), "source") from None
        except ValidationError as error:
            raise RowRefused(_sentence(error), "source") from None


def _seller(slug: str, name: str) -> Any:
    """An account to own an imported shop; its password is random and told to nobody."""
    return accounts.register(
        email=f"{slug}-{secrets.token_hex(4)}@import.invalid",
        password=secrets.token_urlsafe(32),
        display_name=name[:80],
    )


def _price(variant: Variant, row: Row) -> None:
    variant.price = _money(row.price, "price")
    before = _money(row.list_price, "list_price") if row.list_price else None
    variant.compare_at = before if before is not None and before > variant.price else None


def _money(row: PriceRow, name: str) -> Money:
    try:
        amount = Money(row.amount_minor, row.currency)
    except MarketplaceError as error:
        part = "currency" if error.field == "currency" else "amount_minor"
        raise RowRefused(str(error), f"{name}.{part}") from None
    if amount.amount < 0:
        raise RowRefused("A price is zero or more.", f"{name}.amount_minor")
    return amount


def _specification(index: int, row: SpecificationRow) -> ProductSpecification:
    kind = SpecificationType.BOOLEAN if row.type == "bool" else SpecificationType(row.type)
    try:
        return ProductSpecification(row.name, kind, row.value)
    except MarketplaceError as error:
        raise RowRefused(str(error), f"specs.{index}.{error.field}") from None


def _moment(written: datetime | None) -> datetime | None:
    """The moment in UTC, which a date without a zone is taken for."""
    return written.replace(tzinfo=written.tzinfo or UTC) if written else None


def _written(name: str) -> str:
    """A name as a heading: with a capital, and single spaces."""
    words = " ".join(name.split())
    return words[:1].upper() + words[1:]


def _pieces(external_id: str) -> int:
    """A number of pieces that is always the same for the same product: 0 to 60, few of them low."""
    return zlib.crc32(external_id.encode()) % 61


def _refusal(entry: _Entry, error: Exception) -> Refusal:
    if isinstance(error, (RowRefused, MarketplaceError)):
        return Refusal(entry.line, entry.row.id, error.field, str(error))
    name = min(error.to_dict()) if isinstance(error, ValidationError) else None
    return Refusal(entry.line, entry.row.id, _ROW_FIELDS.get(name or "", name), _sentence(error))


#: What the file calls the fields of the aggregate.
_ROW_FIELDS = {"external_id": "id", "variants": "id", "slug": "title"}


def _sentence(error: Exception) -> str:
    found: Any = error.to_dict() if isinstance(error, ValidationError) else str(error)
    while isinstance(found, dict):
        found = next(iter(found.values()))
    return str(found)


def _id_in(line: bytes) -> str | None:
    """The id of a row that is wrong elsewhere, as far as it can be read."""
    found = re.search(rb'"id"\s*:\s*"([^"\\]{1,100})"', line[:10_000])
    return found[1].decode(errors="replace") if found else None
