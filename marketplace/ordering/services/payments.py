"""Paying a purchase: what providers report, and trying again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from bson import ObjectId
from flask import current_app
from mongoengine import NotUniqueError

from ...shared.clock import now
from ...shared.errors import VersionConflict
from ...shared.transactions import transactional
from ..documents import Payment, Purchase, ReceivedEvent
from ..errors import InsufficientStock, PaymentClosed, PaymentExpired
from ..providers import PROVIDERS, current_provider, sandbox
from ..repositories import events, orders, payments, purchases
from ..values import Actor, ClientAction, OrderStatus, PaymentEvent, PaymentOutcome, PaymentStatus
from . import holds
from .access import key_of

#: The states of an order that a payment can still place.
PAYABLE = (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)

#: The states of a payment whose money was counted; another success of it changes nothing.
COUNTED = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED)


def begin_payment(purchase: Purchase, payment: Payment) -> ClientAction:
    """Tell the provider of the payment and answer what the buyer does next; safe to call again."""
    action = PROVIDERS[payment.provider].create(payment, key=key_of(purchase))
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
        payment = _apply(event)
    except NotUniqueError:
        return payments.referred_to(event.provider, event.reference)
    except InsufficientStock:
        payment = _turn_back(event)
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
    if not purchase.may_be_paid(now()):
        if any(order.status in PAYABLE for order in orders.of_purchase(purchase.pk)):
            raise PaymentExpired("The time to pay is over. What you wanted is back in your cart.")
        raise PaymentClosed("There is nothing to pay here any more.")
    payment = payments.latest(purchase.pk)
    if not payment.open:
        purchase.extend(now() + timedelta(minutes=current_app.config["HOLD_MINUTES"]))
        holds.renew(holds.of_orders(orders.of_purchase(purchase.pk)), purchase.pay_until)
        try:
            payment = _record_attempt(purchase)
        except VersionConflict:  # pressed twice: the other press began the payment
            payment = payments.latest(purchase.pk)
    return begin_payment(purchase, payment)


def settle(purchase_id: ObjectId, *, paid_by: Payment | None = None) -> None:
    """End the waiting for a payment, and give up the attempts that nobody finished."""
    _give_up_attempts(purchase_id, besides=paid_by)
    purchase = purchases.get(purchase_id)
    purchase.settle()
    purchases.save(purchase)


@transactional
def _apply(event: PaymentEvent) -> Payment:
    """Apply an event that was not applied before; raises InsufficientStock, and nothing is changed."""
    payment = _received(event)
    if payment.status in COUNTED:
        return payment
    if event.outcome is PaymentOutcome.FAILED:
        payment.status = PaymentStatus.FAILED
    elif event.amount != payment.amount:
        payment.status = PaymentStatus.MISMATCH
        _note_mismatch(payment.purchase_id)
    else:
        payment.status = PaymentStatus.SUCCEEDED if _place(payment) else PaymentStatus.REFUND_DUE
    return payments.save(payment)


def _place(payment: Payment) -> bool:
    """Place the orders of a paid purchase; False when they were placed or called off before."""
    placed = orders.of_purchase(payment.purchase_id)
    if not all(order.status in PAYABLE for order in placed):
        return False
    holds.allocate(holds.of_orders(placed))
    moment = now()
    for order in placed:
        order.pay(moment)
        orders.save(order)
    settle(payment.purchase_id, paid_by=payment)
    return True


@transactional
def _turn_back(event: PaymentEvent) -> Payment:
    """Apply the success of a payment whose pieces were sold to others meanwhile."""
    payment = _received(event)
    placed, moment = orders.of_purchase(payment.purchase_id), now()
    for order in placed:
        order.move("paid_late_no_stock", Actor.SYSTEM, moment)
        orders.save(order)
    holds.release(holds.of_orders(placed))
    settle(payment.purchase_id, paid_by=payment)
    payment.status = PaymentStatus.REFUND_DUE
    return payments.save(payment)


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
        payment.status = PaymentStatus.REFUNDED
        return payments.save(payment)
    return payment


@transactional
def _record_attempt(purchase: Purchase) -> Payment:
    _give_up_attempts(purchase.pk)
    purchases.save(purchase)
    return payments.add(
        Payment(purchase_id=purchase.pk, provider=current_provider().name, amount=purchase.total)
    )


def _give_up_attempts(purchase_id: ObjectId, *, besides: Payment | None = None) -> None:
    for payment in payments.unfinished(purchase_id):
        if besides is None or payment.pk != besides.pk:
            payment.void()
            payments.save(payment)
