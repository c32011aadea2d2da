"""A document of each kind and state as its aggregate makes it: what a load's documents are copies of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from marketplace.accounts.documents import Shop, User
from marketplace.accounts.values import ShippingTerms, ShopStatus
from marketplace.catalog.documents import (
    Attribute,
    Category,
    Media,
    Product,
    Review,
    ReviewRight,
    Stock,
    StockMovement,
    Variant,
)
from marketplace.catalog.services.stock import new_stock
from marketplace.catalog.values import MovementKind, ProductStatus
from marketplace.messaging.documents import Conversation, Message
from marketplace.messaging.values import LastMessage, Side, Subject
from marketplace.ordering.documents import Order, OrderItem, Payment, Purchase, ReceivedEvent
from marketplace.ordering.process import actor_of
from marketplace.ordering.providers import sandbox
from marketplace.ordering.values import (
    Actor,
    OrderStatus,
    PaymentOutcome,
    PaymentStatus,
    ShopSnapshot,
    Totals,
)
from marketplace.shared import clock
from marketplace.shared.values import Address, Money

from ..plan import EPOCH
from ..store import Stored

#: The classes whose rules the documents of each collection keep.
KINDS: dict[str, Any] = {
    kind._meta["collection"]: kind
    for kind in (
        *(
            Attribute,
            Category,
            Media,
            User,
            Shop,
            Product,
            Stock,
            StockMovement,
            Purchase,
            Order,
            Payment,
            ReceivedEvent,
            ReviewRight,
            Review,
            Conversation,
            Message,
        ),
    )
}

#: The steps that lead an order to its state.
STEPS: dict[OrderStatus, tuple[str, ...]] = {
    OrderStatus.AWAITING_PAYMENT: (),
    OrderStatus.EXPIRED: ("expire",),
    OrderStatus.CANCELLED: ("cancel",),
    OrderStatus.PLACED: ("payment_ok",),
    OrderStatus.PROCESSING: ("payment_ok", "start"),
    OrderStatus.SHIPPED: ("payment_ok", "start", "ship"),
    OrderStatus.DELIVERED: ("payment_ok", "start", "ship", "confirm_received"),
    OrderStatus.COMPLETED: ("payment_ok", "start", "ship", "confirm_received", "complete"),
}

#: The steps that lead a listing to its state, for those states that the load has.
LISTED: dict[ProductStatus, tuple[str, ...]] = {
    ProductStatus.DRAFT: (),
    ProductStatus.ACTIVE: ("submit",),
    ProductStatus.PAUSED: ("submit", "pause"),
    ProductStatus.ARCHIVED: ("submit", "pause", "archive"),
}

_ID = ObjectId("0" * 24)
_MONEY = Money(1, "USD")
_ADDRESS = Address(name="A", line1="B", country="US", postal="98101", city="Seattle", region="WA")


@dataclass(frozen=True, slots=True)
class Templates:
    """One stored document for each kind, and for each state where states differ."""

    user: Stored
    shops: dict[ShopStatus, Stored]
    products: dict[ProductStatus, Stored]
    stock: Stored
    movements: dict[MovementKind, Stored]
    purchase: Stored
    orders: dict[OrderStatus, Stored]
    payments: dict[PaymentStatus, Stored]
    events: dict[PaymentOutcome, Stored]
    right: Stored
    review: Stored
    conversation: Stored
    message: Stored


def made(password_hash: str) -> Templates:
    """The templates, each validated by its aggregate; everybody has this password."""
    with clock.at(EPOCH):
        user = User(
            id=_ID,
            email="a@example.com",
            password_hash=password_hash,
            display_name="A",
            email_verified_at=EPOCH,
        )
        user.keep_address(_ADDRESS)
        return Templates(
            user=_stored(user),
            shops={
                status: _stored(_shop(status)) for status in (ShopStatus.ACTIVE, ShopStatus.PENDING_REVIEW)
            },
            products={status: _stored(_product(status)) for status in LISTED},
            stock=_stored(new_stock(_ID, _ID, _ID, 1)),
            movements={
                kind: _stored(StockMovement(id=_ID, variant_id=_ID, kind=kind, ref="r", quantity=1))
                for kind in (MovementKind.INITIAL, MovementKind.SHIP)
            },
            purchase=_stored(_purchase()),
            orders={status: _stored(_order(status)) for status in OrderStatus},
            payments={status: _stored(_payment(status)) for status in PaymentStatus},
            events={outcome: _stored(_event(outcome)) for outcome in PaymentOutcome},
            right=_stored(_right()),
            review=_stored(_review()),
            conversation=_stored(_conversation()),
            message=_stored(_message()),
        )


def check(name: str, document: Stored) -> None:
    """Raise ValueError unless the aggregate would store exactly this document."""
    aggregate = KINDS[name]._from_son(document)
    with clock.at(document.get("updated_at", EPOCH)):
        aggregate.validate()
    if aggregate.to_mongo().to_dict() != document:
        raise ValueError(f"A document for {name} is not what its aggregate would store: {document}")


def _stored(aggregate: Any) -> Stored:
    aggregate.validate()
    document: Stored = aggregate.to_mongo().to_dict()
    return document


def _shop(status: ShopStatus) -> Shop:
    shop = Shop(
        id=_ID,
        owner_id=_ID,
        name="Shop",
        slug="shop",
        currency="USD",
        shipping=ShippingTerms(_MONEY, 1, _MONEY),
    )
    shop.description, shop.shipping_confirmed = "A shop of the load scenario.", True
    shop.accept_terms(clock.now())
    if status is ShopStatus.ACTIVE:
        shop.open_at_once(clock.now())
    else:
        shop.submit()
    return shop


def _product(status: ProductStatus) -> Product:
    product = Product(id=_ID, shop_id=_ID, currency="USD", slug="slug")
    product.shop_visible = status is not ProductStatus.DRAFT
    product.describe(title="Title", category=Category(id=_ID))
    product.offer([Variant(id=_ID, sku="sku", price=_MONEY)])
    for step in LISTED[status]:
        product.take_step(step)
        product.version += 1
    return product


def _order(status: OrderStatus) -> Order:
    item = OrderItem(
        id=_ID, product_id=_ID, variant_id=_ID, title="T", slug="s", quantity=1, unit_price=_MONEY, sku="sku"
    )
    order = Order(
        id=_ID,
        number="0000-0000",
        purchase_id=_ID,
        shop_id=_ID,
        buyer_id=_ID,
        email="a@example.com",
        ship_to=_ADDRESS,
        shop=ShopSnapshot("Shop", "shop"),
        items=[item],
        totals=Totals.of([item.total], _MONEY),
        handling_days=1,
    )
    order.note("checkout", "The buyer checked out.", Actor.BUYER, EPOCH)
    for name in STEPS[status]:
        if name == "payment_ok":
            order.pay(EPOCH)
        elif name == "ship":
            order.ship(EPOCH, Actor.SELLER)
        else:
            order.move(name, actor_of(name), EPOCH)
        order.version += 1
    return order


def _purchase() -> Purchase:
    return Purchase(
        id=_ID,
        cart_id=_ID,
        buyer_id=_ID,
        email="a@example.com",
        order_ids=[_ID],
        total=_MONEY,
        ship_to=_ADDRESS,
        pay_until=EPOCH,
    )


def _payment(status: PaymentStatus) -> Payment:
    return Payment(
        id=_ID,
        purchase_id=_ID,
        provider=sandbox.name,
        reference="r",
        amount=_MONEY,
        status=status,
        version=1 if status is PaymentStatus.CREATED else 2,
    )


def _event(outcome: PaymentOutcome) -> ReceivedEvent:
    return ReceivedEvent(
        id=_ID, provider=sandbox.name, event_id="e", payment_id=_ID, outcome=outcome, amount=_MONEY
    )


def _right() -> ReviewRight:
    bought: dict[str, Any] = {"author_id": _ID, "product_id": _ID, "shop_id": _ID, "bought_at": EPOCH}
    return ReviewRight(id=_ID, **bought, delivered_at=EPOCH, used_at=EPOCH)


def _review() -> Review:
    return Review(
        id=_ID, author_id=_ID, product_id=_ID, shop_id=_ID, line_id=_ID, rating=5, title="T", body="B"
    )


def _conversation() -> Conversation:
    subject = Subject("order", _ID, "Order", "0000-0000")
    return Conversation(
        id=_ID,
        buyer_id=_ID,
        shop_id=_ID,
        subjects=[subject],
        subject_keys=[subject.key],
        about_order=True,
        last_message=LastMessage(1, "buyer", "B", EPOCH),
    )


def _message() -> Message:
    subject = Subject("order", _ID, "Order", "0000-0000")
    said: dict[str, Any] = {"sender_id": _ID, "client_id": "c", "body": "B", "context": subject}
    return Message(id=_ID, conversation_id=_ID, seq=1, side=Side.BUYER, **said)
