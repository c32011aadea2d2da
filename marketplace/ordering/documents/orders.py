"""What was bought: the purchase, and an order for each shop in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentListField,
    EnumField,
    IntField,
    ListField,
    StringField,
)
from mongoengine.errors import ValidationError

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.errors import VersionConflict
from ...shared.values import Address, Money, total
from ..errors import RefundExceeds
from ..values import (
    LONGEST_NOTE,
    MOST_LINES,
    Allocation,
    OrderEvent,
    OrderPayment,
    OrderStatus,
    OrderTimer,
    Origin,
    Periods,
    Shipment,
    ShippingChoice,
    ShopSnapshot,
    Totals,
)
from .course import Course
from .lines import OrderItem

#: So many parcels an order is sent in at most.
MOST_SHIPMENTS = 100


class Purchase(Aggregate):
    """Everything that one checkout bought, from however many shops; paid as one.

    Its status is derived from its orders. `pay_until` is set while it waits for its payment: until then
    the pieces are held. `email` is gone once a member deleted their account. One with an `origin` was
    imported as history: it has no orders where the source told no lines.
    """

    cart_id = IdOf("carts", may_dangle="Carts are deleted after their time.", required=True)
    buyer_id = IdOf("users")
    email = StringField(max_length=254)
    order_ids = ListField(IdOf("orders"))
    total = ValueField(Money, required=True)
    ship_to = ValueField(Address, required=True)
    created_at = DateTimeField(required=True, default=now)
    pay_until = DateTimeField()
    extended = BooleanField(default=False)
    bill_to = ValueField(Address)
    origin = ValueField(Origin)

    meta = {
        "collection": "purchases",
        "indexes": [
            # A cart is bought once, whatever goes wrong before.
            {"fields": ["cart_id"], "name": "cart", "unique": True},
            # The purchases whose time to pay is over.
            {
                "fields": ["pay_until"],
                "name": "pay_until",
                "partialFilterExpression": {"pay_until": {"$exists": True}},
            },
            # What an import wrote before, once each.
            {
                "fields": ["origin.reference"],
                "name": "origin",
                "unique": True,
                "partialFilterExpression": {"origin.reference": {"$exists": True}},
            },
        ],
    }

    def clean(self) -> None:
        """Whatever was bought here has orders."""
        if not self.order_ids and self.origin is None:
            raise ValidationError("A purchase has at least one order.")

    def may_be_paid(self, moment: datetime) -> bool:
        """Whether it waits for its payment and the time is not over."""
        return self.pay_until is not None and self.pay_until > moment

    def extend(self, until: datetime) -> None:
        """Give more time to pay, once: stock is not held for ever by paying again and again."""
        if not self.extended:
            self.extended = True
            self.wait_until(until)

    def wait_until(self, until: datetime) -> None:
        """Wait for the payment until then at least."""
        self.pay_until = max(until, self.pay_until or until)

    def settle(self) -> None:
        """Wait for no payment any more."""
        self.pay_until = None


class Order(Course, Aggregate):
    """What one purchase bought of one shop, priced once and for all.

    `placed_at` is when the buyer checked out, `paid_at` when the payment arrived; `ships_by` counts the
    shop's handling days from then on the first day, and from the payment if that came later. `shipping` is
    how it is sent. `email` is gone once a member deleted their account. `periods` are the marketplace's when
    it was placed, and `timer` is what it does next by itself. One with an `origin`
    was imported as history: nothing can be done with it any more.
    """

    number = StringField(required=True)
    purchase_id = IdOf("purchases", required=True)
    shop_id = IdOf("shops", required=True)
    buyer_id = IdOf("users")
    email = StringField(max_length=254)
    ship_to = ValueField(Address, required=True)
    shop = ValueField(ShopSnapshot, required=True)
    items = EmbeddedDocumentListField(OrderItem, required=True, max_length=MOST_LINES)
    totals = ValueField(Totals, required=True)
    status = EnumField(OrderStatus, default=OrderStatus.AWAITING_PAYMENT, required=True)
    events = ListField(ValueField(OrderEvent), max_length=500)
    handling_days = IntField(required=True, min_value=0)
    placed_at = DateTimeField(required=True, default=now)
    paid_at = DateTimeField()
    ships_by = DateTimeField()
    shipments = ListField(ValueField(Shipment), max_length=MOST_SHIPMENTS)
    shipping_refunded = ValueField(Money)
    periods = ValueField(Periods, required=True, default=Periods)
    timer = ValueField(OrderTimer)
    bill_to = ValueField(Address)
    buyer_note = StringField(max_length=LONGEST_NOTE)
    shipping = ValueField(ShippingChoice)
    origin = ValueField(Origin)

    meta = {
        "collection": "orders",
        "indexes": [
            # An order by its number.
            {"fields": ["number"], "name": "number", "unique": True},
            # "My orders", newest first.
            {"fields": ["buyer_id", "-placed_at", "-_id"], "name": "buyer_placed"},
            # A shop's orders by state, newest first.
            {"fields": ["shop_id", "status", "-placed_at", "-_id"], "name": "shop_status_placed"},
            # "My orders" in some states, newest first.
            {"fields": ["buyer_id", "status", "-placed_at", "-_id"], "name": "buyer_status_placed"},
            # What a shop has to ship: the most urgent first, what is late, and what is due today.
            {"fields": ["shop_id", "status", "ships_by", "_id"], "name": "shop_status_ships_by"},
            # The orders of an e-mail address, newest first, for operators.
            {
                "fields": ["email", "-placed_at", "-_id"],
                "name": "email_placed",
                "partialFilterExpression": {"email": {"$exists": True}},
            },
            # All orders, newest first, for operators.
            {"fields": ["-placed_at", "-_id"], "name": "placed"},
            # The orders of a purchase.
            {"fields": ["purchase_id"], "name": "purchase"},
            # Which of some stored pictures are still shown by what was bought.
            {"fields": ["items.image"], "name": "pictures"},
            # The orders whose timer rings, and those whose timer is overdue.
            {
                "fields": ["timer.at", "_id"],
                "name": "timer",
                "partialFilterExpression": {"timer.at": {"$exists": True}},
            },
            # The orders whose timer failed.
            {
                "fields": ["timer.error", "_id"],
                "name": "timer_failed",
                "partialFilterExpression": {"timer.error": {"$exists": True}},
            },
            # The orders that did not leave in time.
            {
                "fields": ["status", "ships_by", "_id"],
                "name": "late",
                "partialFilterExpression": {"ships_by": {"$exists": True}},
            },
        ],
    }

    def clean(self) -> None:
        """The totals are the sum of lines and shipping; no more pieces leave, and no more goes back."""
        expected = Totals.of((item.total for item in self.items), self.totals.shipping)
        if self.totals != expected:
            raise ValidationError("The totals of an order are not the sum of its lines and its shipping.")
        if any(item.open < 0 for item in self.items):
            raise ValidationError("A line of an order has more pieces shipped and cancelled than bought.")
        left = [item.unrefunded for item in self.items] + [self.unrefunded_shipping]
        if any(amount.amount < 0 for amount in left):
            raise ValidationError("More of an order is refunded than it cost.")

    def expect(self, version: int | None) -> None:
        """Raise VersionConflict unless it is still of this version; any will do without one."""
        if version is not None and self.version != version:
            raise VersionConflict(
                "This order changed since you saw it. Look at it once more, then try again."
            )

    def refund(self, allocations: Sequence[Allocation]) -> None:
        """Count what is refunded of its lines and its shipping; raises RefundExceeds."""
        for part in allocations:
            left = self.item(part.item_id).unrefunded if part.item_id else self.unrefunded_shipping
            if part.amount > left:
                raise RefundExceeds("No more can be refunded than was paid.", left=left.amount)
            if part.item_id:
                self.item(part.item_id).refund(part.amount)
            else:
                before = self.shipping_refunded or Money.zero(part.amount.currency)
                self.shipping_refunded = before + part.amount

    @property
    def refunded(self) -> Money:
        """What of its money is back or goes back."""
        parts = [item.refunded for item in self.items] + [self.shipping_refunded]
        return total((part for part in parts if part), self.totals.total.currency)

    @property
    def unrefunded_shipping(self) -> Money:
        """What of its shipping was not refunded."""
        shipping: Money = self.totals.shipping
        return shipping - self.shipping_refunded if self.shipping_refunded else shipping

    @property
    def refundable(self) -> Money:
        """What of what was paid could still be refunded."""
        whole: Money = self.totals.total
        return Money.zero(whole.currency) if self.paid_at is None else whole - self.refunded

    @property
    def payment_status(self) -> OrderPayment:
        """How it stands with its money."""
        if self.paid_at is None:
            return OrderPayment.UNPAID
        if not self.refunded:
            return OrderPayment.PAID
        return OrderPayment.PARTIALLY_REFUNDED if self.refundable else OrderPayment.REFUNDED

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return sum(item.quantity for item in self.items)
