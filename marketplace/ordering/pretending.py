"""What the sandbox can pretend, and how it reports that: the choices of its page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .values import PaymentOutcome


class Reporting(StrEnum):
    """How the sandbox sends its webhooks."""

    ONCE = "once"
    TWICE = "twice"
    LATE = "late"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to pretend: its button, what it means, how it ends, and whether the buyer is led back."""

    name: str
    label: str
    about: str
    outcome: PaymentOutcome = PaymentOutcome.SUCCEEDED
    returns: bool = True


#: What can be chosen, in the order of the page.
DECISIONS: dict[str, Decision] = {
    decision.name: decision
    for decision in (
        Decision("pay", "Pay", "The payment succeeds at once."),
        Decision("decline", "Decline", "The bank says no.", PaymentOutcome.FAILED),
        Decision("pay_slowly", "Pay slowly", "The bank takes 20 seconds before it says yes."),
        Decision("pay_and_leave", "Pay and close the window", "You do not come back here.", returns=False),
        Decision("pay_late", "Pay too late", "It succeeds a minute after the time to pay is over."),
        Decision("pay_less", "Pay another amount", "One unit less arrives than was asked for."),
    )
}

#: What the ways of reporting mean.
REPORTINGS: dict[Reporting, str] = {
    Reporting.ONCE: "Once, at once",
    Reporting.TWICE: "Twice",
    Reporting.LATE: "A minute late",
    Reporting.OUT_OF_ORDER: "Out of order: an earlier failure after the success",
}
