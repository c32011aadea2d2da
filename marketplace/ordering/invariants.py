"""What must hold of the stored orders: money that adds up, and nothing sent that nobody paid."""

from __future__ import annotations

from collections.abc import Iterator

from ..accounts.values import ShopStatus
from ..shared.checks import Finding, Invariant
from . import process
from .repositories import history, orders, orders_in_process, purchases, refunds
from .services import OPEN
from .values import OrderStatus


def _totals() -> Iterator[Finding]:
    for row in orders.not_adding_up():
        parts = f"lines of {row['lines']} and shipping of {row.get('shipping')}"
        sentence = f"Order {row['number']}: {parts} make no total of {row.get('total')} in one currency."
        yield Finding("orders", row["_id"], sentence)


def _unpaid() -> Iterator[Finding]:
    for row in orders.without_payment(process.PAID):
        sentence = f"Order {row['number']} is {row['status']}, and no payment of its purchase succeeded."
        yield Finding("orders", row["_id"], sentence)


def _apart() -> Iterator[Finding]:
    for row in purchases.apart_from_orders():
        if row.get("total") != row["sum"]:
            sentence = f"It cost {row.get('total')}, and its orders {row['sum']}."
            yield Finding("purchases", row["_id"], sentence)
        if set(row["order_ids"]) != set(row["found"]):
            sentence = (
                f"It lists {len(row['order_ids'])} orders, and {len(row['found'])} name it; they differ."
            )
            yield Finding("purchases", row["_id"], sentence)


def _forsaken() -> Iterator[Finding]:
    for row in orders.unsettled_of_shops(OPEN, ShopStatus.CLOSED):
        yield Finding("orders", row["_id"], f"Order {row['number']} is open, and its shop is closed.")


def _pieces() -> Iterator[Finding]:
    for row in orders_in_process.miscounted():
        counts = f"{row['shipped']} pieces are shipped, {row['cancelled']} cancelled"
        sentence = f"Order {row['number']}: {counts}, and parcels hold {row['parcels']}."
        yield Finding("orders", row["_id"], sentence)


def _refunded() -> Iterator[Finding]:
    for row in orders_in_process.refunded_amiss():
        sums = f"{row['counted']} of {row['total']} count as refunded, and its refunds are {row['refunds']}"
        yield Finding("orders", row["_id"], f"Order {row['number']}: {sums}.")


def _parts() -> Iterator[Finding]:
    for row in refunds.not_adding_up():
        yield Finding("refunds", row["_id"], f"It is {row['amount']}, and its parts are {row['sum']}.")


def _still() -> Iterator[Finding]:
    for row in orders_in_process.standing_still((OrderStatus.SHIPPED, OrderStatus.DELIVERED)):
        sentence = f"Order {row['number']} is {row['status']}, and no timer moves it on."
        yield Finding("orders", row["_id"], sentence)


def _misremembered() -> Iterator[Finding]:
    for row in history.not_adding_up():
        said = f"It says a difference of {row['difference']}"
        sentence = f"{said}, and {row['paid']} was paid for what cost {row['total']}."
        yield Finding("purchases", row["_id"], sentence)


INVARIANTS = (
    Invariant("A closed shop owes nothing: it has no open order.", "orders", _forsaken),
    Invariant("The total of an order is the sum of its lines and its shipping.", "orders", _totals),
    Invariant("What a shop works on was paid.", "orders", _unpaid),
    Invariant(
        "No more pieces are sent and cancelled than bought, and parcels hold what is sent.", "orders", _pieces
    ),
    Invariant(
        "An order counts as refunded what its refunds are, and never more than was paid.", "orders", _refunded
    ),
    Invariant("What is on its way or has arrived moves on by itself in the end.", "orders", _still),
    Invariant("The parts of a refund are its amount.", "refunds", _parts),
    Invariant(
        "What was paid for an imported purchase is its total and its difference.", "purchases", _misremembered
    ),
    Invariant("A purchase lists its orders and costs their sum.", "purchases", _apart),
)
