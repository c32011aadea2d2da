"""What was bought: the purchase, and an order for each shop in it."""

from __future__ import annotations

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocument,
    EmbeddedDocumentListField,
    EnumField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)
from mongoengine.errors import ValidationError

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import Address, Money
from .. import process
from ..errors import InvalidTransition
from ..values import (
    MOST_LINES,
    Actor,
    Option,
    OrderEvent,
    OrderStatus,
    Origin,
    Shipment,
    ShopSnapshot,
    Totals,
    business_days_after,
)

#: Why a line may name what is no longer there.
OUTLIVES = "A line is kept as it was bought, whatever becomes of the listing."


class OrderItem(EmbeddedDocument):
    """A line as it was bought; later changes of the product do not reach it."""

    id = ObjectIdField(default=new_id, required=True)
    product_id = IdOf("products", may_dangle=OUTLIVES, required=True)
    variant_id = IdOf("stock", may_dangle=OUTLIVES, required=True)
    title = StringField(required=True)
    slug = StringField(required=True)
    sku = StringField()
    options = ListField(ValueField(Option))
    image = StringField()
    quantity = IntField(required=True, min_value=1)
    unit_price = ValueField(Money, required=True)

    @property
    def total(self) -> Money:
        """What the pieces cost together."""
        return self.unit_price * self.quantity


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
            self.extended, self.pay_until = True, until

    def settle(self) -> None:
        """Wait for no payment any more."""
        self.pay_until = None


class Order(Aggregate):
    """What one purchase bought of one shop, priced once and for all.

    `placed_at` is when the buyer checked out, `paid_at` when the payment arrived; `ships_by` counts the
    shop's handling days from then. `email` is gone once a member deleted their account. One with an
    `origin` was imported as history: nothing can be done with it any more.
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
    shipment = ValueField(Shipment)
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
        ],
    }

    def clean(self) -> None:
        """The totals are exactly the sum of the lines and the shipping."""
        expected = Totals.of((item.total for item in self.items), self.totals.shipping)
        if self.totals != expected:
            raise ValidationError("The totals of an order are not the sum of its lines and its shipping.")

    def move(self, name: str, actor: Actor, moment: datetime) -> None:
        """Take a step of the process and write it on the timeline.

        Raises NotYourRole or InvalidTransition; the order is then untouched.
        """
        if self.origin is not None:
            raise InvalidTransition(
                "This order is history from elsewhere: nothing can be done with it here.",
                state=self.status.value,
                allowed=[],
            )
        transition = process.step(self.status, name, actor)
        self.status = transition.to
        self.note(name, transition.text, actor, moment)

    def note(self, name: str, text: str, actor: Actor, moment: datetime) -> None:
        """Write a sentence on the timeline."""
        self.events.append(OrderEvent(at=moment, name=name, text=text, actor=actor.value))

    def pay(self, moment: datetime) -> None:
        """Record that the payment arrived, in time or after the order had expired."""
        late = self.status is OrderStatus.EXPIRED
        self.move("late_payment" if late else "payment_ok", Actor.SYSTEM, moment)
        self.paid_at = moment
        self.ships_by = business_days_after(moment, self.handling_days)

    def ship(self, moment: datetime, actor: Actor, *, carrier: str = "", tracking: str = "") -> None:
        """Record that everything was handed over to the carrier."""
        self.move("ship", actor, moment)
        self.shipment = Shipment(shipped_at=moment, carrier=carrier, tracking=tracking)

    def available(self, actor: Actor) -> list[process.Transition]:
        """The steps that this actor may take now."""
        return process.available(self.status, actor) if self.origin is None else []

    @property
    def delivered_at(self) -> datetime | None:
        """When it arrived, or None."""
        arrived = [one.name for one in process.TRANSITIONS if one.to is OrderStatus.DELIVERED]
        return next((event.at for event in self.events if event.name in arrived), None)

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return sum(item.quantity for item in self.items)
