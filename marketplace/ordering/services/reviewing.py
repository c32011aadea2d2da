"""Telling the catalog who may review what: it never asks for orders.

A visitor's order belongs to no account, so the catalog is told nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bson import ObjectId

from ...catalog import services as catalog
from ...catalog.values import BoughtLine, ReviewStanding
from ..documents import Order
from ..values import OrderStatus

#: The states in which what was bought is there to be reviewed.
RECEIVED = (OrderStatus.DELIVERED, OrderStatus.COMPLETED)


def tell_of_step(order: Order, moment: datetime) -> None:
    """Tell the catalog what the order's latest step means for reviews, in the step's transaction."""
    if order.buyer_id is None:
        return
    reviews, buyer, shop = catalog.reviews, order.buyer_id, order.shop_id
    lines = [BoughtLine(item.id, item.product_id) for item in order.items]
    if order.status is OrderStatus.PLACED:
        reviews.bought(author_id=buyer, shop_id=shop, lines=lines, at=moment)
    elif order.status in RECEIVED:  # told again when it is completed, for what older versions delivered
        arrived = order.delivered_at or moment
        kept = [BoughtLine(item.id, item.product_id) for item in order.items if item.is_kept]
        if kept:
            reviews.may_review(author_id=buyer, shop_id=shop, lines=kept, delivered_at=arrived)
    elif order.status is OrderStatus.CANCELLED and order.paid_at is not None:
        reviews.no_longer_may_review(author_id=buyer, shop_id=shop, lines=lines, at=moment)


def tell_of_loss(order: Order, moment: datetime) -> None:
    """Tell the catalog of the lines of which nothing is left; again changes nothing."""
    gone = [BoughtLine(item.id, item.product_id) for item in order.items if not item.is_kept]
    if gone and order.buyer_id is not None:
        catalog.reviews.no_longer_may_review(
            author_id=order.buyer_id, shop_id=order.shop_id, lines=gone, at=moment
        )


def reviewable(orders: Iterable[Order], *, reader_id: ObjectId | None) -> dict[ObjectId, ReviewStanding]:
    """For the lines of these orders that their buyer received: whether they may be reviewed, by line.

    Asks the catalog once, and nothing while no order has arrived or somebody else reads.
    """
    lines = [
        item.id
        for order in orders
        if order.status in RECEIVED and order.buyer_id is not None and order.buyer_id == reader_id
        for item in order.items
    ]
    return catalog.reviews.reviewable(lines) if lines else {}
