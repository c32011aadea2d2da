"""The stock behind a purchase: held at checkout, allocated when it is paid, released when it is not.

Every line has a reference of its own, under which the catalog does each of these once only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId

from ...catalog import errors as catalog_errors
from ...catalog.services import stock
from ...shared.clock import now
from ..documents import Order
from ..errors import InsufficientStock
from ..values import LinePieces
from .pricing import PricedLine


@dataclass(frozen=True, slots=True)
class Pieces:
    """Some pieces of one variant for one line of a purchase."""

    variant_id: ObjectId
    item_id: ObjectId
    reference: str
    quantity: int
    title: str


def of_cart(lines: Iterable[PricedLine], purchase_id: ObjectId) -> list[Pieces]:
    """What the lines of a cart need, in the order in which everybody takes variants."""
    pieces = (
        Pieces(
            line.item.variant_id,
            line.item.id,
            f"{purchase_id}:{line.item.id}",
            line.item.quantity,
            line.title,
        )
        for line in lines
    )
    return sorted(pieces, key=lambda piece: piece.variant_id)


def of_orders(orders: Iterable[Order]) -> list[Pieces]:
    """What the lines of these orders need, in the order in which everybody takes variants."""
    pieces = (
        Pieces(item.variant_id, item.id, f"{order.purchase_id}:{item.id}", item.quantity, item.title)
        for order in orders
        for item in order.items
    )
    return sorted(pieces, key=lambda piece: piece.variant_id)


def hold(pieces: list[Pieces], until: datetime) -> None:
    """Hold everything until then; raises InsufficientStock, which names every line that is short.

    What was held before it raises stays held: release it.
    """
    short = []
    for piece in pieces:
        try:
            stock.hold(piece.variant_id, ref=piece.reference, quantity=piece.quantity, until=until)
        except (catalog_errors.InsufficientStock, catalog_errors.VariantNotFound) as error:
            short.append({"item_id": str(piece.item_id), "title": piece.title, **error.details})
    if short:
        titles = ", ".join(str(line["title"]) for line in short)
        raise InsufficientStock(f"There is not enough left of: {titles}.", lines=short)


def renew(pieces: list[Pieces], until: datetime) -> None:
    """Hold everything longer; what was lost is held anew, or raises InsufficientStock."""
    lost = [piece for piece in pieces if not stock.renew(piece.variant_id, ref=piece.reference, until=until)]
    hold(lost, until)


def allocate(pieces: list[Pieces]) -> None:
    """Turn holds into allocations; pieces whose hold is gone are taken again if they are left.

    Raises InsufficientStock, which must undo the transaction that this is called in.
    """
    lost = [piece for piece in pieces if not stock.commit(piece.variant_id, ref=piece.reference)]
    hold(lost, now() + timedelta(minutes=1))
    for piece in lost:
        stock.commit(piece.variant_id, ref=piece.reference)


def release(pieces: list[Pieces]) -> None:
    """Put everything that is still held back on the shelf."""
    for piece in pieces:
        stock.release(piece.variant_id, ref=piece.reference)


def ship(pieces: list[Pieces]) -> None:
    """Take allocated pieces off the shelf, once."""
    for piece in pieces:
        stock.ship(piece.variant_id, ref=piece.reference, quantity=piece.quantity)


def unallocate(pieces: list[Pieces]) -> None:
    """Make allocated pieces available again, once."""
    for piece in pieces:
        stock.unallocate(piece.variant_id, ref=piece.reference, quantity=piece.quantity)


def part_of(order: Order, lines: Iterable[LinePieces], counted: str) -> list[Pieces]:
    """Some pieces of an order that were just counted as `shipped` or `cancelled`.

    Their reference names the line and the piece from which they were counted, so that the stock takes each
    piece once, whatever is sent or called off in which parts.
    """
    found = []
    for line in lines:
        item = order.item(line.item_id)
        before = getattr(item, counted) - line.quantity
        reference = f"{order.purchase_id}:{item.id}" + (f":{before}" if before else "")
        found.append(Pieces(item.variant_id, item.id, reference, line.quantity, item.title))
    return sorted(found, key=lambda piece: piece.variant_id)
