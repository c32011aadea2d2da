"""What keeps a shop from closing: orders that somebody still waits for."""

from __future__ import annotations

from collections.abc import Iterator

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Obligation
from ..process import STATES
from ..repositories import orders
from ..values import OrderStatus
from .leaving import LISTED, OPEN


def unsettled_orders(shop_id: ObjectId) -> Iterator[Obligation]:
    """The orders of the shop that somebody waits for, some of them where there are many."""
    found = orders.of_shop(shop_id, OPEN, limit=LISTED).items
    shop = accounts.get_shop(shop_id) if found else None
    for order in found:
        paid = order.status is not OrderStatus.AWAITING_PAYMENT
        path = f"/sell/{shop.slug}/orders/{order.number}" if shop and paid else ""
        yield Obligation("open_order", f"Order {order.number} is {STATES[order.status].label.lower()}.", path)
