"""Money that goes back to a buyer."""

from __future__ import annotations

from datetime import datetime

from mongoengine import DateTimeField, EnumField, IntField, ListField, StringField
from mongoengine.errors import ValidationError

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import Money, total
from ..values import MOST_LINES, Actor, Allocation, RefundStatus

#: The longest reason that is kept, in characters.
REASON_LENGTH = 1000


class Refund(Aggregate):
    """A part of what was paid for an order, on its way back: one movement of money, whatever happens.

    Its `allocations` say for which lines it is, or for the shipping. The order counted it when it was made,
    and goes on doing so while the provider does not take it: it is owed. `tried_at` is when the provider was
    asked last, `error` what it said.
    """

    payment_id = IdOf("payments", required=True)
    order_id = IdOf("orders", required=True)
    amount = ValueField(Money, required=True)
    allocations = ListField(ValueField(Allocation), required=True, max_length=MOST_LINES + 1)
    reason = StringField(max_length=REASON_LENGTH)
    initiator = EnumField(Actor, required=True)
    status = EnumField(RefundStatus, default=RefundStatus.PENDING, required=True)
    created_at = DateTimeField(required=True, default=now)
    tried_at = DateTimeField()
    sent_at = DateTimeField()
    attempts = IntField(required=True, default=0, min_value=0)
    error = StringField(max_length=REASON_LENGTH)

    meta = {
        "collection": "refunds",
        "indexes": [
            # The refunds of an order, oldest first.
            {"fields": ["order_id", "_id"], "name": "order"},
            # The refunds that are not sent, for moderators, oldest first.
            {"fields": ["status", "_id"], "name": "status"},
            # The refunds to ask about again, longest ago first.
            {
                "fields": ["tried_at", "_id"],
                "name": "tried",
                "partialFilterExpression": {"status": "failed"},
            },
        ],
    }

    def clean(self) -> None:
        """Its parts are above nothing and sum to the whole."""
        parts = [part.amount for part in self.allocations]
        if any(part.amount <= 0 for part in parts) or total(parts, self.amount.currency) != self.amount:
            raise ValidationError("The parts of a refund are not its amount.")

    @property
    def key(self) -> str:
        """Under which its provider sends it once."""
        return str(self.pk)

    @property
    def is_sent(self) -> bool:
        """Whether the money is on its way."""
        return self.status is RefundStatus.SENT

    def succeed(self, moment: datetime) -> None:
        """Record that the provider sends it."""
        self.status, self.sent_at, self.error = RefundStatus.SENT, moment, None
        self._count(moment)

    def fail(self, why: str, moment: datetime) -> None:
        """Record that the provider did not take it; one that was sent stays what it is."""
        if not self.is_sent:
            self.status, self.error = RefundStatus.FAILED, why[:REASON_LENGTH]
            self._count(moment)

    def _count(self, moment: datetime) -> None:
        self.attempts, self.tried_at = self.attempts + 1, moment
