"""What becomes of a purchase that nobody pays."""

from __future__ import annotations

import logging
from datetime import datetime

from bson import ObjectId

from ...catalog.services import stock
from ...shared import outbox
from ...shared.crashing import crash_point
from ...shared.errors import MarketplaceError
from ...shared.transactions import transactional
from ..documents import Cart, CartItem, Order, Purchase
from ..errors import CheckoutInProgress
from ..repositories import carts, orders, purchases
from ..values import Actor, CartOwner
from . import holds
from .carts import put_back
from .payments import settle

log = logging.getLogger(__name__)


def expire_unpaid(moment: datetime, *, limit: int = 100) -> list[ObjectId]:
    """End the purchases whose time to pay is over, at most `limit`, and answer their ids.

    Payments are given up, pieces go back on the shelf and into the buyers' carts; so do, to the shelf,
    those that a checkout held which died before there was a purchase. Safe to run at any time, and
    several times at once. A purchase that cannot be ended is noted, and keeps no other from ending.
    """
    ended = [found for found in purchases.overdue(moment, limit) if _ended(found, moment)]
    stock.expire(moment, limit)
    return ended


def up_to_date(purchase: Purchase, moment: datetime) -> Purchase:
    """The purchase, ended first if its time to pay is over."""
    if purchase.pay_until is None or purchase.may_be_paid(moment):
        return purchase
    _expire(purchase.pk, moment)
    return purchases.get(purchase.pk)


def _ended(purchase_id: ObjectId, moment: datetime) -> bool:
    try:
        return _expire(purchase_id, moment)
    except MarketplaceError:
        log.exception("Purchase %s could not be ended.", purchase_id)
        return False


@transactional
def _expire(purchase_id: ObjectId, moment: datetime) -> bool:
    """End one purchase if it is still overdue, all of it or nothing; whether this call did."""
    purchase = purchases.get(purchase_id)
    if purchase.pay_until is None or purchase.may_be_paid(moment):
        return False
    unpaid = orders.of_purchase(purchase_id)
    for order in unpaid:
        order.move("expire", Actor.SYSTEM, moment)
        orders.save(order)
    holds.release(holds.of_orders(unpaid))
    crash_point("expiry.released")
    settle(purchase_id)
    outbox.tell("purchase.expired", about=purchase, back_in_cart=_back_into_cart(purchase, unpaid))
    return True


def _back_into_cart(purchase: Purchase, unpaid: list[Order]) -> bool:
    """Put what was not paid back into the buyer's cart, unless there is none or it is being checked out."""
    items = [
        CartItem(
            product_id=item.product_id,
            variant_id=item.variant_id,
            shop_id=order.shop_id,
            quantity=item.quantity,
            seen_price=item.unit_price,
        )
        for order in unpaid
        for item in order.items
    ]
    owner = _owner_of(purchase)
    if not owner:
        return False
    try:
        put_back(owner, items)
    except CheckoutInProgress:
        return False
    return True


def _owner_of(purchase: Purchase) -> CartOwner:
    if purchase.buyer_id is not None:
        return CartOwner(user_id=purchase.buyer_id)
    cart: Cart | None = carts.find(pk=purchase.cart_id)
    return CartOwner(token=cart.token if cart else None)
