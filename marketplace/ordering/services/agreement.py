"""Whether a cart is still what its buyer agreed to, and line by line what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bson import ObjectId

from ...shared.formats import money_text
from ...shared.values import Money
from ..errors import CartChanged
from ..values import AgreedLine, CartChange
from .pricing import PricedCart, PricedLine, SellingShop, why_not


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the buyer saw: the total and, where they tell, the cart's version, lines and shipping."""

    total: Money
    cart_version: int | None = None
    lines: Sequence[AgreedLine] | None = None
    shipping: Money | None = None


def check_agreement(view: PricedCart, agreed: Agreed) -> None:
    """Raise CartChanged unless everything can be bought, and is what the buyer saw.

    Its `changes` name what differs, each as it was and is now, and its `problems` what cannot be bought.
    """
    same_version = agreed.cart_version in (None, view.cart.version if view.cart else None)
    changes = list(_changes(view, agreed))
    if view.ready and view.total == agreed.total and same_version and not changes:
        return
    problems = [_problem(line, problem.code, problem.message) for line, problem in view.problems]
    sentence = (
        "Your cart changed since you last saw it. Look at it once more, then buy."
        if view.ready
        else "Something in your cart cannot be bought as it is. Mend your cart first."
    )
    total = {"amount": view.total.amount, "currency": view.total.currency}
    raise CartChanged(sentence, total=total, changes=[_plain(one) for one in changes], problems=problems)


def check_sells(view: PricedCart, shops: Mapping[ObjectId, SellingShop]) -> None:
    """Raise CartChanged when one of these, the shops of the cart as they are now, does not sell any more."""
    problems = [
        _problem(line, *reason)
        for line in view.lines
        if (reason := why_not(line.offer, shops.get(line.item.shop_id), None)) is not None
    ]
    if problems:
        total = {"amount": view.total.amount, "currency": view.total.currency}
        sentence = "A shop of your cart stopped selling just now. Look at your cart once more."
        raise CartChanged(sentence, total=total, changes=[], problems=problems)


def _problem(line: PricedLine, code: str, message: str) -> dict[str, str]:
    return {"item_id": str(line.item.id), "title": line.title, "code": code, "message": message}


def _changes(view: PricedCart, agreed: Agreed) -> Iterator[CartChange]:
    if agreed.lines is not None:
        yield from _changes_of_lines(view, {line.item_id: line for line in agreed.lines})
    else:
        yield from _changes_since_added(view, agreed)
    if agreed.shipping is not None and agreed.shipping != view.shipping:
        yield CartChange("shipping", "Shipping", money_text(agreed.shipping), money_text(view.shipping))
    if agreed.total != view.total:
        yield CartChange("total", "Total", money_text(agreed.total), money_text(view.total))


def _changes_of_lines(view: PricedCart, seen: dict[Any, AgreedLine]) -> Iterator[CartChange]:
    """What differs from lines that the buyer said they saw."""
    for line in view.lines:
        before = seen.pop(line.item.id, None)
        if before is None:
            yield CartChange("added", line.title, "not there", _said(line), line.item.id)
            continue
        if before.quantity != line.item.quantity:
            was, now = str(before.quantity), str(line.item.quantity)
            yield CartChange("quantity", line.title, was, now, line.item.id)
        if before.unit_price != line.unit_price:
            yield _price(line, before.unit_price)
    for gone in seen.values():
        was = f"{gone.quantity} × {money_text(gone.unit_price)}"
        yield CartChange("removed", "Something that is not in your cart now", was, "not there", gone.item_id)


def _changes_since_added(view: PricedCart, agreed: Agreed) -> Iterator[CartChange]:
    """What changed its price since it was put into the cart; nothing where the total is as agreed."""
    if agreed.total != view.total:
        for line in view.lines:
            if line.offer is not None and line.unit_price != line.item.seen_price:
                yield _price(line, line.item.seen_price)


def _price(line: PricedLine, was: Money) -> CartChange:
    return CartChange("price", line.title, money_text(was), money_text(line.unit_price), line.item.id)


def _said(line: PricedLine) -> str:
    return f"{line.item.quantity} × {money_text(line.unit_price)}"


def _plain(change: CartChange) -> dict[str, Any]:
    plain = asdict(change)
    return plain | {"item_id": str(change.item_id) if change.item_id else None}
