"""The queries of purchases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.repository import Repository
from ..documents import Purchase
from ..errors import PurchaseNotFound
from .nameless import NAMELESS


class PurchaseRepository(Repository[Purchase]):
    """The stored purchases."""

    document = Purchase
    missing = PurchaseNotFound

    def of_cart(self, cart_id: ObjectId) -> Purchase | None:
        """The purchase that this cart became, or None."""
        return self.find(cart_id=cart_id)

    def forget_buyer(self, purchase_ids: list[ObjectId]) -> None:
        """Take name, telephone and e-mail address out of these purchases."""
        self.all().filter(pk__in=purchase_ids).update(__raw__=NAMELESS)

    def overdue(self, moment: datetime, limit: int) -> list[ObjectId]:
        """The purchases whose time to pay is over, longest first."""
        query = self.all().filter(pay_until__exists=True, pay_until__lte=moment)
        return list(query.order_by("pay_until").limit(limit).scalar("id"))

    def apart_from_orders(self) -> Iterator[dict[str, Any]]:
        """Those that list or cost something else than their orders: id, total, sum, order_ids and found."""
        orders = {"_id": "$purchase_id", "order": "$_id", "amount": "$totals.total.amount"}
        both = {
            "_id": "$_id",
            "is": {"$max": "$is"},
            "total": {"$max": "$total"},
            "order_ids": {"$max": "$order_ids"},
            "sum": {"$sum": "$amount"},
            "found": {"$push": "$order"},
        }
        agree = [{"$eq": ["$total", "$sum"]}, {"$setEquals": ["$order_ids", "$found"]}]
        listed = {"$ifNull": ["$order_ids", []]}
        return self.rows(
            [
                {"$project": {"is": {"$literal": True}, "total": "$total.amount", "order_ids": listed}},
                {"$unionWith": {"coll": "orders", "pipeline": [{"$project": orders}]}},
                {"$group": both},
                {"$match": {"is": True, "$expr": {"$not": {"$and": agree}}}},
            ]
        )


purchases = PurchaseRepository()
