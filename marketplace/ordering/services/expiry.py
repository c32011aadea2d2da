"""What becomes of a purchase that nobody pays: its time runs out, or its buyer gives it up."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bson import ObjectId

from ...catalog.services import stock
from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.errors import MarketplaceError
from ...shared.transactions import transactional
from ..documents import Cart, CartItem, Order, Purchase
from ..errors import CheckoutInProgress, PaymentClosed, ProviderUnavailable
from ..repositories import carts, orders, purchases
from ..values import Actor, CartOwner
from . import following, holds
from .carts import put_back
from .confirming import look_up
from .payments import settle

log = logging.getLogger(__name__)

#: How long after its time a purchase waits for a provider that cannot be asked whether it was paid.
PATIENCE = timedelta(hours=1)


def expire_unpaid(moment: datetime, *, limit: int = 100) -> list[ObjectId]:
    """End the purchases whose time to pay is over, at most `limit`, and answer their ids.

    Providers are asked first whether it was paid after all. Payments are given up, pieces go back on the
    shelf and into the buyers' carts; so do, to the shelf, those that a checkout held which died before there
    was a purchase. Safe to run at any time, and several times at once. A purchase that cannot be ended is
    noted, and keeps no other from ending.
    """
    ended = [found for found in purchases.overdue(moment, limit) if _ended(found, moment)]
    stock.expire(moment, limit)
    return ended


def up_to_date(purchase: Purchase, moment: datetime) -> Purchase:
    """The purchase, ended first if its time to pay is over."""
    if purchase.pay_until is None or purchase.may_be_paid(moment):
        return purchase
    _end(purchase.pk, moment)
    return purchases.get(purchase.pk)


def give_up(purchase: Purchase) -> bool:
    """Call off a purchase that its buyer does not mean to pay; whether everything is back in their cart.

    Raises PaymentClosed when it waits for no payment any more; one that was paid just now is not called off.
    """
    look_up(purchase.pk)
    return _give_up(purchase.pk, now())


def _ended(purchase_id: ObjectId, moment: datetime) -> bool:
    try:
        return _end(purchase_id, moment)
    except MarketplaceError:
        log.exception("Purchase %s could not be ended.", purchase_id)
        return False


def _end(purchase_id: ObjectId, moment: datetime) -> bool:
    """End an overdue purchase, unless its provider says that it was paid, or cannot be asked yet."""
    try:
        look_up(purchase_id)
    except ProviderUnavailable:
        ended = purchases.get(purchase_id).pay_until
        if ended is not None and moment < ended + PATIENCE:
            log.warning("Purchase %s is not ended: its provider does not answer.", purchase_id)
            return False
    return _expire(purchase_id, moment)


@transactional
def _expire(purchase_id: ObjectId, moment: datetime) -> bool:
    """End one purchase if it is still overdue, all of it or nothing; whether this call did."""
    purchase = purchases.get(purchase_id)
    if purchase.pay_until is None or purchase.may_be_paid(moment):
        return False
    unpaid = _let_go(purchase_id, "expire", Actor.SYSTEM, moment)
    outbox.tell("purchase.expired", about=purchase, back_in_cart=_back_into_cart(purchase, unpaid))
    return True


@transactional
def _give_up(purchase_id: ObjectId, moment: datetime) -> bool:
    purchase = purchases.get(purchase_id)
    if not purchase.may_be_paid(moment):
        raise PaymentClosed("This purchase waits for no payment any more.")
    return _back_into_cart(purchase, _let_go(purchase_id, "cancel", Actor.BUYER, moment))


def _let_go(purchase_id: ObjectId, step: str, actor: Actor, moment: datetime) -> list[Order]:
    """The orders of a purchase after this step, with their pieces back on the shelf."""
    unpaid = orders.of_purchase(purchase_id)
    for order in unpaid:
        order.move(step, actor, moment)
        orders.save(order)
        following.tell_of_event(order)
    holds.release(holds.of_orders(unpaid))
    crash_point("expiry.released")
    settle(purchase_id)
    return unpaid


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
