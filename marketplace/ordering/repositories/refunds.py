"""The queries of refunds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Refund
from ..errors import RefundNotFound
from ..values import RefundStatus


class RefundRepository(Repository[Refund]):
    """The stored refunds."""

    document = Refund
    missing = RefundNotFound

    def of_order(self, order_id: ObjectId) -> list[Refund]:
        """The refunds of an order, oldest first; they are few, since each has an amount."""
        return list(self.all().filter(order_id=order_id).order_by("_id").limit(200))

    def in_status(
        self, statuses: Iterable[RefundStatus], *, at: Position | None = None, limit: int = 24
    ) -> Page[Refund]:
        """The refunds in one of these states, oldest first."""
        query = self.all().filter(status__in=list(statuses))
        return self.page(query, [("_id", 1)], at=at, limit=limit)

    def to_ask_again(self, before: datetime, limit: int) -> list[ObjectId]:
        """Those that the provider did not take, and was not asked for since; longest ago first."""
        query = self.all().filter(status=RefundStatus.FAILED, tried_at__lte=before)
        return list(query.order_by("tried_at", "_id").limit(limit).scalar("id"))

    def not_adding_up(self) -> Iterator[dict[str, Any]]:
        """Those whose parts are not their amount: id, amount and sum."""
        parts = {"$sum": "$allocations.amount.amount"}
        one_currency = {"$setUnion": ["$allocations.amount.currency", ["$amount.currency"]]}
        agree = [{"$eq": [parts, "$amount.amount"]}, {"$eq": [{"$size": one_currency}, 1]}]
        return self.rows(
            [
                {"$match": {"$expr": {"$not": {"$and": agree}}}},
                {"$project": {"amount": "$amount.amount", "sum": parts}},
            ]
        )


refunds = RefundRepository()
