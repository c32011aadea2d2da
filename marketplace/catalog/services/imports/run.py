"""One run of an import: from rows to shops, categories, products and stock."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from bson import ObjectId
from mongoengine.errors import ValidationError
from pymongo.errors import BulkWriteError

from ....shared import transactions
from ....shared.clock import now
from ....shared.errors import MarketplaceError, VersionConflict
from ...documents import Category, Product, Stock, Variant
from ...repositories import categories, figures, products, tokens
from .. import stock
from ..categories import category_path
from ..products import free_slug, written_in
from .facts import Facts
from .rows import (
    MOST_SPECS,
    Refusal,
    Row,
    RowRefused,
    heading,
    id_in,
    moment_of,
    money_of,
    parse_row,
    sentence_of,
)
from .shops import Shops, Target

#: How many rows are written together.
BATCH = 500

#: How long one batch may take with its retries, in seconds.
BATCH_SECONDS = 60.0

#: Where products without a category go.
NO_CATEGORY = "Other"

#: Categories that an import makes come after those that people arranged.
FIRST_POSITION = 1000

#: What the file calls the fields of the aggregate.
ROW_FIELDS = {"external_id": "id", "variants": "id", "slug": "title"}


@dataclass(slots=True)
class ImportCounts:
    """What became of the rows.

    `typed` facts were understood as those of an attribute; `untyped` ones have the name of an attribute that
    does not take their value, and were kept as they are.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    complete: bool = True
    typed: int = 0
    untyped: int = 0

    @property
    def rows(self) -> int:
        """How many were read."""
        return self.created + self.updated + self.unchanged + self.refused


@dataclass(slots=True)
class _Entry:
    """A row on its way into the database."""

    line: int
    row: Row
    target: Target
    hash: str


@dataclass(slots=True)
class Run:
    """What a run knows: rows that wait to be written, ids that it saw, shops and categories that it met."""

    shops: Shops
    report: Callable[[Refusal], None]
    counts: ImportCounts = field(default_factory=ImportCounts)
    waiting: list[_Entry] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    filed: dict[tuple[str, ...], Category] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    known_categories: set[ObjectId] = field(
        default_factory=lambda: {category.pk for category in categories.in_order(hidden=True)}
    )
    mean: float = field(default_factory=figures.mean_of_stars)

    def take(self, number: int, line: bytes) -> None:
        """Look at a line, and write the batch when it is full."""
        row: Row | None = None
        try:
            row = parse_row(line)
            if row.id in self.seen:
                raise RowRefused("An earlier line has this id.", "id")
            target = self.shops.for_row(row)
        except RowRefused as error:
            self.refuse(Refusal(number, row.id if row else id_in(line), error.field, str(error)))
            return
        self.seen.add(row.id)
        said = hashlib.blake2b(line.strip(), digest_size=16, key=self.facts.fingerprint).hexdigest()
        entry = _Entry(number, row, target, said)
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
        except (BulkWriteError, VersionConflict) as error:
            for entry, product, _ in new:
                entry.target.slugs.discard(product.slug)
            self._write_singly([entry for entry, *_ in (*new, *changed)], error)
        else:
            self.counts.typed, self.counts.untyped = self.facts.typed, self.facts.untyped
            self.counts.created += len(new)
            self.counts.updated += len(changed)

    def _write_singly(self, batch: list[_Entry], error: Exception) -> None:
        """Write the rows of a batch that failed one by one, so that only the row at fault is refused."""
        if len(batch) > 1:
            for entry in batch:
                self._write([entry])
            return
        entry = batch[0]
        refused = error if isinstance(error, VersionConflict) else RowRefused(_TAKEN, "id")
        self.refuse(_refusal(entry, refused))

    def _store(self, new: list[tuple[Product, Stock]], changed: list[Product]) -> None:
        def work() -> None:
            products.write_all([product for product, _ in new], changed)
            stock.add_all(level for _, level in new)

        if new or changed:
            transactions.run(work, seconds=BATCH_SECONDS)
            self.facts.note_use()
        if changed:  # what was sold since they were loaded
            tokens.follow(product.pk for product in changed)

    def _existing(self, batch: list[_Entry]) -> dict[tuple[ObjectId, str], Product]:
        """The products that rows of the batch change."""
        found: dict[tuple[ObjectId, str], Product] = {}
        for target in self.shops.met:
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
            language=written_in(),
            rank_mean=self.mean,
        )
        self._describe(product, row)
        variant = Variant(sku=row.id.partition(":")[2] or row.id)
        _price(variant, row)
        product.offer([variant])
        product.put_in_stock(_pieces(row.id) > 0)
        product.published_at = moment_of(row.released_at) or now()
        product.take_step("submit")  # an operator vouches for it
        product.slug = free_slug(product.title, target.slugs)
        product.validate()
        target.slugs.add(product.slug)
        level = stock.new_stock(variant.id, product.id, target.id, _pieces(row.id))
        return product, level

    def _changed(self, entry: _Entry, product: Product) -> Product:
        self._describe(product, entry.row)
        _price(product.variants[0], entry.row)
        product.published_at = moment_of(entry.row.released_at) or product.published_at
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
            specs=self.facts.read(row.specs),
        )

    def _category(self, row: Row) -> Category:
        names = tuple(heading(name) for name in row.category_path if name.strip()) or (NO_CATEGORY,)
        if names not in self.filed:
            try:
                self.filed[names] = category_path(names)
            except (MarketplaceError, ValidationError) as error:
                raise RowRefused(sentence_of(error), "category_path") from None
        return self.filed[names]


_TAKEN = "The shop has this SKU or address already."


def _price(variant: Variant, row: Row) -> None:
    variant.price = money_of(row.price, "price")
    before = money_of(row.list_price, "list_price") if row.list_price else None
    if before is not None and before.currency != variant.price.currency:
        raise RowRefused("This is another currency than that of the price.", "list_price.currency")
    variant.compare_at = before if before is not None and before > variant.price else None


def _pieces(external_id: str) -> int:
    """A number of pieces that is always the same for the same product: 0 to 60, few of them low."""
    return zlib.crc32(external_id.encode()) % 61


def _refusal(entry: _Entry, error: Exception) -> Refusal:
    if isinstance(error, (RowRefused, MarketplaceError)):
        return Refusal(entry.line, entry.row.id, error.field, str(error))
    name = min(error.to_dict()) if isinstance(error, ValidationError) else None
    return Refusal(entry.line, entry.row.id, ROW_FIELDS.get(name or "", name), sentence_of(error))
