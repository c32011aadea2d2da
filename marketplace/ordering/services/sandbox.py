"""What somebody chooses on the sandbox's page, and the webhooks that follow from it.

Sandbox and marketplace are in one box, so a webhook is handed to the application itself, with the same
route, signature and answer as one that comes over the network.
"""

from __future__ import annotations

from contextvars import copy_context
from dataclasses import replace
from datetime import datetime, timedelta

from flask import current_app
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ...shared.clock import now
from ...shared.values import Money
from ..documents import Payment, Purchase, SandboxCharge
from ..errors import PaymentClosed
from ..pretending import DECISIONS, Decision, Reporting
from ..providers import sandbox
from ..providers.pretend import event_id
from ..repositories import charges
from ..values import BankReport, PaymentOutcome

#: Where webhooks go, and the header with their signature.
WEBHOOK_PATH, SIGNATURE = "/webhooks/payments/sandbox", "Sandbox-Signature"

#: How long a bank takes that is asked to be slow, and a report that is asked to be late.
SLOW, LATE = timedelta(seconds=20), timedelta(minutes=1)

#: How often a webhook is sent that is not taken; each pause is twice as long as the one before.
MOST_ATTEMPTS = 10


def decide_sandbox(
    payment: Payment, purchase: Purchase | None = None, *, decision: str, reporting: str = "once"
) -> Decision:
    """Let the sandbox pretend one of `DECISIONS`, and report it in one of the ways of `Reporting`.

    Nothing is placed by it: the buyer who comes back and the webhooks have that done. What was decided
    before changes nothing when it is sent again. Raises PaymentClosed for a payment that came to another end.
    """
    chosen = DECISIONS[decision]
    reference, at = str(payment.pk), _effective(decision, purchase)
    less = Money(payment.amount.amount - 1, payment.amount.currency)
    taken = less if decision == "pay_less" and payment.amount else payment.amount
    reports = _reports(reference, chosen.outcome, at, Reporting(reporting))
    charges.open(reference, payment.amount)
    if payment.open and charges.decide(reference, chosen.outcome, taken=taken, at=at, reports=reports):
        return chosen
    charge = charges.find(pk=reference)
    if charge is None or charge.outcome != chosen.outcome:
        raise PaymentClosed("This payment is over. Go back to your purchase.")
    return chosen  # pressed before, by somebody who has not seen the answer


def send_webhooks(moment: datetime, *, limit: int = 100) -> int:
    """Send the sandbox's webhooks that are due; answers how many were taken.

    What is not taken is sent again later, up to ten times.
    """
    return sum(_send_due(charge, moment) for charge in charges.to_report(moment, limit))


def _effective(decision: str, purchase: Purchase | None) -> datetime:
    if decision == "pay_late" and purchase is not None and purchase.pay_until is not None:
        ends: datetime = purchase.pay_until
        return ends + LATE
    return now() + (SLOW if decision == "pay_slowly" else timedelta(0))


def _reports(reference: str, outcome: PaymentOutcome, at: datetime, reporting: Reporting) -> list[BankReport]:
    first = BankReport(event_id(reference, outcome), outcome, at)
    after = at + timedelta(seconds=5)
    if reporting is Reporting.LATE:
        return [replace(first, due_at=at + LATE)]
    if reporting is Reporting.TWICE:
        return [first, replace(first, due_at=after)]
    if reporting is Reporting.OUT_OF_ORDER and outcome is PaymentOutcome.SUCCEEDED:
        failed = PaymentOutcome.FAILED  # of a first try, which is told of after the success
        return [first, BankReport(event_id(reference, failed), failed, after)]
    return [first]


def _send_due(charge: SandboxCharge, moment: datetime) -> int:
    left, sent = [], 0
    for report in charge.reports:
        if report.due_at > moment:
            left.append(report)
        elif _taken(*sandbox.webhook(charge, report, now())):
            sent += 1
        elif report.attempts + 1 < MOST_ATTEMPTS:
            pause = timedelta(seconds=5 * 2**report.attempts)
            left.append(replace(report, due_at=moment + pause, attempts=report.attempts + 1))
    charges.set_reports(charge, left)
    return sent


def _taken(body: bytes, signature: str) -> bool:
    """Whether the application takes a webhook, asked as over the network: in a context of its own."""
    builder = EnvironBuilder(
        method="POST",
        path=WEBHOOK_PATH,
        data=body,
        content_type="application/json",
        headers=[(SIGNATURE, signature)],
    )
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def post() -> bool:
        with app.app_context():
            _, status, _ = run_wsgi_app(app.wsgi_app, builder.get_environ(), buffered=True)
        return status.startswith("2")

    return bool(copy_context().run(post))
