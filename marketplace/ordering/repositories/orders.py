"""The queries of orders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Order
from ..errors import OrderNotFound
from ..values import OrderStatus, PaymentStatus, Span, order_number
from .nameless import NAMELESS

#: What a list of orders shows, and therefore loads.
LISTED = (
    "number", "purchase_id", "shop_id", "buyer_id", "email", "shop", "ship_to", "items.id", "items.title",
    "items.quantity", "items.image", "totals", "status", "placed_at", "paid_at", "ships_by", "version",
    "origin",
)  # fmt: skip


#: The indexes of a shop's two lists. Both fit both, and the planner may else choose the one that has to sort.
BY_PLACED, BY_URGENCY = "shop_status_placed", "shop_status_ships_by"

#: Orders are counted up to this many.
MOST_COUNTED = 999


class OrderRepository(Repository[Order]):
    """The stored orders."""

    document = Order
    missing = OrderNotFound

    def numbered(self, number: str) -> Order:
        """The order with this number, however it is written; raises OrderNotFound."""
        found = self.find(number=order_number(number))
        if found is None:
            raise OrderNotFound("There is no order with this number.")
        return found

    def of_purchase(self, purchase_id: ObjectId) -> list[Order]:
        """The orders of a purchase, in the order of its shops."""
        return list(self.all().filter(purchase_id=purchase_id).order_by("_id"))

    def of_buyer(
        self,
        buyer_id: ObjectId,
        statuses: Iterable[OrderStatus] | None = None,
        *,
        words: Iterable[str] = (),
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[Order]:
        """The orders of a member, newest first: in some states alone, or with all words in their titles."""
        wanted: dict[str, Any] = {"buyer_id": buyer_id}
        if statuses is not None:
            wanted["status__in"] = list(statuses)
        titles = [{"items.title": {"$regex": re.escape(word), "$options": "i"}} for word in words]
        return self._listed(wanted | ({"__raw__": {"$and": titles}} if titles else {}), at, limit)

    def open_of_buyer(self, buyer_id: ObjectId, statuses: Iterable[OrderStatus], limit: int) -> list[Order]:
        """Those of the member's orders that are in one of these states, newest first."""
        wanted = self.all().filter(buyer_id=buyer_id, status__in=list(statuses)).only(*LISTED)
        return list(wanted.order_by("-placed_at", "-_id").limit(limit))

    def forget_buyer(self, buyer_id: ObjectId) -> list[ObjectId]:
        """Take name, telephone and e-mail address out of the member's orders; the purchases they are of."""
        theirs = self.all().filter(buyer_id=buyer_id)
        bought = list(theirs.distinct("purchase_id"))
        theirs.update(__raw__=NAMELESS)
        return bought

    def of_shop(
        self,
        shop_id: ObjectId,
        statuses: Iterable[OrderStatus],
        *,
        placed: Span | None = None,
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[Order]:
        """The orders of a shop in one of these states, placed in this time if one is given, newest first.

        Cancelled ones are left out that were never paid.
        """
        return self._listed(_of_shop(shop_id, statuses) | _placed(placed), at, limit, hint=BY_PLACED)

    def due_of_shop(
        self,
        shop_id: ObjectId,
        statuses: Iterable[OrderStatus],
        *,
        before: datetime | None = None,
        placed: Span | None = None,
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[Order]:
        """The live orders of a shop that wait to be shipped, the most urgent first.

        `before` leaves those whose promise ends earlier: what is late, or has to go today.
        """
        wanted: dict[str, Any] = {"shop_id": shop_id, "status__in": list(statuses), "origin": None}
        if before is not None:
            wanted["ships_by__lt"] = before
        query = self.all().filter(**wanted, **_placed(placed)).only(*LISTED).hint(BY_URGENCY)
        return self.page(query, [("ships_by", 1), ("_id", 1)], at=at, limit=limit)

    def each_of_shop(
        self, shop_id: ObjectId, statuses: Iterable[OrderStatus], *, placed: Span | None, most: int
    ) -> list[Order]:
        """The orders of `of_shop` with all but their timelines, newest first; at most so many."""
        wanted = self.all().filter(**_of_shop(shop_id, statuses), **_placed(placed))
        newest = wanted.exclude("events").order_by("-placed_at", "-_id").hint(BY_PLACED)
        return list(newest.limit(most))

    def numbered_of_shop(
        self, shop_id: ObjectId, numbers: Iterable[str], statuses: Iterable[OrderStatus]
    ) -> list[Order]:
        """Those of the shop's orders in these states that have one of the numbers, oldest first."""
        wanted = self.all().filter(number__in=[order_number(one) for one in numbers], shop_id=shop_id)
        found = list(wanted.filter(status__in=list(statuses)))
        return sorted(found, key=lambda order: (order.placed_at, order.pk))

    def newest(self, *, at: Position | None = None, limit: int = 24) -> Page[Order]:
        """All orders, newest first."""
        return self._listed({}, at, limit)

    def with_email(self, email: str, *, at: Position | None = None, limit: int = 24) -> Page[Order]:
        """The orders of whoever gave this e-mail address, newest first."""
        return self._listed({"email": email}, at, limit)

    def of_purchases(self, purchase_ids: Iterable[ObjectId]) -> list[Order]:
        """The orders of these purchases, as lists show them."""
        return list(self.all().filter(purchase_id__in=list(purchase_ids)).only(*LISTED).order_by("_id"))

    def told_of(self, order_ids: Iterable[ObjectId]) -> list[Order]:
        """The orders with these ids: their numbers, their states and what happened to them."""
        wanted = list(order_ids)
        found = self.all().filter(pk__in=wanted).only("number", "status", "events")
        return list(found) if wanted else []

    def count_by_status(self, shop_id: ObjectId, statuses: Iterable[OrderStatus]) -> Counter[OrderStatus]:
        """How many orders of a shop are in each of these states; read from the index alone."""
        wanted = {"shop_id": shop_id, "status": {"$in": list(statuses)}}
        rows = self.all().aggregate(
            [{"$match": wanted}, {"$group": {"_id": "$status", "number": {"$sum": 1}}}]
        )
        return Counter({OrderStatus(row["_id"]): row["number"] for row in rows})

    def count_in(self, shop_id: ObjectId, statuses: Iterable[OrderStatus]) -> int | str:
        """How many orders of a shop are in one of these states, in words where they are many."""
        return self._counted(shop_id=shop_id, status__in=list(statuses))

    def any_in(self, order_ids: Collection[ObjectId], statuses: Iterable[OrderStatus]) -> bool:
        """Whether one of these orders is in one of these states, and not history from elsewhere."""
        found = self.all().filter(pk__in=list(order_ids), status__in=list(statuses), origin=None)
        return found.only("id").first() is not None

    def picturing(self, files: Collection[str]) -> set[str]:
        """Those of the files of pictures that an order shows of what was bought."""
        found = self.all().filter(__raw__={"items.image": {"$in": list(files)}}).only("items.image")
        return {item.image for order in found for item in order.items} & set(files)

    def not_adding_up(self) -> Iterator[dict[str, Any]]:
        """Those whose totals are not the sum of their lines and shipping: id, number, and the amounts."""
        line = {"$multiply": ["$$this.unit_price.amount", "$$this.quantity"]}
        items = {"$sum": {"$map": {"input": "$items", "in": line}}}
        parts = ["$totals.items", "$totals.shipping", "$totals.total"]
        currencies = [f"{part}.currency" for part in parts]
        agree = [
            {"$eq": ["$totals.items.amount", items]},
            {"$eq": ["$totals.total.amount", {"$add": [items, "$totals.shipping.amount"]}]},
            {"$eq": [{"$setUnion": ["$items.unit_price.currency", currencies]}, [currencies[0]]]},
        ]
        wrong = {"$match": {"$expr": {"$not": {"$and": agree}}}}
        amounts = {"lines": items, "shipping": "$totals.shipping.amount", "total": "$totals.total.amount"}
        return self.rows([wrong, {"$project": {"number": 1} | amounts}])

    def without_payment(self, paid: Iterable[OrderStatus]) -> Iterator[dict[str, Any]]:
        """Those in one of these states whose purchase has no succeeded payment: id, number and status.

        Imported ones are left aside: their source does not tell every payment.
        """
        order = {"_id": "$_id", "number": "$number", "status": "$status"}
        payments = [
            {"$match": {"status": PaymentStatus.SUCCEEDED.value}},
            {"$project": {"_id": "$purchase_id", "paid": {"$literal": True}}},
        ]
        both = {"_id": "$_id", "orders": {"$push": "$order"}, "paid": {"$max": "$paid"}}
        return self.rows(
            [
                {"$match": {"status": {"$in": [status.value for status in paid]}, "origin": None}},
                {"$project": {"_id": "$purchase_id", "order": order}},
                {"$unionWith": {"coll": "payments", "pipeline": payments}},
                {"$group": both},
                {"$match": {"paid": None}},
                {"$unwind": "$orders"},
                {"$replaceRoot": {"newRoot": "$orders"}},
            ]
        )

    def count_of_shop(self, shop_id: ObjectId) -> int | str:
        """How many orders a shop has, in words where they are many."""
        return self._counted(shop_id=shop_id)

    def count_of_buyer(self, buyer_id: ObjectId) -> int | str:
        """How many orders a member made, in words where they are many."""
        return self._counted(buyer_id=buyer_id)

    def _counted(self, **criteria: object) -> int | str:
        found = int(self.all().filter(**criteria).limit(MOST_COUNTED + 1).count(with_limit_and_skip=True))
        return found if found <= MOST_COUNTED else f"{MOST_COUNTED}+"

    def unsettled_of_shops(self, statuses: Iterable[OrderStatus], closed: str) -> Iterator[dict[str, Any]]:
        """The id and number of each live order in one of these states whose shop is in the state `closed`."""
        shop = {"from": "shops", "localField": "shop_id", "foreignField": "_id", "as": "shop_now"}
        return self.rows(
            [
                {"$match": {"status": {"$in": [one.value for one in statuses]}, "origin": None}},
                {"$lookup": shop},
                {"$match": {"shop_now.status": closed}},
                {"$project": {"number": 1}},
            ]
        )

    def _listed(
        self, criteria: dict[str, object], at: Position | None, limit: int, *, hint: str | None = None
    ) -> Page[Order]:
        query = self.all().filter(**criteria).only(*LISTED)
        if hint is not None:
            query = query.hint(hint)
        return self.page(query, [("placed_at", -1), ("_id", -1)], at=at, limit=limit)


def _of_shop(shop_id: ObjectId, statuses: Iterable[OrderStatus]) -> dict[str, Any]:
    """The orders of a shop in one of these states; cancelled ones only if they were paid."""
    wanted = list(statuses)
    found: dict[str, Any] = {"shop_id": shop_id, "status__in": wanted}
    return found | {"paid_at__exists": True} if OrderStatus.CANCELLED in wanted else found


def _placed(span: Span | None) -> dict[str, Any]:
    """The filter for what was placed in this time."""
    if span is None:
        return {}
    bounds = {"placed_at__gte": span.since, "placed_at__lt": span.until}
    return {name: moment for name, moment in bounds.items() if moment is not None}


orders = OrderRepository()
