"""Who takes the money: the port that a payment provider fits, and the sandbox in the box.

A provider is told of a payment by `create` and answers what the buyer does next. That money arrived it
reports later, as a `PaymentEvent` for `services.apply_event`: nothing else makes an order paid.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode

from flask import current_app

from ..shared.values import Money
from .documents import Payment
from .values import ClientAction, NextAction, PaymentEvent, PaymentOutcome

#: Where the sandbox's own page is.
SANDBOX_PAGE = "/sandbox/payments"


class PaymentProvider(Protocol):
    """Somebody who takes payments."""

    name: str

    def create(self, payment: Payment, *, key: str | None) -> ClientAction:
        """Prepare the payment at the provider; called again for one payment, it answers the same.

        `key` opens the purchase's pages to a buyer without an account, who comes back to them.
        """

    def refund(self, payment: Payment, *, amount: Money, key: str) -> bool:
        """Send money back, once for each key; whether it is on its way.

        Called again with the key it sends nothing more, and answers how it stands.
        """


class Sandbox:
    """A provider that moves no money: a page of its own asks what it shall pretend."""

    name = "sandbox"

    def create(self, payment: Payment, *, key: str | None) -> ClientAction:
        """Lead the buyer to the page that pretends to be a bank."""
        query = f"?{urlencode({'key': key})}" if key else ""
        url = f"{SANDBOX_PAGE}/{payment.id}{query}"
        return ClientAction(NextAction.REDIRECT, reference=str(payment.id), url=url)

    def refund(self, payment: Payment, *, amount: Money, key: str) -> bool:
        """Nothing was taken, so all of it is back at once."""
        return True

    def report(self, payment: Payment, outcome: PaymentOutcome) -> PaymentEvent:
        """The event for what somebody chose on the page; choosing twice gives the same event."""
        return PaymentEvent(
            provider=self.name,
            event_id=f"{payment.id}-{outcome}",
            reference=str(payment.id),
            outcome=outcome,
            amount=payment.amount,
        )


sandbox = Sandbox()

PROVIDERS: dict[str, PaymentProvider] = {"sandbox": sandbox}


def current_provider() -> PaymentProvider:
    """The provider that the setting PAYMENT_PROVIDER names."""
    return PROVIDERS[current_app.config["PAYMENT_PROVIDER"]]
