"""Stock: holding pieces for checkouts, allocating them to orders, shipping them, counting them.

Every operation is idempotent by its `ref`: done twice, it happens once. The hot ones (hold, renew,
release, commit, expire) are one conditional update each and need no transaction; the cold ones write a
movement row with it, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.transactions import transactional
from ..documents import Stock, StockMovement
from ..errors import BelowCommitted, HoldMismatch, InsufficientStock, TryAgain, VariantNotFound
from ..repositories import movements
from ..repositories import stock as stocks
from ..repositories.stock import HOLD_LIMIT
from ..values import Bucket, MovementKind, StockLevel

#: How often a hold is tried while others come and go.
ATTEMPTS = 3

#: The most pieces that a variant may have on hand.
MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class StockViolation:
    """A stock document whose numbers do not add up."""

    variant_id: ObjectId
    reason: str


def hold(variant_id: ObjectId, *, ref: str, quantity: int, until: datetime) -> None:
    """Keep pieces for a checkout until then.

    Frees expired holds of the variant first when it is short. Holding again by the same reference
    renews the hold. Raises InsufficientStock, HoldMismatch when the reference holds another quantity,
    VariantNotFound, and TryAgain while a thousand checkouts hold the variant.
    """
    if quantity < 1:
        raise Invalid("Ask for one piece or more.", field="quantity")
    for _ in range(ATTEMPTS):
        if stocks.hold(variant_id, ref, quantity, until):
            return
        found = _stock_of(variant_id)
        if not found.track and not found.ordered:
            stocks.mark_ordered(variant_id)
        if not found.track or _holds_already(found, ref, quantity, until):
            return
        if not _free_expired(found, now()) and found.available < quantity:
            break
    _refuse_hold(_stock_of(variant_id))


def renew(variant_id: ObjectId, ref: str, until: datetime) -> bool:
    """Keep what the reference holds until then; False when it holds nothing."""
    return stocks.renew(variant_id, ref, until)


def release(variant_id: ObjectId, ref: str) -> bool:
    """Make what the reference holds available again; False when it holds nothing."""
    return _with_hold(variant_id, ref, stocks.release)


def commit(variant_id: ObjectId, ref: str) -> bool:
    """Allocate what the reference holds to an order; False when it holds nothing."""
    return _with_hold(variant_id, ref, stocks.commit)


def expire(at: datetime, limit: int = 100) -> int:
    """Free holds whose time was up before this moment, of at most `limit` variants; answers how many."""
    return sum(_free_expired(found, at) for found in stocks.expired(at, limit))


def free_expired(variant_id: ObjectId) -> int:
    """Free the holds of one variant whose time is up; answers how many."""
    found = stocks.find(variant_id)
    return _free_expired(found, now()) if found else 0


@transactional
def ship(variant_id: ObjectId, ref: str, quantity: int) -> bool:
    """Let allocated pieces leave the shelf; False when this reference shipped them already."""
    return _once(variant_id, MovementKind.SHIP, ref, quantity, stocks.ship)


@transactional
def unallocate(variant_id: ObjectId, ref: str, quantity: int) -> bool:
    """Make allocated pieces available again; False when this reference did so already."""
    return _once(variant_id, MovementKind.UNALLOCATE, ref, quantity, stocks.unallocate)


@transactional
def restock(variant_id: ObjectId, ref: str, quantity: int) -> bool:
    """Put pieces that came back on the shelf; False when this reference did so already."""
    return _once(variant_id, MovementKind.RETURN, ref, quantity, stocks.restock)


@transactional
def set_on_hand(
    variant_id: ObjectId,
    on_hand: int,
    reason: str = "",
    *,
    note: str = "",
    by: ObjectId | None = None,
    ref: str | None = None,
) -> StockLevel:
    """Correct how many pieces lie on the shelf, after counting them.

    With a `ref` it happens once, however often it is asked for, and is written down even where the number
    was right. Raises BelowCommitted when more than that are promised to buyers.
    """
    if not 0 <= on_hand <= MOST:
        raise Invalid(f"Give a whole number from 0 to {MOST}.", field="on_hand")
    found = _stock_of(variant_id)
    if not found.track:
        raise Invalid("The pieces of this variant are not counted: leave this empty.", field="on_hand")
    if ref is not None and movements.has(variant_id, MovementKind.ADJUST, ref):
        return found.level(now())
    difference = on_hand - found.on_hand
    if difference == 0 and ref is None:
        return found.level(now())
    if free_expired(variant_id):
        found = _stock_of(variant_id)
    if not stocks.adjust(variant_id, counted_from=found.on_hand, difference=difference):
        promised = found.allocated + found.held
        raise BelowCommitted(
            f"{promised} pieces are promised to buyers, so no fewer can be on hand.",
            field="on_hand",
            committed=promised,
        )
    movement = _movement(variant_id, MovementKind.ADJUST, ref or str(new_id()), difference, reason)
    movement.note, movement.by = note or None, by
    movements.add(movement)
    return _stock_of(variant_id).level(now())


def levels(variant_ids: Iterable[ObjectId]) -> dict[ObjectId, StockLevel]:
    """The numbers of those variants that exist, in one query."""
    at = now()
    return {variant_id: found.level(at) for variant_id, found in stocks.by_ids(variant_ids).items()}


def violations() -> Iterator[StockViolation]:
    """What is wrong with the numbers of any variant, as a stream."""
    for found in stocks.not_adding_up():
        yield StockViolation(found.pk, _wrong(found))


def verify() -> list[StockViolation]:
    """What is wrong with the numbers of any variant; empty when all is well."""
    return list(violations())


def new_stock(
    variant_id: ObjectId,
    product_id: ObjectId,
    shop_id: ObjectId,
    on_hand: int | None,
    low_at: int | None = None,
) -> Stock:
    """The stock of a new variant, not stored yet; without a number it is not tracked."""
    pieces = on_hand or 0
    return Stock(
        id=variant_id,
        product_id=product_id,
        shop_id=shop_id,
        track=on_hand is not None,
        on_hand=pieces,
        available=pieces,
        low_at=low_at,
    )


def add_all(new: Iterable[Stock]) -> None:
    """Store the stock of new variants with the movement that explains it, in the open transaction."""
    listed = list(new)
    stocks.add_all(listed)
    movements.add(
        *(
            _movement(one.pk, MovementKind.INITIAL, str(one.pk), one.on_hand, "")
            for one in listed
            if one.on_hand
        )
    )


def _stock_of(variant_id: ObjectId) -> Stock:
    found = stocks.find(variant_id)
    if found is None:
        raise VariantNotFound("This variant does not exist.")
    return found


def _holds_already(found: Stock, ref: str, quantity: int, until: datetime) -> bool:
    held = next((one for one in found.holds if one.ref == ref), None)
    if held is None:
        return False
    if held.quantity != quantity:
        raise HoldMismatch(f"{held.quantity} pieces are held by this reference already.")
    return stocks.renew(found.pk, ref, until)


def _refuse_hold(found: Stock) -> None:
    if len(found.holds) >= HOLD_LIMIT:
        raise TryAgain("Many people are buying this right now. Please try again in a minute.")
    level = found.level(now())
    raise InsufficientStock(
        _SENTENCES[level.bucket].format(level.left),
        variant=str(found.pk),
        available=level.bucket.value,
        left=level.left,
    )


_SENTENCES = {
    Bucket.OUT: "This is sold out.",
    Bucket.LOW: "Only {} left.",
    Bucket.IN_STOCK: "Not enough left.",
}


def _with_hold(variant_id: ObjectId, ref: str, operation: Callable[[ObjectId, str, int], bool]) -> bool:
    found = stocks.find(variant_id)
    held = next((one for one in found.holds if one.ref == ref), None) if found else None
    return held is not None and operation(variant_id, ref, held.quantity)


def _free_expired(found: Stock, at: datetime) -> int:
    return sum(
        stocks.release(found.pk, one.ref, one.quantity, before=at)
        for one in found.holds
        if one.expires_at < at
    )


def _once(
    variant_id: ObjectId,
    kind: MovementKind,
    ref: str,
    quantity: int,
    operation: Callable[[ObjectId, int], bool],
) -> bool:
    if quantity < 1:
        raise Invalid("Ask for one piece or more.", field="quantity")
    if movements.has(variant_id, kind, ref):
        return False
    found = stocks.find(variant_id)  # none where a variant that is not counted was removed since it was sold
    if found is not None and found.track and not operation(variant_id, quantity):
        raise InsufficientStock("Fewer pieces are allocated than that.", variant=str(variant_id))
    movements.add(_movement(variant_id, kind, ref, quantity, ""))
    return True


def _movement(
    variant_id: ObjectId, kind: MovementKind, ref: str, quantity: int, reason: str
) -> StockMovement:
    return StockMovement(
        id=new_id(), variant_id=variant_id, kind=kind, ref=ref, quantity=quantity, reason=reason or None
    )


def _wrong(found: Stock) -> str:
    if min(found.on_hand, found.available, found.allocated) < 0:
        return "A number is below zero."
    counted = found.available + found.allocated + found.held
    return f"{found.on_hand} on hand, but {counted} available, allocated and held."
