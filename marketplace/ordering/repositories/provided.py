"""The queries of what the providers in the box keep: each change is one conditional update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.clock import now
from ...shared.documents import stored
from ...shared.repository import Repository
from ...shared.values import Money
from ..documents import SandboxCharge, Transfer
from ..errors import PaymentNotFound, TransferNotFound
from ..values import BankReport, PaidBack, PaymentOutcome


class ChargeRepository(Repository[SandboxCharge]):
    """The charges of the sandbox."""

    document = SandboxCharge
    missing = PaymentNotFound

    def open(self, reference: str, amount: Money) -> None:
        """Make a charge of this reference, if there is none."""
        fresh = {"amount": stored(amount), "refunded": 0, "created_at": now(), "version": 0}
        self._change({"_id": reference}, {"$setOnInsert": fresh}, upsert=True)

    def decide(
        self,
        reference: str,
        outcome: PaymentOutcome,
        *,
        taken: Money,
        at: datetime,
        reports: list[BankReport],
    ) -> bool:
        """Settle how a charge ends; False when that is settled already."""
        change: dict[str, Any] = {
            "outcome": outcome.value,
            "taken": stored(taken),
            "effective_at": at,
            "reports": [stored(report) for report in reports],
        }
        if reports:
            change["report_at"] = min(report.due_at for report in reports)
        undecided = {"_id": reference, "outcome": {"$exists": False}}
        return self._change(undecided, {"$set": change, "$inc": {"version": 1}})

    def to_report(self, moment: datetime, limit: int) -> list[SandboxCharge]:
        """The charges with a webhook that is due."""
        due = self.all().filter(report_at__exists=True, report_at__lte=moment)
        return list(due.order_by("report_at").limit(limit))

    def set_reports(self, charge: SandboxCharge, reports: list[BankReport]) -> bool:
        """Have these webhooks left to send; False when somebody else sent some meanwhile."""
        change: dict[str, Any] = {
            "$set": {"reports": [stored(report) for report in reports]},
            "$inc": {"version": 1},
        }
        if reports:
            change["$set"]["report_at"] = min(report.due_at for report in reports)
        else:
            change["$unset"] = {"report_at": 1}
        return self._change({"_id": charge.pk, "version": charge.version}, change)

    def send_back(self, reference: str, refund: PaidBack, *, taken: int) -> bool:
        """Send money back once for the refund's key; False above `taken` minor units in all."""
        amount = refund.amount.amount
        fresh = {"_id": reference, "refunds.key": {"$ne": refund.key}, "refunded": {"$lte": taken - amount}}
        change = {"$inc": {"refunded": amount, "version": 1}, "$push": {"refunds": stored(refund)}}
        if self._change(fresh, change):
            return True
        return self.find(__raw__={"_id": reference, "refunds.key": refund.key}) is not None

    def _change(self, which: dict[str, Any], change: dict[str, Any], *, upsert: bool = False) -> bool:
        return bool(self.document._get_collection().update_one(which, change, upsert=upsert).matched_count)


class TransferRepository(Repository[Transfer]):
    """The transfers that are sent by hand."""

    document = Transfer
    missing = TransferNotFound

    def owe(self, key: str, payment_id: ObjectId, amount: Money) -> None:
        """Note that money is to be sent back, once for each key."""
        owed = {
            "payment_id": payment_id,
            "amount": stored(amount),
            "state": "owed",
            "created_at": now(),
            "version": 0,
        }
        collection = self.document._get_collection()
        collection.update_one({"_id": key}, {"$setOnInsert": owed}, upsert=True)

    def owed(self, limit: int) -> list[Transfer]:
        """The transfers that are to be sent still, the longest owed first."""
        return list(self.all().filter(state="owed").order_by("created_at", "_id").limit(limit))

    def mark_sent(self, key: str, *, by: ObjectId, at: datetime) -> bool:
        """Note that a transfer was sent; False when there is none that is owed."""
        sent = {"$set": {"state": "sent", "sent_by": by, "sent_at": at}, "$inc": {"version": 1}}
        return bool(self.all().filter(pk=key, state="owed").update_one(__raw__=sent))


charges = ChargeRepository()
transfers = TransferRepository()
