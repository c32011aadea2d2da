"""What operators do about payments by hand: bank transfers that arrive or go back, and wrong amounts.

Each of them leaves a row in the audit log, in the transaction of what it tells of.
"""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.clock import now
from ...shared.transactions import transactional
from ...shared.values import Money
from ..documents import Payment, Transfer
from ..errors import NothingToDecide, NotPaidByHand, PaymentClosed, TransferNotFound
from ..providers import manual
from ..repositories import payments, transfers
from ..values import PaymentEvent, PaymentOutcome, PaymentStatus
from .confirming import COUNTED, Noting, apply_event
from .late_money import give_back
from .payments import begin_again


def mark_paid(*, operator_id: ObjectId, payment_id: ObjectId, received: Money, note: str = "") -> Payment:
    """The payment after an operator saw its transfer on the account; its orders are placed, or it is late.

    Another amount than was asked for places nothing, and is listed as a mismatch. Raises NotPaidByHand for
    other providers' payments, and PaymentClosed for one that is counted already.
    """
    payment = payments.get(payment_id)
    if payment.provider != manual.name:
        raise NotPaidByHand("Its provider reports this payment itself; it cannot be marked as paid.")
    if payment.status in COUNTED:
        raise PaymentClosed("This payment is counted already.")
    if payment.reference is None:
        begin_again(payment_id)
        payment = payments.get(payment_id)
    detail = {"received": _said(received), "note": note}
    return apply_event(
        manual.report(payment, received), noting=_noted("payment.mark_paid", operator_id, detail)
    )


def accept_payment(*, operator_id: ObjectId, payment_id: ObjectId, note: str = "") -> Payment:
    """The payment after an operator took a different amount for enough: its orders are placed.

    Raises NothingToDecide unless it is a mismatch.
    """
    payment = _mismatched(payment_id)
    event = PaymentEvent(
        provider=payment.provider,
        event_id=f"{payment.pk}-accepted",
        reference=payment.reference or "",
        outcome=PaymentOutcome.SUCCEEDED,
        amount=payment.amount,
    )
    detail = {"received": _said(payment.taken), "note": note}
    return apply_event(event, noting=_noted("payment.accept", operator_id, detail))


def return_payment(*, operator_id: ObjectId, payment_id: ObjectId, note: str = "") -> Payment:
    """The payment after an operator sent a different amount back to who paid it.

    Raises NothingToDecide unless it is a mismatch.
    """
    return give_back(_returned(operator_id, payment_id, note))


@transactional
def mark_sent(*, operator_id: ObjectId, key: str) -> Transfer:
    """Note that an operator made a transfer that was owed; raises TransferNotFound unless it is owed."""
    if not transfers.mark_sent(key, by=operator_id, at=now()):
        raise TransferNotFound("There is no such transfer to send; perhaps somebody just did.")
    sent = transfers.get(key)  # type: ignore[arg-type]  # its key is a text
    accounts.audit(
        actor_id=operator_id,
        action="transfer.mark_sent",
        subject=("payments", sent.payment_id),
        detail={"key": key, "amount": _said(sent.amount)},
    )
    return sent


@transactional
def _returned(operator_id: ObjectId, payment_id: ObjectId, note: str) -> Payment:
    payment = _mismatched(payment_id)
    payment.status = PaymentStatus.REFUND_DUE
    _noted("payment.return", operator_id, {"received": _said(payment.taken), "note": note})(payment)
    return payments.save(payment)


def _mismatched(payment_id: ObjectId) -> Payment:
    payment = payments.get(payment_id)
    if payment.status is not PaymentStatus.MISMATCH:
        raise NothingToDecide("Nothing about this payment waits for a decision any more.")
    return payment


def _noted(action: str, operator_id: ObjectId, detail: dict[str, Any]) -> Noting:
    def note(payment: Payment) -> None:
        accounts.audit(actor_id=operator_id, action=action, subject=("payments", payment.pk), detail=detail)

    return note


def _said(money: Money) -> dict[str, Any]:
    return {"amount": money.amount, "currency": money.currency}
