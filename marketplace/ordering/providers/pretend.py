"""A provider in the box that moves no money: a page of its own asks what it shall pretend.

It remembers its charges as a bank does, answers when it is asked for one, and reports by signed webhooks,
which it sends twice, late or out of order where somebody chose that on its page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import current_app

from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.values import Money
from ..documents import Payment, SandboxCharge
from ..errors import InvalidSignature
from ..repositories import charges
from ..values import BankReport, ClientAction, NextAction, PaidBack, PaymentEvent, PaymentOutcome
from .signing import check, sign

#: Where the sandbox's own page is.
SANDBOX_PAGE = "/sandbox/payments"


class Sandbox:
    """A bank that plays what it is told."""

    name = "sandbox"
    label = "Pay online"
    about = "You pay on the next page. It is a sandbox: no money moves."
    ready = True

    @property
    def patience(self) -> timedelta:
        """The minutes that the setting HOLD_MINUTES gives."""
        return timedelta(minutes=current_app.config["HOLD_MINUTES"])

    def create(self, payment: Payment, *, key: str | None) -> ClientAction:
        """Lead the buyer to the page that pretends to be a bank."""
        charges.open(str(payment.pk), payment.amount)
        query = f"?{urlencode({'key': key})}" if key else ""
        return ClientAction(
            NextAction.REDIRECT, reference=str(payment.pk), url=f"{SANDBOX_PAGE}/{payment.pk}{query}"
        )

    def fetch(self, payment: Payment) -> PaymentEvent | None:
        """What somebody chose, once it counts."""
        charge = charges.find(pk=str(payment.pk))
        if charge is None or charge.outcome is None or charge.effective_at > now():
            return None
        return self.report(payment, charge.outcome, amount=charge.taken)

    def refund(self, payment: Payment, *, amount: Money, key: str) -> bool:
        """Send back what was taken; never more than that."""
        reference = str(payment.pk)
        charges.open(reference, payment.amount)
        return charges.send_back(reference, PaidBack(key, amount), taken=payment.taken.amount)

    def verify(self, body: bytes, signature: str, moment: datetime) -> PaymentEvent:
        """The event of a webhook that the sandbox signed."""
        check(_secret(), body, signature, moment)
        try:
            said = json.loads(body)
            return PaymentEvent(
                provider=self.name,
                event_id=str(said["id"]),
                reference=str(said["reference"]),
                outcome=PaymentOutcome(said["outcome"]),
                amount=Money(said["amount"], said["currency"]),
            )
        except (ValueError, KeyError, TypeError, Invalid) as error:
            raise InvalidSignature("This webhook is signed, and says nothing that is known.") from error

    def instructions(self, payment: Payment) -> str | None:
        """Nothing: the buyer is led to its page."""
        return None

    def report(
        self, payment: Payment, outcome: PaymentOutcome, *, amount: Money | None = None
    ) -> PaymentEvent:
        """The event for what became of the payment; the same outcome is always the same event."""
        return PaymentEvent(
            provider=self.name,
            event_id=event_id(str(payment.pk), outcome),
            reference=str(payment.pk),
            outcome=outcome,
            amount=amount or payment.amount,
        )

    def webhook(self, charge: SandboxCharge, report: BankReport, moment: datetime) -> tuple[bytes, str]:
        """The body of a webhook that is sent at this moment, and its signature."""
        amount: Money = charge.taken or charge.amount
        said: dict[str, Any] = {
            "id": report.event_id,
            "reference": charge.pk,
            "outcome": str(report.outcome),
            "amount": amount.amount,
            "currency": amount.currency,
        }
        body = json.dumps(said).encode()
        return body, sign(_secret(), body, moment)


def event_id(reference: str, outcome: PaymentOutcome) -> str:
    """What the sandbox calls the event of this outcome."""
    return f"{reference}-{outcome}"


def _secret() -> bytes:
    """What the sandbox and the marketplace share: both are in this box, so it follows from the secret."""
    return hmac.new(current_app.config["SECRET_KEY"].encode(), b"sandbox webhooks", hashlib.sha256).digest()


sandbox = Sandbox()
