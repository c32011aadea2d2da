"""Lists of orders: a buyer's, a shop's, and what operators look for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.paging import Page, Position
from ...shared.transactions import transactional
from .. import process
from ..documents import Order, Payment, Purchase, ReceivedEvent
from ..errors import OrderNotFound
from ..repositories import events, history, orders, payments, purchases
from ..values import NUMBER_LETTERS, OrderEvent, OrderStatus, Span, order_number
from .leaving import OPEN

#: The states of a buyer's orders that are over.
DONE = tuple(status for status in OrderStatus if status not in OPEN)

#: What a buyer's list can be narrowed to.
FILTERS: dict[str, tuple[OrderStatus, ...] | None] = {"all": None, "open": OPEN, "done": DONE}

#: The most words of a title that are looked for.
MOST_WORDS = 5

#: The most packing slips that are printed at once.
MOST_SLIPS = 100


@dataclass(frozen=True, slots=True)
class OrderFile:
    """Everything that is known of an order: its purchase, the attempts to pay it, and what was reported."""

    order: Order
    purchase: Purchase
    payments: list[Payment]
    events: list[ReceivedEvent]


@dataclass(frozen=True, slots=True)
class OrderState:
    """How an order stands, in a word, and what happened to it so far."""

    number: str
    label: str
    events: tuple[OrderEvent, ...]


def bought_orders(
    buyer_id: ObjectId,
    *,
    state: str = "all",
    q: str | None = None,
    at: Position | None = None,
    limit: int = 24,
) -> Page[Order]:
    """The member's orders, newest first: all, those that are open or done, or those that `q` finds.

    `q` is an order's number or words of titles.
    """
    numbered = _numbered(q) if q and at is None else None
    if numbered is not None and numbered.buyer_id == buyer_id:
        return Page([numbered])
    words = (q or "").split()[:MOST_WORDS]
    return orders.of_buyer(buyer_id, FILTERS[state], words=words, at=at, limit=limit)


def shop_orders(
    shop_id: ObjectId,
    statuses: Iterable[OrderStatus],
    *,
    due: str = "any",
    placed_from: date | None = None,
    placed_to: date | None = None,
    at: Position | None = None,
    limit: int = 24,
) -> Page[Order]:
    """A shop's orders in some states, newest first; what it has to ship with the most urgent first.

    `due` leaves what is `late`, or what has to go `today` with all that is late; `placed_from` and
    `placed_to` are days, both included.
    """
    wanted, placed = tuple(statuses), Span.of_days(placed_from, placed_to)
    if due == "any" and set(wanted) != set(process.TO_SHIP):
        return orders.of_shop(shop_id, wanted, placed=placed, at=at, limit=limit)
    before = None if due == "any" else _midnight(later=due == "today")
    waiting = [status for status in wanted if status in process.TO_SHIP]
    return orders.due_of_shop(shop_id, waiting, before=before, placed=placed, at=at, limit=limit)


def packing_slips(shop_id: ObjectId, numbers: list[str]) -> list[Order]:
    """The shop's orders with these numbers; raises Invalid for none or too many, and OrderNotFound."""
    if not 1 <= len(numbers) <= MOST_SLIPS:
        raise Invalid(f"Tick from 1 to {MOST_SLIPS} orders to print.", field="number")
    found = orders.numbered_of_shop(shop_id, numbers, process.PAID)
    if len(found) < len({order_number(number) for number in numbers}):
        raise OrderNotFound("There is no order with one of these numbers.")
    return found


def find_orders(q: str | None, *, at: Position | None = None, limit: int = 24) -> Page[Order]:
    """What operators look for: an order's number, an e-mail address, or what a payment is called.

    Also the id of a purchase or a payment, and what an imported order was called; without anything the
    newest of all orders.
    """
    if not q:
        return orders.newest(at=at, limit=limit)
    if "@" in q:
        return orders.with_email(q.lower(), at=at, limit=limit)
    numbered = _numbered(q)
    if numbered is not None:
        return Page([numbered])
    return Page(orders.of_purchases(_purchases_called(q)))


@transactional
def inspect_order(*, moderator_id: ObjectId, number: str) -> OrderFile:
    """Everything about an order, for a moderator; that it was looked at goes into the audit log.

    Raises OrderNotFound.
    """
    accounts.require_moderator(moderator_id)
    order = orders.numbered(number)
    attempts = payments.attempts(order.purchase_id)
    accounts.audit(actor_id=moderator_id, action="order.inspect", subject=("orders", order.pk))
    return OrderFile(
        order=order,
        purchase=purchases.get(order.purchase_id),
        payments=attempts,
        events=events.of_payments([payment.pk for payment in attempts]),
    )


def _numbered(q: str) -> Order | None:
    """The order whose number this can be read as, or None."""
    number = order_number(q)
    letters = number.replace("-", "")
    if len(letters) != 8 or not set(letters) <= set(NUMBER_LETTERS):
        return None
    if len(re.sub(r"[^0-9A-Za-z]", "", q)) != len(letters):
        return None
    return orders.find(number=number)


def _purchases_called(q: str) -> set[ObjectId]:
    """The purchases that this text can mean: their id, that of a payment, or what others call them."""
    found = {payment.purchase_id for payment in payments.called(q)}
    imported = history.referred_to(q)
    if imported is not None:
        found.add(imported.pk)
    if ObjectId.is_valid(q):
        identifier = ObjectId(q)
        paid = payments.find(pk=identifier)
        found |= {identifier} | ({paid.purchase_id} if paid else set())
    return found


def _midnight(*, later: bool) -> datetime:
    """The beginning of today in UTC, or of tomorrow."""
    return datetime.combine(now().date(), time(), UTC) + timedelta(days=later)


def states_of(order_ids: Iterable[ObjectId]) -> dict[ObjectId, OrderState]:
    """How these orders stand in a word, and what happened to them so far; by id, in one query."""
    return {
        one.pk: OrderState(one.number, process.STATES[one.status].label, tuple(one.events))
        for one in orders.told_of(order_ids)
    }
