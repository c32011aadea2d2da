"""People who leave: open orders keep an account, and a deleted one leaves its orders nameless."""

from __future__ import annotations

from collections.abc import Iterator

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Obligation
from ..process import STATES
from ..repositories import carts, orders, purchases
from ..values import CartOwner, CartStatus, OrderStatus

#: An order in one of these states is still owed to somebody.
OPEN = (OrderStatus.AWAITING_PAYMENT, OrderStatus.PLACED, OrderStatus.PROCESSING, OrderStatus.SHIPPED)

#: How many of a kind are listed: who has more settles these first.
LISTED = 20


def obligations(user_id: ObjectId) -> Iterator[Obligation]:
    """The open orders of this buyer and of this person's shops, and a checkout that is under way."""
    cart = carts.live(CartOwner(user_id=user_id))
    if cart is not None and cart.status is CartStatus.CONVERTING:
        yield Obligation("checkout_in_progress", "Your cart is being checked out right now.", "/cart")
    for order in orders.open_of_buyer(user_id, OPEN, LISTED):
        state = STATES[order.status].label.lower()
        yield Obligation("open_order", f"Your order {order.number} is {state}.", f"/order/{order.number}")
    for shop in accounts.shops_of(user_id):
        for order in orders.of_shop(shop.pk, OPEN, limit=LISTED).items:
            state = STATES[order.status].label.lower()
            path = f"/sell/{shop.slug}/orders/{order.number}"
            sentence = f"Order {order.number} of your shop {shop.name} is {state}."
            yield Obligation("open_shop_order", sentence, path)


def forget_buyer(user_id: ObjectId) -> None:
    """Take name, telephone and e-mail address out of what the user bought, and their cart away."""
    carts.drop_live(user_id)
    purchases.forget_buyer(orders.forget_buyer(user_id))
