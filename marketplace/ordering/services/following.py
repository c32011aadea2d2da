"""Telling others of what happens to orders: ordering does not know who they are.

ordering.follow_orders("messages", tell_in_the_conversation)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bson import ObjectId

from ...shared import outbox
from ..documents import Order
from ..process import RUNNING
from ..repositories import orders

_followers: dict[str, Callable[[Order], Any]] = {}


def follow_orders(name: str, follower: Callable[[Order], Any]) -> None:
    """Have this called with an order after something new is on its timeline; again changes nothing.

    It is called in the background, perhaps more than once for the same, and once for several.
    """
    _followers[name] = follower


def tell_followers(order_id: ObjectId) -> None:
    """Call those who follow orders."""
    order = orders.get(order_id)
    for follower in _followers.values():
        follower(order)


def tell_of_event(order: Order) -> None:
    """Have the followers told of what is new on an order's timeline; call it in the transaction of that.

    An order that was just placed tells it with `order.placed`. Nobody talks about a visitor's order here.
    """
    if order.buyer_id is not None:
        outbox.tell("order.event", about=order)


def any_running(order_ids: Iterable[ObjectId]) -> bool:
    """Whether one of these orders is paid and not over."""
    wanted = list(order_ids)
    return bool(wanted) and orders.any_in(wanted, RUNNING)
