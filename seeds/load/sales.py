"""What was bought of a block: purchases with their orders and payments, and what they do to the stock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from marketplace.accounts.values import Parcel, shipping_options
from marketplace.catalog.values import MovementKind
from marketplace.ordering.values import (
    NUMBER_LETTERS,
    OrderStatus,
    PaymentOutcome,
    PaymentStatus,
    ShippingChoice,
)
from marketplace.shared.documents import stored
from marketplace.shared.values import Money

from ..plan import Plan, digest
from ..store import Stored
from .catalogue import BLOCK, Block, Ground, Sold, _one, _usd

#: So many lines an order has at most.
LINES = 3

_S = OrderStatus

#: The state of a purchase's orders with its share, and how many hours ago it was made: from, to.
_STATES: tuple[tuple[float, OrderStatus, int, int], ...] = (
    (0.60, _S.COMPLETED, 10 * 24, 360 * 24),
    (0.70, _S.DELIVERED, 6 * 24, 12 * 24),
    (0.80, _S.SHIPPED, 36, 96),
    (0.85, _S.PROCESSING, 12, 48),
    (0.91, _S.PLACED, 1, 30),
    (0.93, _S.AWAITING_PAYMENT, 1, 2),
    (0.97, _S.EXPIRED, 2, 300 * 24),
    (1.01, _S.CANCELLED, 2, 300 * 24),
)

#: How long after the checkout each step was taken.
_AFTER = {
    "checkout": timedelta(0),
    "payment_ok": timedelta(minutes=2),
    "cancel": timedelta(minutes=4),
    "expire": timedelta(minutes=21),
    "start": timedelta(hours=3),
    "ship": timedelta(days=1),
    "confirm_received": timedelta(days=4),
    "complete": timedelta(days=6),
}

#: An odd number turns a counter into all numbers below 2**40 without repeating one.
_STRIDE, _NUMBERS = 0x9E3779B97F, 1 << 40

_ALLOCATED = (_S.PLACED, _S.PROCESSING)
_SHIPPED = (_S.SHIPPED, _S.DELIVERED, _S.COMPLETED)

#: What became of the last attempt to pay, by the state of the orders.
_PAYMENTS = {
    _S.AWAITING_PAYMENT: PaymentStatus.CREATED,
    _S.EXPIRED: PaymentStatus.VOID,
    _S.CANCELLED: PaymentStatus.VOID,
}


def sell(ground: Ground, block: Block) -> None:
    """Add the orders of the block's products."""
    for name in ("purchases", "orders", "payments", "payment_events"):
        block.documents[name] = []
    share = ground.plan.orders / 10
    left, number = int(block.size * share), block.number * int(BLOCK * share)
    while left:
        draw = block.chance.random()
        shops = min(left, len(block.sold), 1 if draw < 0.75 else 2 if draw < 0.95 else 3)
        _Purchase(ground, block, number).buy(shops)
        number += shops
        left -= shops


class _Purchase:
    """One checkout; its number is that of its first order."""

    def __init__(self, ground: Ground, block: Block, number: int) -> None:
        self._ground, self._block, self._number = ground, block, number
        self._chance = block.chance
        self.id = ground.id("purchase", number)
        draw = self._chance.random()
        self.status, start, end = next(state[1:] for state in _STATES if draw < state[0])
        ago = start * 3600 + int(self._chance.random() * (end - start) * 3600)
        self.moment = ground.plan.moment - timedelta(seconds=ago)
        self.buyer = _one(block.buyers, self._chance)
        self.is_guest = self._chance.random() < 0.2
        self.address = self.buyer["addresses"][0]["address"]

    def buy(self, shops: int) -> None:
        """Order something in so many shops, and pay or not."""
        first = int(self._chance.random() * len(self._block.sold))
        orders = [
            self._order(self._number + index, self._block.sold[(first + index) % len(self._block.sold)])
            for index in range(shops)
        ]
        total = sum(order["totals"]["total"]["amount"] for order in orders)
        purchase = self._ground.templates.purchase | {
            "_id": self.id,
            "cart_id": self._ground.id("cart", self._number),
            "email": self.buyer["email"],
            "order_ids": [order["_id"] for order in orders],
            "total": _usd(total),
            "ship_to": self.address,
            "created_at": self.moment,
        }
        if self.status is _S.AWAITING_PAYMENT:
            purchase["pay_until"] = self._until
        else:
            del purchase["pay_until"]
            purchase["version"] = 1
        self._block.documents["purchases"].append(self._owned(purchase))
        self._pay(_usd(total))

    @property
    def _until(self) -> datetime:
        return self.moment + self._ground.plan.patience

    def _owned(self, document: Stored) -> Stored:
        """The document with its buyer, whom a visitor's lacks."""
        if self.is_guest:
            del document["buyer_id"]
        else:
            document["buyer_id"] = self.buyer["_id"]
        return document

    def _order(self, number: int, listings: list[Sold]) -> Stored:
        shop, ground = listings[0].shop, self._ground
        lines = self._lines(number, listings)
        items = sum(line["quantity"] * line["unit_price"]["amount"] for line in lines)
        pieces = sum(line["quantity"] for line in lines)
        parcel = Parcel(self._block.profiles[shop["_id"]], pieces, Money(items, "USD"))
        (option, *_) = shipping_options([parcel], "US", "USD")
        shipping = option.price.amount
        choice = ShippingChoice(option.id, option.name, option.days_min, option.days_max, option.tracked)
        order = ground.templates.orders[self.status] | {
            "_id": ground.id("order", number),
            "number": order_number(ground.plan, number),
            "purchase_id": self.id,
            "shop_id": shop["_id"],
            "email": self.buyer["email"],
            "ship_to": self.address,
            "shop": {"name": shop["name"], "slug": shop["slug"]},
            "items": lines,
            "totals": {"items": _usd(items), "shipping": _usd(shipping), "total": _usd(items + shipping)},
            "handling_days": option.handling_days,
            "placed_at": self.moment,
            "ships_by": option.ships_by(self.moment),
            "shipping": stored(choice),
        }
        order["events"] = [event | {"at": self.moment + _AFTER[event["name"]]} for event in order["events"]]
        if "paid_at" in order:
            order["paid_at"] = self.moment + _AFTER["payment_ok"]
        order["periods"] = ground.periods
        if self.status in _SHIPPED:
            pieces = [{"item_id": line["id"], "quantity": line["quantity"]} for line in lines]
            parcel = {"carrier": "Load Parcel", "tracking": f"LP {number:08d}", "lines": pieces}
            order["shipments"] = [{"shipped_at": self.moment + _AFTER["ship"]} | parcel]
        if "timer" in order:
            order["timer"] = order["timer"] | {"at": self._rings(order)}
        self._block.documents["orders"].append(self._owned(order))
        return order

    def _rings(self, order: Stored) -> datetime:
        """When the order's timer rings."""
        step, since = {
            _S.SHIPPED: ("ship", "arrival_reminder_days"),
            _S.DELIVERED: ("confirm_received", "complete_days"),
        }.get(self.status, ("", "ship_reminder_days"))
        begin: datetime = self.moment + _AFTER[step] if step else order["ships_by"]
        return begin + timedelta(days=order["periods"][since])

    def _lines(self, number: int, listings: list[Sold]) -> list[Stored]:
        """One to three listings of the shop: the first of them sell best by far."""
        draw = self._chance.random
        count = min(len(listings), 1 if draw() < 0.6 else 2 if draw() < 0.8 else LINES)
        chosen: dict[int, None] = {}
        while len(chosen) < count:
            place = draw()
            chosen[int(place * place * place * len(listings))] = None
        return [self._line(number * LINES + index, listings[place]) for index, place in enumerate(chosen)]

    def _line(self, number: int, sold: Sold) -> Stored:
        draw, product = self._chance.random, sold.product
        index = int(draw() * len(sold.stock))
        quantity = 1 + int(draw() * draw() * 4)
        variant, item_id = product["variants"][index], self._ground.id("item", number)
        self._take(sold, index, quantity, item_id, number)
        values = variant["option_values"]
        return {
            "id": item_id,
            "product_id": product["_id"],
            "variant_id": variant["id"],
            "title": product["title"],
            "slug": product["slug"],
            "sku": variant["sku"],
            "options": [{"name": "Size", "value": values[0]}] if values else [],
            "image": product["pictures"][0]["file"],
            "quantity": quantity,
            "unit_price": variant["price"],
            "shipped": quantity if self.status in _SHIPPED else 0,
            "cancelled": 0,
        }

    def _take(self, sold: Sold, index: int, quantity: int, item_id: ObjectId, number: int) -> None:
        """Hold, allocate or ship the pieces: those that are left were counted apart from them."""
        stock, ref = sold.stock[index], f"{self.id}:{item_id}"
        if self.status in _SHIPPED:
            sold.shipped[index] += quantity
            at = self.moment + _AFTER["ship"]
            stock["updated_at"] = max(stock["updated_at"], at)
            movement: dict[str, Any] = {
                "_id": self._ground.id("shipping", number),
                "variant_id": stock["_id"],
                "ref": ref,
                "quantity": quantity,
                "at": at,
            }
            template = self._ground.templates.movements[MovementKind.SHIP]
            self._block.documents["stock_movements"].append(template | movement)
        elif not stock["track"]:
            return
        elif self.status in _ALLOCATED:
            stock["allocated"] += quantity
            stock["on_hand"] += quantity
        elif self.status is _S.AWAITING_PAYMENT:
            stock["holds"].append({"ref": ref, "quantity": quantity, "expires_at": self._until})
            stock["on_hand"] += quantity

    def _pay(self, amount: Stored) -> None:
        """The attempts to pay: one in twenty was declined before another one succeeded."""
        status = _PAYMENTS.get(self.status, PaymentStatus.SUCCEEDED)
        if self._chance.random() < 0.05:
            self._attempt(0, PaymentStatus.FAILED, amount)
        self._attempt(1, status, amount)

    def _attempt(self, attempt: int, status: PaymentStatus, amount: Stored) -> None:
        ground, number = self._ground, self._number * 2 + attempt
        payment_id, at = ground.id("payment", number), self.moment + timedelta(minutes=attempt)
        payment = ground.templates.payments[status] | {
            "_id": payment_id,
            "purchase_id": self.id,
            "reference": str(payment_id),
            "amount": amount,
            "created_at": at,
        }
        self._block.documents["payments"].append(payment)
        if status in (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED):
            outcome = PaymentOutcome(status.value)
            event = ground.templates.events[outcome] | {
                "_id": ground.id("event", number),
                "event_id": f"{payment_id}-{outcome}",
                "payment_id": payment_id,
                "amount": amount,
                "received_at": at + timedelta(minutes=1),
            }
            self._block.documents["payment_events"].append(event)


def order_number(plan: Plan, number: int) -> str:
    """The order number of the order of this number: no other one of the same seed has it."""
    start = int.from_bytes(digest(plan.key("load", "order numbers"), 5), "big")
    code = (start + number * _STRIDE) % _NUMBERS
    letters = "".join(NUMBER_LETTERS[code >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"
