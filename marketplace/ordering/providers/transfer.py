"""Bank transfers: the buyer sends money to an account, and an operator who sees it there marks it as paid."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NoReturn

from flask import current_app

from ...shared.formats import money_text
from ...shared.values import Money
from ..documents import Payment
from ..errors import PaymentNotFound
from ..repositories import transfers
from ..values import NUMBER_LETTERS, ClientAction, NextAction, PaymentEvent, PaymentOutcome


class Manual:
    """A bank account that people look at: it reports nothing by itself."""

    name = "manual"
    label = "Bank transfer"

    @property
    def about(self) -> str:
        """How long it is waited for."""
        return f"You transfer the money yourself; your things are kept for {self.patience.days} days."

    @property
    def ready(self) -> bool:
        """Whether there is an account that buyers can be told."""
        return bool(current_app.config["BANK_ACCOUNT"].strip())

    @property
    def patience(self) -> timedelta:
        """The days that the setting BANK_TRANSFER_DAYS gives."""
        return timedelta(days=current_app.config["BANK_TRANSFER_DAYS"])

    def create(self, payment: Payment, *, key: str | None) -> ClientAction:
        """Give the payment the reference that its transfer has to name."""
        return ClientAction(NextAction.NONE, reference=_reference(payment))

    def fetch(self, payment: Payment) -> PaymentEvent | None:
        """Nothing: only a person sees what arrived."""
        return None

    def refund(self, payment: Payment, *, amount: Money, key: str) -> bool:
        """Note that money is to be sent back; whether an operator has sent it."""
        transfers.owe(key, payment.pk, amount)
        found = transfers.find(pk=key)
        return found is not None and found.state == "sent"

    def verify(self, body: bytes, signature: str, moment: datetime) -> NoReturn:
        """Raise PaymentNotFound: no bank sends webhooks for these."""
        raise PaymentNotFound("There is no such payment.")

    def instructions(self, payment: Payment) -> str | None:
        """Where to send how much, and what to write beside it."""
        reference = payment.reference or _reference(payment)
        account = current_app.config["BANK_ACCOUNT"]
        return f"Transfer {money_text(payment.amount)} to {account}, and write {reference} as its purpose."

    def report(self, payment: Payment, received: Money) -> PaymentEvent:
        """The event for what an operator saw on the account; the same amount seen twice is the same event."""
        return PaymentEvent(
            provider=self.name,
            event_id=f"{payment.pk}-{received.amount}-{received.currency}",
            reference=payment.reference or "",
            outcome=PaymentOutcome.SUCCEEDED,
            amount=received,
        )


def _reference(payment: Payment) -> str:
    """Ten letters that a person can copy onto a transfer; they follow from the payment's id."""
    number = int.from_bytes(hashlib.blake2b(str(payment.pk).encode(), digest_size=8).digest(), "big")
    letters = "".join(NUMBER_LETTERS[number >> shift & 31] for shift in range(45, -5, -5))
    return f"{letters[:5]}-{letters[5:]}"


manual = Manual()
