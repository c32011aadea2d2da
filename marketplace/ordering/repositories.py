"""Every query of ordering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ..accounts.values import NAME_OF_NOBODY
from ..shared.paging import Page, Position
from ..shared.repository import Repository
from .documents import Cart, Order, Payment, Purchase, ReceivedEvent
from .errors import OrderNotFound, PaymentNotFound, PurchaseNotFound
from .values import CartOwner, CartStatus, OrderStatus, PaymentEvent, PaymentStatus, order_number

#: What a list of orders shows, and therefore loads.
LISTED = (
    "number", "purchase_id", "shop_id", "buyer_id", "email", "shop", "ship_to", "items.id", "items.title",
    "items.quantity", "items.image", "totals", "status", "placed_at", "paid_at", "ships_by", "version",
)  # fmt: skip


#: Orders are counted up to this many.
MOST_COUNTED = 999


class CartRepository(Repository[Cart]):
    """The stored carts."""

    document = Cart

    def live(self, owner: CartOwner) -> Cart | None:
        """The owner's cart that may still be bought, open or converting."""
        return self.find(live=True, **_owned(owner)) if owner else None

    def ended(self, cart_id: ObjectId, owner: CartOwner) -> Cart | None:
        """A cart of this owner that was bought."""
        if not owner:
            return None
        return self.find(pk=cart_id, status=CartStatus.CONVERTED, **_owned(owner))

    def pieces(self, owner: CartOwner) -> int:
        """How many pieces are in the owner's live cart."""
        query = self.all().filter(live=True, **_owned(owner)).only("items.quantity")
        found = query.first() if owner else None
        return found.pieces if found else 0

    def begin_checkout(self, cart: Cart, moment: datetime) -> bool:
        """Keep everybody else from checking this cart out; False when it changed or is taken already."""
        unchanged = self.all().filter(pk=cart.pk, status=CartStatus.OPEN, version=cart.version)
        change = {"$set": {"status": "converting", "converting_at": moment}, "$inc": {"version": 1}}
        return bool(unchanged.update_one(__raw__=change))

    def end_checkout(self, cart_id: ObjectId) -> bool:
        """Mark a cart as bought; False when it is not being checked out any more."""
        converting = self.all().filter(pk=cart_id, status=CartStatus.CONVERTING)
        change = {
            "$set": {"status": "converted"},
            "$unset": {"live": 1, "converting_at": 1},
            "$inc": {"version": 1},
        }
        return bool(converting.update_one(__raw__=change))

    def reopen(self, cart_id: ObjectId, *, since_before: datetime | None = None) -> bool:
        """Open a cart again whose checkout failed; `since_before` spares checkouts that began later."""
        converting = self.all().filter(pk=cart_id, status=CartStatus.CONVERTING)
        if since_before is not None:
            converting = converting.filter(converting_at__lt=since_before)
        change = {"$set": {"status": "open"}, "$unset": {"converting_at": 1}, "$inc": {"version": 1}}
        return bool(converting.update_one(__raw__=change))

    def reopen_stuck(self, since_before: datetime) -> int:
        """Open every cart again whose checkout began before this and never ended; answers how many."""
        stuck = self.all().filter(converting_at__lt=since_before, status=CartStatus.CONVERTING)
        change = {"$set": {"status": "open"}, "$unset": {"converting_at": 1}, "$inc": {"version": 1}}
        return int(stuck.update(__raw__=change))

    def drop_live(self, user_id: ObjectId) -> None:
        """Take a member's live cart away; whoever checks it out at the same moment finds it gone."""
        self.all().filter(live=True, user_id=user_id).delete()

    def mark_merged(self, cart: Cart) -> bool:
        """End an open cart whose lines were taken over by another one; False when it changed meanwhile."""
        open_cart = self.all().filter(pk=cart.pk, status=CartStatus.OPEN, version=cart.version)
        change = {"$set": {"status": "merged"}, "$unset": {"live": 1}, "$inc": {"version": 1}}
        return bool(open_cart.update_one(__raw__=change))


#: What is left of a buyer whose account is deleted: where it went, but not to whom.
_NAMELESS = {
    "$set": {"ship_to.name": NAME_OF_NOBODY},
    "$unset": {"email": "", "ship_to.phone": "", "ship_to.company": ""},
    "$inc": {"version": 1},
}


def _owned(owner: CartOwner) -> dict[str, object]:
    return {"user_id": owner.user_id} if owner.user_id else {"token": owner.token}


class PurchaseRepository(Repository[Purchase]):
    """The stored purchases."""

    document = Purchase
    missing = PurchaseNotFound

    def of_cart(self, cart_id: ObjectId) -> Purchase | None:
        """The purchase that this cart became, or None."""
        return self.find(cart_id=cart_id)

    def forget_buyer(self, purchase_ids: list[ObjectId]) -> None:
        """Take name, telephone and e-mail address out of these purchases."""
        self.all().filter(pk__in=purchase_ids).update(__raw__=_NAMELESS)

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

    def of_buyer(self, buyer_id: ObjectId, *, at: Position | None = None, limit: int = 24) -> Page[Order]:
        """The orders of a member, newest first."""
        return self._listed({"buyer_id": buyer_id}, at, limit)

    def open_of_buyer(self, buyer_id: ObjectId, statuses: Iterable[OrderStatus], limit: int) -> list[Order]:
        """Those of the member's orders that are in one of these states, newest first."""
        wanted = self.all().filter(buyer_id=buyer_id, status__in=list(statuses)).only(*LISTED)
        return list(wanted.order_by("-placed_at", "-_id").limit(limit))

    def forget_buyer(self, buyer_id: ObjectId) -> list[ObjectId]:
        """Take name, telephone and e-mail address out of the member's orders; the purchases they are of."""
        theirs = self.all().filter(buyer_id=buyer_id)
        bought = list(theirs.distinct("purchase_id"))
        theirs.update(__raw__=_NAMELESS)
        return bought

    def of_shop(
        self,
        shop_id: ObjectId,
        statuses: Iterable[OrderStatus],
        *,
        at: Position | None = None,
        limit: int = 24,
    ) -> Page[Order]:
        """The orders of a shop in one of these states, newest first."""
        return self._listed({"shop_id": shop_id, "status__in": list(statuses)}, at, limit)

    def count_by_status(self, shop_id: ObjectId, statuses: Iterable[OrderStatus]) -> Counter[OrderStatus]:
        """How many orders of a shop are in each of these states; read from the index alone."""
        wanted = {"shop_id": shop_id, "status": {"$in": list(statuses)}}
        rows = self.all().aggregate(
            [{"$match": wanted}, {"$group": {"_id": "$status", "number": {"$sum": 1}}}]
        )
        return Counter({OrderStatus(row["_id"]): row["number"] for row in rows})

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
        """Those in one of these states whose purchase has no succeeded payment: id, number and status."""
        order = {"_id": "$_id", "number": "$number", "status": "$status"}
        payments = [
            {"$match": {"status": PaymentStatus.SUCCEEDED.value}},
            {"$project": {"_id": "$purchase_id", "paid": {"$literal": True}}},
        ]
        both = {"_id": "$_id", "orders": {"$push": "$order"}, "paid": {"$max": "$paid"}}
        return self.rows(
            [
                {"$match": {"status": {"$in": [status.value for status in paid]}}},
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
        """The id and number of each order in one of these states whose shop is in the state `closed`."""
        shop = {"from": "shops", "localField": "shop_id", "foreignField": "_id", "as": "shop_now"}
        return self.rows(
            [
                {"$match": {"status": {"$in": [one.value for one in statuses]}}},
                {"$lookup": shop},
                {"$match": {"shop_now.status": closed}},
                {"$project": {"number": 1}},
            ]
        )

    def _listed(self, criteria: dict[str, object], at: Position | None, limit: int) -> Page[Order]:
        query = self.all().filter(**criteria).only(*LISTED)
        return self.page(query, [("placed_at", -1), ("_id", -1)], at=at, limit=limit)


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

    def unfinished(self, purchase_id: ObjectId) -> list[Payment]:
        """The attempts to pay a purchase that are neither settled nor given up."""
        return list(self.all().filter(purchase_id=purchase_id, status=PaymentStatus.CREATED))

    def refund_due(self, limit: int) -> list[Payment]:
        """The payments whose money has to go back still, oldest first."""
        return list(self.all().filter(status=PaymentStatus.REFUND_DUE).order_by("_id").limit(limit))


class EventRepository(Repository[ReceivedEvent]):
    """The reports of providers that were applied."""

    document = ReceivedEvent

    def has(self, event: PaymentEvent) -> bool:
        """Whether this event was applied."""
        return self.find(provider=event.provider, event_id=event.event_id) is not None


carts = CartRepository()
purchases = PurchaseRepository()
orders = OrderRepository()
payments = PaymentRepository()
events = EventRepository()
