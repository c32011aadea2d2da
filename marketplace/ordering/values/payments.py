"""The words and value objects of payments and refunds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bson import ObjectId

from ...shared.values import Money


class RefundStatus(StrEnum):
    """Where a refund stands.

    `failed`: the provider did not take it so far. It is asked again now and then, or by a moderator.
    """

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class PaymentStatus(StrEnum):
    """Where a payment stands.

    `mismatch`: the provider reported another amount than was asked for. `refund_due`: money came that
    nothing is owed for, and it is not on its way back yet.
    """

    CREATED = "created"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    VOID = "void"
    MISMATCH = "mismatch"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


class PaymentOutcome(StrEnum):
    """What a provider can report about a payment."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


class NextAction(StrEnum):
    """What the buyer's browser does after checking out."""

    NONE = "none"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class ClientAction:
    """What the buyer does next to pay, and what the provider calls the payment."""

    kind: NextAction
    reference: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One report of a provider: `event_id` is the provider's own and is applied once only."""

    provider: str
    event_id: str
    reference: str
    outcome: PaymentOutcome
    amount: Money


@dataclass(frozen=True, slots=True)
class BankReport:
    """A webhook that the sandbox has to send still: what it says, when, and how often that failed."""

    event_id: str
    outcome: PaymentOutcome
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class PaidBack:
    """Money that the sandbox sent back, once for each key."""

    key: str
    amount: Money = field(metadata={"value_class": Money})


@dataclass(frozen=True, slots=True)
class Allocation:
    """A part of a refund: for a line, or without one for the shipping."""

    amount: Money = field(metadata={"value_class": Money})
    item_id: ObjectId | None = None
