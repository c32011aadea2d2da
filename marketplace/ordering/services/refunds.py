"""Refunds: what of an order goes back, to whom it is told, and having the provider send it once.

A refund is written in the transaction of what it is for, together with its order, whose version keeps two
of them apart. The provider is asked afterwards, by the worker, under the refund's id as its key: asked again
it sends nothing more. What it does not take stays owed; it is asked again now and then, and by moderators.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import Capability
from ...shared import outbox
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.errors import Invalid
from ...shared.transactions import transactional
from ...shared.values import Money, total
from ..documents import Order, Refund
from ..errors import NotRefundable, RefundExceeds
from ..providers import PROVIDERS
from ..repositories import orders, payments
from ..repositories import refunds as stored
from ..values import Actor, Allocation, LinePieces
from . import following, reviewing

log = logging.getLogger(__name__)

#: How long a provider that did not take a refund is left alone, before it is asked again.
ASKED_AGAIN_AFTER = timedelta(minutes=10)

#: What is said of a provider that answers, but sends nothing.
NOT_TAKEN = "The payment provider has not sent it yet."


def everything(order: Order) -> list[Allocation]:
    """All of an order that was not refunded yet."""
    return _parts(order, [(item.id, item.unrefunded) for item in order.items] + _shipping(order))


def of_pieces(order: Order, pieces: Iterable[LinePieces]) -> list[Allocation]:
    """The price of these pieces, as far as it was not refunded yet."""
    found = []
    for line in pieces:
        item = order.item(line.item_id)
        price, left = item.unit_price * line.quantity, item.unrefunded
        found.append((item.id, price if price < left else left))
    return _parts(order, found)


def of_amount(order: Order, amount: Money) -> list[Allocation]:
    """An amount, over all that was not refunded yet in proportion; raises RefundExceeds."""
    left = order.refundable
    if amount.currency != left.currency:
        raise Invalid(f"This order was paid in {left.currency}.", field="amount")
    if amount > left:
        raise RefundExceeds("No more can be refunded than was paid.", field="amount", left=left.amount)
    if not left:
        return []
    rest = everything(order)
    shares = amount.split([part.amount.amount for part in rest])
    return _parts(order, [(part.item_id, share) for part, share in zip(rest, shares, strict=True)])


def refund_order(
    order: Order, allocations: Sequence[Allocation], *, initiator: Actor, reason: str = ""
) -> Refund | None:
    """Count these parts as refunded and have their sum sent back; None when they are nothing.

    Call it in the transaction that saves the order. Raises RefundExceeds when more is to go back than was
    paid and not refunded yet, and NotRefundable when no payment of it is known.
    """
    amount = total((part.amount for part in allocations), order.totals.total.currency)
    if not amount:
        return None
    if amount > order.refundable:
        raise RefundExceeds("No more can be refunded than was paid.", left=order.refundable.amount)
    payment = payments.succeeded(order.purchase_id)
    if payment is None:
        raise NotRefundable("No payment of this order is known here, so nothing can be sent back.")
    order.refund(allocations)
    refund = stored.add(
        Refund(
            payment_id=payment.pk,
            order_id=order.pk,
            amount=amount,
            allocations=list(allocations),
            reason=reason or None,
            initiator=initiator,
        )
    )
    outbox.tell("refund.requested", about=refund)
    return refund


@transactional
def give_back(
    *,
    number: str,
    reason: str,
    version: int | None,
    amount: Money | None = None,
    lines: Sequence[Allocation] = (),
    shipping: Money | None = None,
) -> Refund:
    """The refund that a shop gives: parts of some lines and of the shipping, or an amount over all of them.

    Who asks was checked before to be the order's shop. Raises RefundExceeds, Invalid where no amount or both
    kinds are given, VersionConflict when the order is not of this version any more, and ShopNotActive.
    """
    order, moment = orders.numbered(number), now()
    accounts.require(accounts.get_shop(order.shop_id), Capability.FULFIL)
    order.expect(version)
    given = [part for part in lines if part.amount] + ([Allocation(shipping)] if shipping else [])
    if bool(amount) == bool(given):
        raise Invalid("Give an amount for the whole order, or amounts for lines.", field="amount")
    _check_parts(order, given)
    parts = of_amount(order, amount) if amount else given
    refund = refund_order(order, parts, initiator=Actor.SELLER, reason=reason)
    assert refund is not None  # noqa: S101 - there is an amount, and it is above nothing
    order.note("refund", "The shop gives money back.", Actor.SELLER, moment, detail=reason)
    reviewing.tell_of_loss(order, moment)
    following.tell_of_event(order)
    orders.save(order)
    return refund


def send_refund(refund_id: ObjectId) -> Refund:
    """The refund after its provider was asked to send it, which it does once; call it outside transactions.

    What goes wrong is kept with the refund, for moderators.
    """
    refund = stored.get(refund_id)
    if refund.is_sent:
        return refund
    payment = payments.get(refund.payment_id)
    try:
        sent = PROVIDERS[payment.provider].refund(payment, amount=refund.amount, key=refund.key)
        why = "" if sent else NOT_TAKEN
    except Exception as error:
        log.exception("The refund %s failed.", refund_id)
        why = str(error) or type(error).__name__
    crash_point("refund.taken")
    return _record(refund_id, why, now())


@transactional
def _record(refund_id: ObjectId, why: str, moment: datetime) -> Refund:
    """Keep how a refund went, and tell the buyer of the first time that it went well."""
    refund = stored.get(refund_id)
    if refund.is_sent:
        return refund
    if why:
        refund.fail(why, moment)
    else:
        refund.succeed(moment)
        outbox.tell("refund.sent", about=refund)
    return stored.save(refund)


def send_open_refunds(moment: datetime, *, limit: int = 100) -> int:
    """Ask again for refunds that did not go, longest ago first; answers how many went now."""
    waiting = stored.to_ask_again(moment - ASKED_AGAIN_AFTER, limit)
    return sum(send_refund(refund_id).is_sent for refund_id in waiting)


def retry_refund(*, operator_id: ObjectId, refund_id: ObjectId) -> Refund:
    """The refund after a moderator had it tried again."""
    _audit_retry(operator_id, stored.get(refund_id))
    return send_refund(refund_id)


@transactional
def _audit_retry(operator_id: ObjectId, refund: Refund) -> None:
    accounts.require_moderator(operator_id)
    detail = {"amount": refund.amount.amount, "currency": refund.amount.currency, "error": refund.error}
    accounts.audit(actor_id=operator_id, action="refund.retry", subject=("refunds", refund.pk), detail=detail)


def _check_parts(order: Order, parts: Iterable[Allocation]) -> None:
    """Raise RefundExceeds or Invalid at the part that cannot be refunded."""
    for part in parts:
        left = order.item(part.item_id).unrefunded if part.item_id else order.unrefunded_shipping
        field = "lines" if part.item_id else "shipping"
        if part.amount.currency != left.currency:
            raise Invalid(f"This order was paid in {left.currency}.", field=field)
        if part.amount.amount < 0 or part.amount > left:
            raise RefundExceeds("No more can be refunded than was paid.", field=field, left=left.amount)


def _shipping(order: Order) -> list[tuple[ObjectId | None, Money]]:
    return [(None, order.unrefunded_shipping)]


def _parts(order: Order, amounts: Iterable[tuple[ObjectId | None, Money]]) -> list[Allocation]:
    return [Allocation(amount, item_id) for item_id, amount in amounts if amount]
