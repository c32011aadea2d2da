"""Who takes the money: the port that a payment provider fits, and the two in the box.

A provider is told of a payment by `create` and answers what the buyer does next. That money arrived it
reports later, as a `PaymentEvent` for `services.apply_event`: nothing else makes an order paid.
"""

from __future__ import annotations

from flask import current_app

from ..errors import ProviderUnavailable
from .port import PaymentProvider
from .pretend import SANDBOX_PAGE, Sandbox, sandbox
from .transfer import Manual, manual

PROVIDERS: dict[str, PaymentProvider] = {"sandbox": sandbox, "manual": manual}


def offered() -> list[PaymentProvider]:
    """The providers that buyers choose from, the usual one first.

    Raises ProviderUnavailable when the settings leave none.
    """
    named = [PROVIDERS[name] for name in current_app.config["PAYMENT_PROVIDERS"].split(",")]
    found = [provider for provider in named if provider.ready]
    if not found:
        raise ProviderUnavailable("Nothing can be paid here right now. Please try again later.")
    return found


__all__ = [
    "PROVIDERS",
    "SANDBOX_PAGE",
    "Manual",
    "PaymentProvider",
    "Sandbox",
    "manual",
    "offered",
    "sandbox",
]
