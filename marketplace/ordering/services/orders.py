"""Moving an order along its process: by its buyer, its shop, an operator, or by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Capability
from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.transactions import transactional
from ..documents import Order
from ..errors import OrderNotFound
from ..process import Effect, Transition, step
from ..repositories import orders
from ..values import Actor, LinePieces
from . import following, holds, refunds, reviewing
from .payments import settle

#: The topics by which who is to know is told of a step.
TOPICS = {Actor.BUYER: "order.news", Actor.SELLER: "order.shop_news"}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says with a step: which pieces, how they travel, and why."""

    lines: tuple[LinePieces, ...] = ()
    carrier: str = ""
    tracking: str = ""
    reason: str = ""


def shop_order(shop_id: ObjectId, number: str) -> Order:
    """The shop's order of this number; raises OrderNotFound for unpaid ones and other shops'."""
    order = orders.numbered(number)
    if order.shop_id != shop_id or order.paid_at is None:
        raise OrderNotFound("There is no order with this number.")
    return order


@transactional
def move_order(
    *,
    number: str,
    name: str,
    actor: Actor,
    carrier: str | None = None,
    tracking: str | None = None,
    lines: Sequence[LinePieces] = (),
    reason: str | None = None,
    version: int | None = None,
) -> Order:
    """Take the step of this name; who asks was checked before to be the order's buyer or its shop.

    Carrier, tracking number and lines are for shipping; without lines all that is left is sent, or called
    off. Raises NotYourRole for the other side's steps, InvalidTransition and AlreadyShipped for steps that
    the order's state does not allow, ReasonRequired, LineNotFound, VersionConflict when another version is
    asked for, and ShopNotActive where the shop may not work on orders; nothing is then changed.
    """
    order = orders.numbered(number)
    order.expect(version)
    if actor is Actor.SELLER:
        accounts.require(accounts.get_shop(order.shop_id), Capability.FULFIL)
    said = Said(tuple(lines), carrier or "", tracking or "", reason or "")
    return take_step(order, name, actor, now(), said)


@transactional
def operator_cancel(*, operator_id: ObjectId, number: str, reason: str, version: int | None = None) -> Order:
    """The order after an operator called it off, whatever left of it; its rest is refunded.

    Raises InvalidTransition for orders that are not paid or final, and Forbidden for others than moderators.
    """
    accounts.require_moderator(operator_id)
    order = orders.numbered(number)
    order.expect(version)
    before = order.status
    order = take_step(order, "operator_cancel", Actor.OPERATOR, now(), Said(reason=reason))
    detail = {"number": order.number, "status": accounts.changed(before.value, order.status.value)}
    accounts.audit(
        actor_id=operator_id,
        action="order.cancel",
        subject=("orders", order.pk),
        detail=detail | {"reason": reason},
    )
    return order


def take_step(order: Order, name: str, actor: Actor, moment: datetime, said: Said = Said()) -> Order:
    """The order after a step and all that follows; call it in the transaction that loaded the order."""
    transition = step(order.status, name, actor, order.fulfilment)
    if Effect.RELEASE in transition.effects:
        return _give_up(order, name, actor, moment)
    if Effect.SHIP in transition.effects:
        _ship(order, actor, moment, said)
    elif Effect.REFUND_PIECES in transition.effects:
        _cancel_rest(order, actor, moment, said)
    else:
        order.move(name, actor, moment, detail=said.reason)
        if Effect.UNALLOCATE in transition.effects:
            _unallocate(order, order.left_to_send)
        if Effect.REFUND_REST in transition.effects:
            refunds.refund_order(order, refunds.everything(order), initiator=actor, reason=said.reason)
    _tell(order, transition)
    following.tell_of_event(order)
    crash_point("order.moved")
    reviewing.tell_of_step(order, moment)
    return orders.save(order)


def _ship(order: Order, actor: Actor, moment: datetime, said: Said) -> None:
    parcel = order.ship(moment, actor, lines=said.lines, carrier=said.carrier, tracking=said.tracking)
    holds.ship(holds.part_of(order, parcel.lines, "shipped"))
    crash_point("order.shipped")


def _cancel_rest(order: Order, actor: Actor, moment: datetime, said: Said) -> None:
    pieces = order.cancel_rest(moment, actor, lines=said.lines, detail=said.reason)
    holds.unallocate(holds.part_of(order, pieces, "cancelled"))
    refunds.refund_order(order, refunds.of_pieces(order, pieces), initiator=actor, reason=said.reason)


def _unallocate(order: Order, pieces: tuple[LinePieces, ...]) -> None:
    order.call_off(pieces)
    holds.unallocate(holds.part_of(order, pieces, "cancelled"))


def _tell(order: Order, transition: Transition) -> None:
    """Tell everybody who is to know; a parcel has a mail of its own."""
    if transition.name == "ship":
        outbox.tell("order.shipped", about=order, shipment=len(order.shipments) - 1)
        return
    event = order.events[-1]
    for party in transition.notify:
        outbox.tell(TOPICS[party], about=order, text=event.text, detail=event.detail, status=event.to)


def _give_up(order: Order, name: str, actor: Actor, moment: datetime) -> Order:
    """Call off the whole purchase, which is paid as one and so given up as one."""
    together = orders.of_purchase(order.purchase_id)
    for each in together:
        each.move(name, actor, moment)
        orders.save(each)
        following.tell_of_event(each)
    holds.release(holds.of_orders(together))
    settle(order.purchase_id)
    return next(each for each in together if each.pk == order.pk)
