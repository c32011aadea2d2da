"""The queries of orders as they move by themselves: timers, what is late, and what must add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Order
from ..errors import OrderNotFound
from ..values import OrderStatus
from .orders import LISTED

#: What a list of orders that wait shows, and therefore loads.
WAITING = (*LISTED, "timer")


class OrderProcessRepository(Repository[Order]):
    """The stored orders, as far as time and sums are concerned."""

    document = Order
    missing = OrderNotFound

    def ringing(self, moment: datetime, limit: int) -> list[ObjectId]:
        """The orders whose timer rings, longest ago first."""
        query = self.all().filter(__raw__={"timer.at": {"$lte": moment}})
        return list(query.order_by("timer.at", "_id").limit(limit).scalar("id"))

    def late(
        self,
        statuses: Iterable[OrderStatus],
        before: datetime,
        *,
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[Order]:
        """The orders in one of these states that should have left before this moment, longest ago first."""
        query = self.all().filter(status__in=list(statuses), ships_by__lt=before).only(*WAITING)
        return self.page(query, [("ships_by", 1), ("_id", 1)], at=at, limit=limit)

    def overdue(self, before: datetime, limit: int) -> list[Order]:
        """The orders whose timer should have rung before this moment and did not, longest ago first."""
        query = self.all().filter(__raw__={"timer.at": {"$lt": before}}).only(*WAITING)
        return list(query.order_by("timer.at", "_id").limit(limit))

    def failed(self, limit: int) -> list[Order]:
        """The orders whose timer failed, and will be tried again."""
        query = self.all().filter(__raw__={"timer.error": {"$exists": True}}).only(*WAITING)
        return list(query.order_by("timer.error", "_id").limit(limit))

    def postpone(self, order_id: ObjectId, kind: str, until: datetime, error: str) -> None:
        """Let a timer that failed ring later, unless another one runs meanwhile.

        The order's version stays: whoever works on the order is not disturbed.
        """
        change = {"$set": {"timer.at": until, "timer.error": error}, "$inc": {"timer.failures": 1}}
        self.all().filter(__raw__={"_id": order_id, "timer.kind": kind}).update_one(__raw__=change)

    def miscounted(self) -> Iterator[dict[str, Any]]:
        """Those whose pieces do not add up: more shipped and cancelled than bought, or not what parcels hold.

        Answers id, number and the three counts over all lines.
        """
        parcels = {
            "$sum": {
                "$map": {"input": {"$ifNull": ["$shipments", []]}, "in": {"$sum": "$$this.lines.quantity"}}
            }
        }
        gone = {"$add": [{"$ifNull": ["$$this.shipped", 0]}, {"$ifNull": ["$$this.cancelled", 0]}]}
        too_many = {"$map": {"input": "$items", "in": {"$gt": [gone, "$$this.quantity"]}}}
        shipped = {"$sum": "$items.shipped"}
        wrong = {"$or": [{"$anyElementTrue": [too_many]}, {"$ne": [shipped, parcels]}]}
        counts = {"shipped": shipped, "cancelled": {"$sum": "$items.cancelled"}, "parcels": parcels}
        return self.rows([{"$match": {"$expr": wrong}}, {"$project": {"number": 1} | counts}])

    def refunded_amiss(self) -> Iterator[dict[str, Any]]:
        """Those that count another sum as refunded than their refunds are, or more than was paid.

        Answers id, number, what is counted, the sum of the refunds, and the total.
        """
        counted = {
            "$add": [{"$sum": "$items.refunded.amount"}, {"$ifNull": ["$shipping_refunded.amount", 0]}]
        }
        orders = {"number": 1, "counted": counted, "total": "$totals.total.amount"}
        refunds = [{"$project": {"_id": "$order_id", "refunds": "$amount.amount"}}]
        both = {
            "_id": "$_id",
            "number": {"$max": "$number"},
            "counted": {"$max": "$counted"},
            "total": {"$max": "$total"},
            "refunds": {"$sum": "$refunds"},
        }
        wrong = [{"$ne": ["$counted", "$refunds"]}, {"$gt": ["$counted", "$total"]}]
        return self.rows(
            [
                {"$project": orders},
                {"$unionWith": {"coll": "refunds", "pipeline": refunds}},
                {"$group": both},
                {"$match": {"number": {"$ne": None}, "$expr": {"$or": wrong}}},
            ]
        )

    def standing_still(self, statuses: Iterable[OrderStatus]) -> Iterator[dict[str, Any]]:
        """Those in one of these states that no timer moves on: id, number and status."""
        still = {"status": {"$in": [one.value for one in statuses]}, "timer": None, "origin": None}
        return self.rows([{"$match": still}, {"$project": {"number": 1, "status": 1}}])


orders_in_process = OrderProcessRepository()
