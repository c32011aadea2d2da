"""What orders do by themselves: reminders, and steps that nobody took in time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bson import ObjectId

from ...accounts import services as accounts
from ...shared import outbox
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import Order
from ..process import TIMERS
from ..repositories import orders, orders_in_process
from ..values import Actor
from . import following
from .orders import take_step

log = logging.getLogger(__name__)

#: A timer that failed is tried again after so many minutes, twice as many each time, at most a day later.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(days=1)

#: The longest error that is kept, in characters.
ERROR_LENGTH = 300


def ring_timers(moment: datetime, *, limit: int = 100) -> list[ObjectId]:
    """Let the timers ring whose time has come, at most `limit`, and answer the orders that moved.

    Safe to run at any time, and several times at once: each timer rings once. One that fails is tried
    again later, and keeps no other from ringing.
    """
    return [one for one in orders_in_process.ringing(moment, limit) if _rang(one, moment)]


def retry_timer(*, operator_id: ObjectId, number: str) -> bool:
    """Whether the order's timer rang now, at a moderator's wish; one whose time has not come does not."""
    order = orders.numbered(number)
    _audit_retry(operator_id, order)
    return _rang(order.pk, now(), again=True)


def _rang(order_id: ObjectId, moment: datetime, *, again: bool = False) -> bool:
    try:
        return _ring(order_id, moment, again=again)
    except Exception as error:
        log.exception("The timer of order %s failed.", order_id)
        _postpone(order_id, str(error), moment)
        return False


@transactional
def _ring(order_id: ObjectId, moment: datetime, *, again: bool) -> bool:
    """Do what the order's timer says if it is still due, all of it or nothing; whether this call did.

    One that failed is due `again`, whenever it would be tried next.
    """
    order = orders.get(order_id)
    if order.timer is None or (order.timer.at > moment and not (again and order.timer.failures)):
        return False
    timer = TIMERS[order.timer.kind]
    if timer.transition:
        take_step(order, timer.transition, Actor.SYSTEM, moment)
    else:
        order.remind(moment)
        orders.save(order)
        outbox.tell(timer.topic, about=order)
        following.tell_of_event(order)
    return True


def _postpone(order_id: ObjectId, why: str, moment: datetime) -> None:
    order = orders.get(order_id)
    if order.timer is not None:
        pause = min(FIRST_PAUSE * 2 ** min(order.timer.failures, 10), LONGEST_PAUSE)
        orders_in_process.postpone(order_id, order.timer.kind, moment + pause, why[:ERROR_LENGTH])


@transactional
def _audit_retry(operator_id: ObjectId, order: Order) -> None:
    accounts.require_moderator(operator_id)
    detail = {"number": order.number, "timer": order.timer.kind if order.timer else None}
    accounts.audit(
        actor_id=operator_id, action="order.retry_timer", subject=("orders", order.pk), detail=detail
    )
