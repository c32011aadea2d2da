"""What an import of order history asks and writes: many purchases at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ...shared.repository import Repository
from ..documents import Order, Payment, Purchase


class HistoryRepository(Repository[Purchase]):
    """Imported purchases with their orders and payments."""

    document = Purchase

    def digests(self, references: Collection[str]) -> dict[str, str]:
        """What the rows of these said when they were imported, by reference."""
        found = self.all().filter(__raw__={"origin.reference": {"$in": list(references)}})
        return {one.origin.reference: one.origin.digest for one in found.only("origin")}

    def referred_to(self, reference: str) -> Purchase | None:
        """The imported purchase that its source calls by this reference, or None."""
        return self.find(__raw__={"origin.reference": reference})

    def record(
        self, new_purchases: Sequence[Purchase], new_orders: Sequence[Order], new_payments: Sequence[Payment]
    ) -> None:
        """Store documents that were validated; call it in a transaction.

        Raises pymongo's BulkWriteError for an order number or a reference that is taken.
        """
        for kind, new in ((Purchase, new_purchases), (Order, new_orders), (Payment, new_payments)):
            if new:
                kind._get_collection().insert_many([one.to_mongo() for one in new])

    def not_adding_up(self) -> Iterator[dict[str, Any]]:
        """Imported purchases whose payments less their total are not the difference that they say.

        Answers id, reference, total, paid, and the difference as they say it.
        """
        pay = {"from": "payments", "localField": "_id", "foreignField": "purchase_id", "as": "paid"}
        known = {"origin.reference": {"$exists": True}, "origin.difference": {"$exists": True}}
        shown = {
            "reference": "$origin.reference",
            "total": "$total.amount",
            "paid": {"$sum": "$paid.amount.amount"},
            "difference": "$origin.difference.amount",
        }
        apart = {"$ne": [{"$subtract": ["$paid", "$total"]}, "$difference"]}
        return self.rows(
            [{"$match": known}, {"$lookup": pay}, {"$project": shown}, {"$match": {"$expr": apart}}]
        )


history = HistoryRepository()
