"""Money that nothing is owed for goes back: it came too late, twice, or was another amount than asked for."""

from __future__ import annotations

import logging
from contextlib import suppress

from ...shared.crashing import crash_point
from ...shared.errors import VersionConflict
from ..documents import Payment
from ..errors import ProviderUnavailable
from ..providers import PROVIDERS
from ..repositories import payments
from ..values import PaymentStatus

log = logging.getLogger(__name__)


def give_back(payment: Payment) -> Payment:
    """The payment, with its whole money on its way back where that is due; call it outside of transactions.

    It is sent once, under a key of the payment's own. What the provider cannot do now stays due.
    """
    if payment.status is not PaymentStatus.REFUND_DUE:
        return payment
    try:
        sent = PROVIDERS[payment.provider].refund(payment, amount=payment.taken, key=f"{payment.pk}-whole")
    except ProviderUnavailable:
        log.warning("The refund of payment %s has to wait: its provider does not answer.", payment.pk)
        return payment
    crash_point("refund.sent")
    if sent:
        payment.status = PaymentStatus.REFUNDED
        with suppress(VersionConflict):  # reported twice at once: the other report wrote the same
            payments.save(payment)
    return payment


def send_refunds(*, limit: int = 100) -> int:
    """Send money back that stayed due because the provider could not take it; answers how many went.

    One that the provider refuses again stays due, and keeps no other from going.
    """
    sent = 0
    for payment in payments.refund_due(limit):
        try:
            sent += give_back(payment).status is PaymentStatus.REFUNDED
        except Exception:
            log.exception("The refund of payment %s failed.", payment.pk)
    return sent
