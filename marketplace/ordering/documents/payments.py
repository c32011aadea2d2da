"""How a purchase is paid: attempts, and what providers reported about them."""

from __future__ import annotations

from mongoengine import DateTimeField, EnumField, StringField

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import Money
from ..values import PaymentOutcome, PaymentStatus


class Payment(Aggregate):
    """One attempt to pay a whole purchase; a declined one is followed by another.

    `received` is what arrived, where that is not the amount.
    """

    purchase_id = IdOf("purchases", required=True)
    provider = StringField(required=True)
    reference = StringField()
    amount = ValueField(Money, required=True)
    status = EnumField(PaymentStatus, default=PaymentStatus.CREATED, required=True)
    created_at = DateTimeField(required=True, default=now)
    received = ValueField(Money)

    meta = {
        "collection": "payments",
        "indexes": [
            # The payment that a provider's event is about.
            {
                "fields": ["provider", "reference"],
                "name": "provider_reference",
                "unique": True,
                "partialFilterExpression": {"reference": {"$exists": True}},
            },
            # A payment by what its provider calls it, whoever that is, for operators.
            {
                "fields": ["reference"],
                "name": "reference",
                "partialFilterExpression": {"reference": {"$exists": True}},
            },
            # The attempts to pay a purchase.
            {"fields": ["purchase_id"], "name": "purchase"},
            # The payments whose money has to go back still, oldest first.
            {
                "fields": ["status", "_id"],
                "name": "refund_due",
                "partialFilterExpression": {"status": "refund_due"},
            },
            # The payments of another amount than was asked for, which somebody looks into, oldest first.
            {
                "fields": ["status", "_id"],
                "name": "mismatch",
                "partialFilterExpression": {"status": "mismatch"},
            },
            # Bank transfers that are waited for, oldest first.
            {
                "fields": ["provider", "status", "_id"],
                "name": "by_hand",
                "partialFilterExpression": {"provider": "manual"},
            },
        ],
    }

    @property
    def open(self) -> bool:
        """Whether the buyer can still pay it."""
        return self.status is PaymentStatus.CREATED

    @property
    def taken(self) -> Money:
        """What was paid, once something was: the amount, or what came in its place."""
        found: Money = self.received or self.amount
        return found

    def mismatch(self, received: Money) -> None:
        """Record that another amount arrived than was asked for."""
        self.status, self.received = PaymentStatus.MISMATCH, received

    def void(self) -> None:
        """Give up an attempt that nobody finished; a settled one stays what it is."""
        if self.open:
            self.status = PaymentStatus.VOID

    def fail(self) -> None:
        """Record that it was declined; a report that comes late hides nothing that came after it."""
        if self.open:
            self.status = PaymentStatus.FAILED


class ReceivedEvent(Aggregate):
    """A provider's report that was applied, kept so that it is never applied again."""

    provider = StringField(required=True)
    event_id = StringField(required=True)
    payment_id = IdOf("payments", required=True)
    outcome = EnumField(PaymentOutcome, required=True)
    amount = ValueField(Money, required=True)
    received_at = DateTimeField(required=True, default=now)

    meta = {
        "collection": "payment_events",
        "indexes": [
            # An event counts once.
            {"fields": ["provider", "event_id"], "name": "provider_event", "unique": True},
            # What was reported of a payment.
            {"fields": ["payment_id", "_id"], "name": "payment"},
        ],
    }
