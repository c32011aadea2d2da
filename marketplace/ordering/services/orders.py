"""Moving an order along its process, by its buyer or by its shop."""

from __future__ import annotations

from datetime import datetime

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Capability
from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.transactions import transactional
from .. import process
from ..documents import Order
from ..errors import OrderNotFound
from ..repositories import orders
from ..values import Actor
from . import holds, reviewing
from .payments import settle


def shop_order(shop_id: ObjectId, number: str) -> Order:
    """The shop's order of this number; raises OrderNotFound for unpaid ones and other shops'."""
    order = orders.numbered(number)
    if order.shop_id != shop_id or order.status not in process.PAID:
        raise OrderNotFound("There is no order with this number.")
    return order


@transactional
def move_order(
    *, number: str, name: str, actor: Actor, carrier: str | None = None, tracking: str | None = None
) -> Order:
    """Take the step of this name; who asks was checked before to be the order's buyer or its shop.

    Carrier and tracking number are for shipping. Raises NotYourRole for the other side's steps and
    InvalidTransition for steps that the order's state does not allow, and ShopNotActive where the shop may
    not work on orders; nothing is then changed.
    """
    order, moment = orders.numbered(number), now()
    if actor is Actor.SELLER:
        accounts.require(accounts.get_shop(order.shop_id), Capability.FULFIL)
    if name == "cancel":
        return _cancel(order, actor, moment)
    if name == "ship":
        order.ship(moment, actor, carrier=carrier or "", tracking=tracking or "")
        holds.ship(holds.of_orders([order]))
        crash_point("order.shipped")
        outbox.tell("order.shipped", about=order)
    else:
        order.move(name, actor, moment)
    crash_point("order.moved")
    reviewing.tell_of_step(order, moment)
    return orders.save(order)


def _cancel(order: Order, actor: Actor, moment: datetime) -> Order:
    """Call off the whole purchase, which is paid as one and so given up as one."""
    together = orders.of_purchase(order.purchase_id)
    for each in together:
        each.move("cancel", actor, moment)
        orders.save(each)
    holds.release(holds.of_orders(together))
    settle(order.purchase_id)
    return next(each for each in together if each.pk == order.pk)
