"""What ordering asks of somebody who takes payments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from ...shared.values import Money
from ..documents import Payment
from ..values import ClientAction, PaymentEvent


class PaymentProvider(Protocol):
    """Somebody who takes payments; `label` and `about` are what a buyer reads who chooses.

    Every call may raise ProviderUnavailable, and may then be made again with the same arguments.
    """

    @property
    def name(self) -> str:
        """What payments and settings call it."""

    @property
    def label(self) -> str:
        """What buyers call it."""

    @property
    def about(self) -> str:
        """What paying by it is like, in a sentence."""

    @property
    def ready(self) -> bool:
        """Whether it is set up, so that buyers can choose it."""

    @property
    def patience(self) -> timedelta:
        """How long its payments are waited for."""

    def create(self, payment: Payment, *, key: str | None) -> ClientAction:
        """Prepare the payment at the provider; called again for one payment, it answers the same.

        The payment's id is the key under which it is prepared once. `key` opens the purchase's pages to a
        buyer without an account, who comes back to them.
        """

    def fetch(self, payment: Payment) -> PaymentEvent | None:
        """What became of the payment, under the id of the event that its webhook brings; None so far."""

    def refund(self, payment: Payment, *, amount: Money, key: str) -> bool:
        """Send money back, once for each key; whether it is on its way.

        Called again with the key it sends nothing more, and answers how it stands.
        """

    def verify(self, body: bytes, signature: str, moment: datetime) -> PaymentEvent:
        """The event that a webhook brings; raises InvalidSignature unless the provider sent it just now."""

    def instructions(self, payment: Payment) -> str | None:
        """What the buyer does who is not led anywhere, in words; None where there is nothing to say."""
