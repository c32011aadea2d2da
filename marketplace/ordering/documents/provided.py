"""What the providers in the box keep of their own, as a bank would."""

from __future__ import annotations

from mongoengine import DateTimeField, EnumField, IntField, ListField, ObjectIdField, StringField

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import Money
from ..values import BankReport, PaidBack, PaymentOutcome


class SandboxCharge(Aggregate):
    """A payment as the sandbox knows it, by the reference that it gave.

    `outcome` is what somebody chose on its page, and counts from `effective_at` on: then the sandbox says so
    when it is asked. `reports` are the webhooks that it sends besides, the next one at `report_at`.
    `refunded` counts minor units, of `taken`.
    """

    id = StringField(primary_key=True)
    amount = ValueField(Money, required=True)
    outcome = EnumField(PaymentOutcome)
    taken = ValueField(Money)
    effective_at = DateTimeField()
    reports = ListField(ValueField(BankReport), max_length=10)
    report_at = DateTimeField()
    refunded = IntField(required=True, default=0, min_value=0)
    refunds = ListField(ValueField(PaidBack), max_length=200)
    created_at = DateTimeField(required=True, default=now)

    meta = {
        "collection": "sandbox_charges",
        "indexes": [
            # The webhooks that are to be sent, the one due first at first.
            {
                "fields": ["report_at"],
                "name": "report_at",
                "partialFilterExpression": {"report_at": {"$exists": True}},
            },
        ],
    }


class Transfer(Aggregate):
    """Money that somebody has to send back by hand, for a payment that came by bank transfer.

    Its id is the key of the refund, so that it is sent once.
    """

    id = StringField(primary_key=True)
    payment_id = IdOf("payments", required=True)
    amount = ValueField(Money, required=True)
    state = StringField(required=True, choices=("owed", "sent"), default="owed")
    created_at = DateTimeField(required=True, default=now)
    sent_at = DateTimeField()
    sent_by = ObjectIdField()

    meta = {
        "collection": "transfers",
        "indexes": [
            # What is to be sent still, the longest owed first.
            {
                "fields": ["state", "created_at", "_id"],
                "name": "owed",
                "partialFilterExpression": {"state": "owed"},
            },
        ],
    }
