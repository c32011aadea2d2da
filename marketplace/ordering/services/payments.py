"""Paying a purchase: beginning, asking the provider how it stands, and trying again, or by other means."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from bson import ObjectId

from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.errors import Invalid, VersionConflict
from ...shared.transactions import transactional
from ..documents import Order, Payment, Purchase
from ..errors import InsufficientStock, PaymentClosed, PaymentExpired
from ..providers import PROVIDERS, PaymentProvider, manual, offered
from ..repositories import orders, payments, purchases
from ..values import ClientAction, OrderStatus, PaymentStatus
from . import holds
from .access import key_of

#: The states of an order that a payment can still place.
PAYABLE = (OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED)


def payment_method(name: str | None) -> PaymentProvider:
    """The provider of this name, which buyers may choose now, or the usual one.

    Raises Invalid at the field `payment_method`, and ProviderUnavailable when nothing can be paid.
    """
    choices = offered()
    if name is None:
        return choices[0]
    found = next((one for one in choices if one.name == name), None)
    if found is None:
        raise Invalid("Choose one of the ways to pay.", field="payment_method")
    return found


def begin_payment(purchase: Purchase, payment: Payment) -> ClientAction:
    """Tell the provider of the payment and answer what the buyer does next; safe to call again.

    Where it is waited for longer than a checkout holds stock, the pieces are held as long.
    """
    provider = PROVIDERS[payment.provider]
    action = provider.create(payment, key=key_of(purchase))
    crash_point("payment.told")
    if payment.reference != action.reference:
        payment.reference = action.reference
        with suppress(VersionConflict):  # pressed twice: the provider answers both with one reference
            payments.save(payment)
    if provider is manual and purchase.pay_until is not None:
        with suppress(InsufficientStock):  # it is looked for once more when the money arrives
            holds.renew(holds.of_orders(orders.of_purchase(purchase.pk)), purchase.pay_until)
    return action


def begin_again(payment_id: ObjectId) -> None:
    """Tell the provider of a payment that it does not know yet, because whoever began it died."""
    payment = payments.get(payment_id)
    if payment.open and payment.reference is None:
        begin_payment(purchases.get(payment.purchase_id), payment)


def pay_again(purchase: Purchase, *, payment_method: str | None = None) -> ClientAction:
    """What the buyer does next to pay a purchase that waits for its payment.

    A payment that is still open goes on. After a declined one, or where another way to pay is chosen, a new
    one begins; the old one is given up, and the pieces are held longer, once. Raises PaymentExpired when the
    time is over, PaymentClosed when nothing is to be paid, InsufficientStock when the pieces were lost
    meanwhile, Invalid at `payment_method`.
    """
    payment = payments.latest(purchase.pk)
    wanted = _wanted(payment_method, payment)
    if not (payment.open and payment.provider == wanted.name and purchase.may_be_paid(now())):
        payment = _next_attempt(purchase.pk, wanted)
        purchase = purchases.get(purchase.pk)
    return begin_payment(purchase, payment)


def settle(purchase_id: ObjectId, *, paid_by: Payment | None = None) -> Purchase:
    """The purchase, waiting for no payment any more; attempts that nobody finished are given up."""
    _give_up(payments.unfinished(purchase_id), besides=paid_by)
    purchase = purchases.get(purchase_id)
    purchase.settle()
    return purchases.save(purchase)


def new_payment(purchase: Purchase, provider: PaymentProvider) -> Payment:
    """Store an attempt to pay a purchase, in the open transaction; a worker tells the provider if need be."""
    payment = payments.add(
        Payment(purchase_id=purchase.pk, provider=provider.name, amount=purchase.total, created_at=now())
    )
    outbox.tell("payment.created", about=payment)
    return payment


def _wanted(name: str | None, latest: Payment) -> PaymentProvider:
    if name is None and any(one.name == latest.provider for one in offered()):
        name = latest.provider
    return payment_method(name)


@transactional
def _next_attempt(purchase_id: ObjectId, provider: PaymentProvider) -> Payment:
    """A new attempt to pay, or the one that another press of the button began meanwhile."""
    purchase = purchases.get(purchase_id)
    _check_payable(purchase)
    latest = payments.latest(purchase_id)
    if latest.open and latest.provider == provider.name:
        return latest
    if latest.status is PaymentStatus.MISMATCH:
        raise PaymentClosed("We are checking the payment that arrived. You need not pay again.")
    _give_up([latest])
    _wait_longer(purchase, provider)
    holds.renew(holds.of_orders(orders.of_purchase(purchase_id)), purchase.pay_until)
    purchases.save(purchase)
    return new_payment(purchase, provider)


def _wait_longer(purchase: Purchase, provider: PaymentProvider) -> None:
    """Give more time to pay once, or as long from the checkout on as the way to pay needs."""
    if provider is manual:
        purchase.wait_until(purchase.created_at + provider.patience)
    else:
        purchase.extend(now() + provider.patience)


def _check_payable(purchase: Purchase) -> None:
    """Raise PaymentExpired or PaymentClosed unless the purchase waits for its payment."""
    if purchase.may_be_paid(now()):
        return
    if all(order.status in PAYABLE for order in orders.of_purchase(purchase.pk)):
        raise PaymentExpired("The time to pay is over. What you wanted is back in your cart.")
    raise PaymentClosed("There is nothing to pay here any more.")


def payable_orders(payment: Payment) -> list[Order]:
    """The orders that a payment can still place: all of its purchase, or none."""
    found = orders.of_purchase(payment.purchase_id)
    return found if all(order.status in PAYABLE for order in found) else []


def _give_up(attempts: Iterable[Payment], *, besides: Payment | None = None) -> None:
    for payment in attempts:
        if payment.open and (besides is None or payment.pk != besides.pk):
            payment.void()
            payments.save(payment)
