"""The queries of payments and of what providers reported."""

from __future__ import annotations

from collections.abc import Collection

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Payment, ReceivedEvent
from ..errors import PaymentNotFound
from ..values import PaymentEvent, PaymentStatus


class PaymentRepository(Repository[Payment]):
    """The stored payments."""

    document = Payment
    missing = PaymentNotFound

    def referred_to(self, provider: str, reference: str) -> Payment:
        """The payment that a provider calls by this reference; raises PaymentNotFound."""
        found = self.find(provider=provider, reference=reference)
        if found is None:
            raise PaymentNotFound("There is no such payment.")
        return found

    def latest(self, purchase_id: ObjectId) -> Payment:
        """The latest attempt to pay a purchase."""
        found = self.all().filter(purchase_id=purchase_id).order_by("-_id").first()
        if found is None:
            raise PaymentNotFound("There is no such payment.")
        return found

    def called(self, reference: str, limit: int = 20) -> list[Payment]:
        """The payments that any provider calls by this reference."""
        return list(self.all().filter(reference=reference).limit(limit))

    def attempts(self, purchase_id: ObjectId) -> list[Payment]:
        """All attempts to pay a purchase, oldest first."""
        return sorted(self.all().filter(purchase_id=purchase_id), key=lambda payment: payment.pk)

    def unfinished(self, purchase_id: ObjectId) -> list[Payment]:
        """The attempts to pay a purchase that are neither settled nor given up."""
        return list(self.all().filter(purchase_id=purchase_id, status=PaymentStatus.CREATED))

    def undecided(self, purchase_id: ObjectId) -> list[Payment]:
        """The attempts to pay a purchase of which a provider may know more than we do."""
        wanted = [PaymentStatus.CREATED, PaymentStatus.VOID]
        return list(self.all().filter(purchase_id=purchase_id, status__in=wanted))

    def with_reference(self, reference: str, providers: Collection[str]) -> list[Payment]:
        """The payments that one of these providers calls so."""
        return list(self.all().filter(provider__in=list(providers), reference=reference.strip()))

    def in_status(
        self,
        status: PaymentStatus,
        *,
        provider: str | None = None,
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[Payment]:
        """The payments in a status, oldest first; those of one provider, where it is named."""
        criteria = {"status": status} | ({"provider": provider} if provider else {})
        return self.page(self.all().filter(**criteria), [("_id", 1)], at=at, limit=limit)

    def refund_due(self, limit: int) -> list[Payment]:
        """The payments whose money has to go back still, oldest first."""
        return list(self.all().filter(status=PaymentStatus.REFUND_DUE).order_by("_id").limit(limit))

    def succeeded(self, purchase_id: ObjectId) -> Payment | None:
        """The payment that paid a purchase, or None."""
        return self.find(purchase_id=purchase_id, status=PaymentStatus.SUCCEEDED)


class EventRepository(Repository[ReceivedEvent]):
    """The reports of providers that were applied."""

    document = ReceivedEvent

    def has(self, event: PaymentEvent) -> bool:
        """Whether this event was applied."""
        return self.find(provider=event.provider, event_id=event.event_id) is not None

    def of_payment(self, payment: Payment, limit: int = 50) -> list[ReceivedEvent]:
        """What was reported of a payment, oldest first."""
        return list(self.all().filter(payment_id=payment.pk).order_by("_id").limit(limit))

    def of_payments(self, payment_ids: Collection[ObjectId], limit: int = 200) -> list[ReceivedEvent]:
        """What was reported of these payments, as it came."""
        found = list(self.all().filter(payment_id__in=list(payment_ids)).limit(limit))
        return sorted(found, key=lambda event: (event.received_at, event.pk))


payments = PaymentRepository()
events = EventRepository()
