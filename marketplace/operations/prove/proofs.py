"""The proofs by name."""

from __future__ import annotations

from . import double_checkout, messages, money, oversell, stars, tenancy
from .outcome import Outcome, Proof

__all__ = ["PROOFS", "Outcome", "Proof"]

PROOFS: dict[str, Proof] = {
    one.name: one
    for one in (
        Proof("oversell", "Two hundred people who want a hundred pieces get a hundred.", oversell.run),
        Proof(
            "double-checkout",
            "One click is one order: however often an order or its payment is sent, it counts once.",
            double_checkout.run,
        ),
        Proof("money", "Whatever becomes of purchases, every sum is that of its parts.", money.run),
        Proof("tenancy", "Nobody sees or changes what is another's, by any route.", tenancy.run),
        Proof(
            "messages",
            "Every message is there once, under its own number, and what is unread is exact.",
            messages.run,
        ),
        Proof("stars", "Every star was given by somebody who received the product and kept it.", stars.run),
    )
}
