"""What providers report about payments: the one function by which an order becomes paid.

Browsers that come back, webhooks, operators and the end of the time to pay all feed `apply_event`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from bson import ObjectId
from mongoengine import NotUniqueError

from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.transactions import transactional
from ..documents import Payment, ReceivedEvent
from ..errors import InsufficientStock
from ..providers import PROVIDERS
from ..repositories import events, orders, payments
from ..values import Actor, PaymentEvent, PaymentOutcome, PaymentStatus
from . import following, holds, reviewing
from .late_money import give_back
from .payments import payable_orders, settle

log = logging.getLogger(__name__)

#: The states of a payment whose money was counted; another success of it changes nothing.
COUNTED = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED)

#: What is done besides, in the transaction that applies an event for the first time.
Noting = Callable[[Payment], None]


def apply_event(event: PaymentEvent, *, noting: Noting | None = None) -> Payment:
    """The payment after a provider's report: the only way in which an order becomes paid.

    An event that was applied before changes nothing, in whatever order reports arrive. A payment in time
    turns held pieces into allocated ones. One that comes late takes the pieces again where they are
    left; else the orders are cancelled and the money goes back. `noting` is called with the payment in the
    same transaction. Raises PaymentNotFound.
    """
    try:
        payment = _applied(event, noting)
    except NotUniqueError:
        log.info("Event %s of %s was applied before.", event.event_id, event.provider)
        payment = payments.referred_to(event.provider, event.reference)
    crash_point("payment.applied")
    return give_back(payment)


def look_up(purchase_id: ObjectId) -> None:
    """Ask the providers what became of the attempts to pay a purchase, and apply what they know.

    Raises ProviderUnavailable when one cannot be asked.
    """
    for payment in payments.undecided(purchase_id):
        event = PROVIDERS[payment.provider].fetch(payment)
        if event is not None and not events.has(event):
            apply_event(event)


def _applied(event: PaymentEvent, noting: Noting | None) -> Payment:
    """The payment after an event that was not applied before; raises NotUniqueError for one that was."""
    try:
        return _apply(event, noting)
    except InsufficientStock:
        return _apply(event, noting, pieces_left=False)


@transactional
def _apply(event: PaymentEvent, noting: Noting | None, *, pieces_left: bool = True) -> Payment:
    """Apply an event, all of it or nothing; raises InsufficientStock when the pieces were sold after all."""
    payment = _received(event)
    crash_point("payment.received")
    if payment.status in COUNTED:
        log.info("Payment %s is counted; event %s changes nothing.", payment.pk, event.event_id)
        return payment
    if event.outcome is PaymentOutcome.FAILED:
        payment.fail()
    elif event.amount != payment.amount:
        _look_into(payment, event)
    elif pieces_left and _place(payment):
        payment.status = PaymentStatus.SUCCEEDED
    else:
        _call_off(payment)
        payment.status = PaymentStatus.REFUND_DUE
    if noting is not None:
        noting(payment)
    return payments.save(payment)


def _place(payment: Payment) -> bool:
    """Place the orders of a paid purchase; False when they were placed or called off before."""
    unpaid, moment = payable_orders(payment), now()
    if not unpaid:
        return False
    holds.allocate(holds.of_orders(unpaid))
    crash_point("payment.allocated")
    for order in unpaid:
        order.pay(moment)
        orders.save(order)
        reviewing.tell_of_step(order, moment)
        outbox.tell("order.placed", about=order)
    purchase = settle(payment.purchase_id, paid_by=payment)
    outbox.tell("purchase.paid", about=purchase)
    return True


def _call_off(payment: Payment) -> None:
    """Cancel the orders of a purchase whose pieces were sold to others meanwhile, if they still wait."""
    unpaid, moment = payable_orders(payment), now()
    if not unpaid:
        return
    for order in unpaid:
        order.move("paid_late_no_stock", Actor.SYSTEM, moment)
        orders.save(order)
        outbox.tell("order.paid_late", about=order)
        following.tell_of_event(order)
    holds.release(holds.of_orders(unpaid))
    outbox.tell("purchase.paid_late", about=settle(payment.purchase_id, paid_by=payment))


def _look_into(payment: Payment, event: PaymentEvent) -> None:
    """Place nothing for another amount than was asked for; somebody looks into it."""
    payment.mismatch(event.amount)
    outbox.tell("payment.mismatch", about=payment)
    for order in orders.of_purchase(payment.purchase_id):
        order.note("payment_mismatch", "We are checking the payment.", Actor.SYSTEM, now())
        orders.save(order)
        following.tell_of_event(order)


def _received(event: PaymentEvent) -> Payment:
    """The payment that an event is about; raises NotUniqueError when the event was applied already."""
    payment = payments.referred_to(event.provider, event.reference)
    events.add(
        ReceivedEvent(
            provider=event.provider,
            event_id=event.event_id,
            payment_id=payment.pk,
            outcome=event.outcome,
            amount=event.amount,
        )
    )
    return payment
