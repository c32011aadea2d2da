"""Paying a purchase: what providers report, and trying again."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from bson import ObjectId
from flask import current_app
from mongoengine import NotUniqueError

from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.errors import VersionConflict
from ...shared.transactions import transactional
from ..documents import Order, Payment, Purchase, ReceivedEvent
from ..errors import InsufficientStock, PaymentClosed, PaymentExpired
from ..providers import PROVIDERS, current_provider, sandbox
from ..repositories import events, orders, payments, purchases
from ..values import Actor, ClientAction, OrderStatus, PaymentEvent, PaymentOutcome, PaymentStatus
from . import holds, reviewing
from .access import key_of

log = logging.getLogger(__name__)

#: The states of an order that a payment can still place.
PAYABLE = (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)

#: The states of a payment whose money was counted; another success of it changes nothing.
COUNTED = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED)


def begin_payment(purchase: Purchase, payment: Payment) -> ClientAction:
    """Tell the provider of the payment and answer what the buyer does next; safe to call again."""
    action = PROVIDERS[payment.provider].create(payment, key=key_of(purchase))
    crash_point("payment.told")
    if payment.reference != action.reference:
        payment.reference = action.reference
        with suppress(VersionConflict):  # pressed twice: the provider answers both with one reference
            payments.save(payment)
    return action


def apply_event(event: PaymentEvent) -> Payment:
    """The payment after a provider's report: the only way in which an order becomes paid.

    An event that was applied before changes nothing, in whatever order reports arrive. A payment in time
    turns held pieces into allocated ones. One that comes late takes the pieces again where they are
    left; else the orders are cancelled and the money goes back. Raises PaymentNotFound.
    """
    try:
        payment = _applied(event)
    except NotUniqueError:
        payment = payments.referred_to(event.provider, event.reference)
    crash_point("payment.applied")
    return _refunded(payment)


def decide_sandbox(payment: Payment, *, decision: str) -> Payment:
    """Let the sandbox pretend: `pay` succeeds, anything else is declined.

    Raises PaymentClosed for a payment that is settled or given up.
    """
    outcome = PaymentOutcome.SUCCEEDED if decision == "pay" else PaymentOutcome.FAILED
    event = sandbox.report(payment, outcome)
    if not payment.open and not events.has(event):
        raise PaymentClosed("This payment is over. Go back to your purchase.")
    return apply_event(event)


def pay_again(purchase: Purchase) -> ClientAction:
    """What the buyer does next to pay a purchase that waits for its payment.

    A payment that is still open goes on; after a declined one a new one begins, and the pieces are held
    longer, once. Raises PaymentExpired when the time is over, PaymentClosed when nothing is to be paid,
    InsufficientStock when the pieces were lost meanwhile.
    """
    payment = payments.latest(purchase.pk)
    if not (payment.open and purchase.may_be_paid(now())):
        payment = _next_attempt(purchase.pk)
    return begin_payment(purchase, payment)


def send_refunds(*, limit: int = 100) -> int:
    """Send money back that stayed due because the provider could not take it; answers how many went.

    One that the provider refuses again stays due, and keeps no other from going.
    """
    sent = 0
    for payment in payments.refund_due(limit):
        try:
            sent += _refunded(payment).status is PaymentStatus.REFUNDED
        except Exception:
            log.exception("The refund of payment %s failed.", payment.pk)
    return sent


def settle(purchase_id: ObjectId, *, paid_by: Payment | None = None) -> Purchase:
    """The purchase, waiting for no payment any more; attempts that nobody finished are given up."""
    _give_up_attempts(purchase_id, besides=paid_by)
    purchase = purchases.get(purchase_id)
    purchase.settle()
    return purchases.save(purchase)


def _applied(event: PaymentEvent) -> Payment:
    """The payment after an event that was not applied before; raises NotUniqueError for one that was."""
    try:
        return _apply(event)
    except InsufficientStock:
        return _apply(event, pieces_left=False)


@transactional
def _apply(event: PaymentEvent, *, pieces_left: bool = True) -> Payment:
    """Apply an event, all of it or nothing; raises InsufficientStock when the pieces were sold after all."""
    payment = _received(event)
    crash_point("payment.received")
    if payment.status in COUNTED:
        return payment
    if event.outcome is PaymentOutcome.FAILED:
        payment.fail()
    elif event.amount != payment.amount:
        payment.status = PaymentStatus.MISMATCH
        _note_mismatch(payment.purchase_id)
    elif pieces_left and _place(payment):
        payment.status = PaymentStatus.SUCCEEDED
    else:
        _call_off(payment)
        payment.status = PaymentStatus.REFUND_DUE
    return payments.save(payment)


def _place(payment: Payment) -> bool:
    """Place the orders of a paid purchase; False when they were placed or called off before."""
    unpaid, moment = _payable_orders(payment), now()
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
    unpaid, moment = _payable_orders(payment), now()
    if not unpaid:
        return
    for order in unpaid:
        order.move("paid_late_no_stock", Actor.SYSTEM, moment)
        orders.save(order)
    holds.release(holds.of_orders(unpaid))
    settle(payment.purchase_id, paid_by=payment)


def _payable_orders(payment: Payment) -> list[Order]:
    """The orders that a payment can still place: all of its purchase, or none."""
    found = orders.of_purchase(payment.purchase_id)
    return found if all(order.status in PAYABLE for order in found) else []


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


def _note_mismatch(purchase_id: ObjectId) -> None:
    for order in orders.of_purchase(purchase_id):
        order.note("payment_mismatch", "We are checking the payment.", Actor.SYSTEM, now())
        orders.save(order)


def _refunded(payment: Payment) -> Payment:
    """Send money back that nothing is owed for; what the provider cannot do now stays due."""
    if payment.status is PaymentStatus.REFUND_DUE and PROVIDERS[payment.provider].refund(payment):
        crash_point("refund.sent")
        payment.status = PaymentStatus.REFUNDED
        with suppress(VersionConflict):  # reported twice at once: the other report wrote the same
            payments.save(payment)
    return payment


@transactional
def _next_attempt(purchase_id: ObjectId) -> Payment:
    """A new attempt to pay, or the one that another press of the button began meanwhile."""
    purchase = purchases.get(purchase_id)
    _check_payable(purchase)
    latest = payments.latest(purchase_id)
    if latest.open:
        return latest
    if latest.status is PaymentStatus.MISMATCH:
        raise PaymentClosed("We are checking the payment that arrived. You need not pay again.")
    purchase.extend(now() + timedelta(minutes=current_app.config["HOLD_MINUTES"]))
    holds.renew(holds.of_orders(orders.of_purchase(purchase_id)), purchase.pay_until)
    purchases.save(purchase)
    return payments.add(
        Payment(purchase_id=purchase_id, provider=current_provider().name, amount=purchase.total)
    )


def _check_payable(purchase: Purchase) -> None:
    """Raise PaymentExpired or PaymentClosed unless the purchase waits for its payment."""
    if purchase.may_be_paid(now()):
        return
    if any(order.status in PAYABLE for order in orders.of_purchase(purchase.pk)):
        raise PaymentExpired("The time to pay is over. What you wanted is back in your cart.")
    raise PaymentClosed("There is nothing to pay here any more.")


def _give_up_attempts(purchase_id: ObjectId, *, besides: Payment | None = None) -> None:
    for payment in payments.unfinished(purchase_id):
        if besides is None or payment.pk != besides.pk:
            payment.void()
            payments.save(payment)
