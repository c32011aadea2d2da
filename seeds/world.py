"""A market in memory: aggregates that went through their own methods, ready to be stored.

It does with documents what the services do with the database, for scenarios that need states which take
long or bad luck to come about. The numbers of stock follow every step, as they do in the shop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from marketplace.accounts.documents import Shop, User
from marketplace.accounts.values import Parcel, shipping_options
from marketplace.catalog.documents import Hold, Product, ReviewRight, Stock, StockMovement, Variant
from marketplace.catalog.services import stock as stocks
from marketplace.catalog.values import MovementKind
from marketplace.catalog.values.tokens import IN_STOCK
from marketplace.ordering.documents import (
    Cart,
    CartItem,
    Order,
    OrderItem,
    Payment,
    Purchase,
    ReceivedEvent,
    Refund,
    SandboxCharge,
)
from marketplace.ordering.providers import manual, sandbox
from marketplace.ordering.services import refunds
from marketplace.ordering.values import (
    Actor,
    Allocation,
    CartStatus,
    LinePieces,
    Option,
    PaymentOutcome,
    Periods,
    ShippingChoice,
    ShopSnapshot,
    Totals,
    new_order_number,
)
from marketplace.shared import clock
from marketplace.shared.chance import new_id
from marketplace.shared.values import Address, total

from .store import Stored

T = TypeVar("T")

#: What is bought: a product, the number of one of its variants, and how many.
Line = tuple[Product, int, int]

#: The states of a cart that nobody can buy any more.
ENDED = (CartStatus.CONVERTED, CartStatus.MERGED)


class World:
    """Everything that was made, and the stock of every variant."""

    def __init__(self, periods: Periods | None = None) -> None:
        self.periods = periods or Periods()
        self._made: list[Any] = []
        self.stock: dict[Any, Stock] = {}
        self.shops: dict[Any, Shop] = {}
        self.rights: dict[Any, ReviewRight] = {}

    def add(self, thing: Any) -> Any:
        """Keep a document, which gets an id if it has none."""
        if thing.pk is None:
            thing.pk = new_id()
        if isinstance(thing, Shop):
            self.shops[thing.pk] = thing
        self._made.append(thing)
        return thing

    def made(self, kind: type[T]) -> Iterator[T]:
        """What was made of this kind."""
        return (thing for thing in self._made if isinstance(thing, kind))

    def shelve(self, variant: Variant, product: Product, on_hand: int | None) -> Stock:
        """Give a variant its stock: so many pieces, or None for one that is not counted."""
        found: Stock = self.add(stocks.new_stock(variant.id, product.pk, product.shop_id, on_hand))
        self.stock[variant.id] = found
        if on_hand:
            self.moved(found, MovementKind.INITIAL, str(variant.id), on_hand)
        return found

    def moved(self, stock: Stock, kind: MovementKind, ref: str, quantity: int, **why: Any) -> None:
        """Write down why a number changed: the reason, a note, and who says so."""
        self.add(StockMovement(variant_id=stock.pk, kind=kind, ref=ref, quantity=quantity, **why))

    def documents(self) -> Iterator[tuple[str, list[Stored]]]:
        """What was made, valid and as it is stored, by collection."""
        by_collection: dict[str, list[Stored]] = {}
        for thing in self._made:
            if isinstance(thing, Product):
                thing.f = [IN_STOCK] if self._in_stock(thing) else []  # its other tokens follow from itself
            thing.validate()
            document = thing.to_mongo().to_dict()
            if isinstance(thing, Cart) and thing.status in ENDED:
                del document["live"]  # as its repository does: the document itself falls back to the default
            by_collection.setdefault(thing._meta["collection"], []).append(document)
        yield from by_collection.items()

    def _in_stock(self, product: Product) -> bool:
        shelf = [self.stock[variant.id] for variant in product.variants if variant.active]
        return any(not stock.track or stock.available > 0 for stock in shelf)

    def cart(self, lines: Iterable[Line], *, user: User | None = None, **parts: Any) -> Cart:
        """A cart with these lines, seen at today's prices; without a user it is a visitor's."""
        cart = Cart(user_id=user.pk if user else None, **parts)
        for product, index, quantity in lines:
            variant = product.variants[index]
            cart.put(
                CartItem(
                    product_id=product.pk,
                    variant_id=variant.id,
                    shop_id=product.shop_id,
                    quantity=quantity,
                    seen_price=variant.price,
                )
            )
        return self.add(cart)

    def check_out(self, cart: Cart, products: Iterable[Product], buyer: Buyer, until: datetime) -> Deal:
        """Buy a cart: an order for each shop, a payment to be made, and pieces held until then."""
        moment, purchase_id = clock.now(), new_id()
        by_id = {product.pk: product for product in products}
        groups: dict[Any, list[CartItem]] = {}
        for item in cart.items:
            groups.setdefault(item.shop_id, []).append(item)
        orders = [
            self.add(_order(self.shops[shop_id], items, by_id, buyer, purchase_id, self.periods))
            for shop_id, items in groups.items()
        ]
        cart.status = CartStatus.CONVERTED
        purchase = Purchase(
            id=purchase_id,
            cart_id=cart.pk,
            buyer_id=buyer.user_id,
            email=buyer.email,
            order_ids=[order.pk for order in orders],
            total=total((order.totals.total for order in orders), cart.currency),
            ship_to=buyer.ship_to,
            created_at=moment,
            pay_until=until,
        )
        deal = Deal(self, self.add(purchase), orders)
        deal.attempt()
        for stock, ref, quantity in deal.pieces():
            stock.available -= quantity
            stock.holds.append(Hold(ref=ref, quantity=quantity, expires_at=until))
        return deal


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, a member or a visitor, and where everything goes."""

    email: str
    ship_to: Address
    user_id: Any = None


@dataclass(slots=True)
class Deal:
    """A purchase on its way."""

    world: World
    purchase: Purchase
    orders: list[Order]
    payments: list[Payment] = field(default_factory=list)

    @property
    def payment(self) -> Payment:
        """The latest attempt to pay."""
        return self.payments[-1]

    def attempt(self, *, by_hand: bool = False) -> Payment:
        """Begin to pay, once more: online, or by a transfer that somebody has to see on the account."""
        payment = Payment(id=new_id(), purchase_id=self.purchase.pk, amount=self.purchase.total)
        if by_hand:
            payment.provider, payment.reference = manual.name, manual.create(payment, key=None).reference
        else:
            payment.provider, payment.reference = sandbox.name, str(payment.pk)
            self.world.add(SandboxCharge(id=payment.reference, amount=payment.amount))
        self.payments.append(self.world.add(payment))
        return payment

    def reported(self, outcome: PaymentOutcome, *, amount: Any = None) -> None:
        """Keep what the provider said of the latest attempt."""
        event = sandbox.report(self.payment, outcome)
        for charge in self.world.made(SandboxCharge):
            if charge.pk == event.reference:
                charge.outcome, charge.taken, charge.effective_at = (
                    outcome,
                    amount or event.amount,
                    clock.now(),
                )
        self.world.add(
            ReceivedEvent(
                provider=event.provider,
                event_id=event.event_id,
                payment_id=self.payment.pk,
                outcome=outcome,
                amount=amount or event.amount,
            )
        )

    def each(self, name: str, actor: Actor) -> None:
        """Let every order take a step."""
        for order in self.orders:
            order.move(name, actor, clock.now())

    def pay(self) -> None:
        """Place the orders: what was held for them is theirs."""
        for order in self.orders:
            order.pay(clock.now())
        for stock, ref, quantity in self.pieces():
            stock.available -= 0 if self._let_go(stock, ref) else quantity  # taken again when it was late
            stock.allocated += quantity
        self._give_rights()
        self.purchase.settle()

    def give_up(self) -> None:
        """End the waiting for a payment: what was held goes back on the shelf."""
        for stock, ref, quantity in self.pieces():
            if self._let_go(stock, ref):
                stock.available += quantity
        self.payment.void()
        self.purchase.settle()

    def ship(self, order: Order, *lines: LinePieces, **about: str) -> None:
        """Hand pieces of an order over to the carrier, or all that are left."""
        parcel = order.ship(clock.now(), Actor.SELLER, lines=lines, **about)
        for line in parcel.lines:
            stock, ref = self._counted(order, line, "shipped")
            if stock.track:
                stock.on_hand -= line.quantity
                stock.allocated -= line.quantity
            self.world.moved(stock, MovementKind.SHIP, ref, line.quantity)

    def call_off(self, order: Order, name: str, actor: Actor, *, reason: str = "") -> Refund | None:
        """Call a paid order off: what did not leave is for sale again, and all the money goes back."""
        order.move(name, actor, clock.now(), detail=reason)
        pieces = order.left_to_send
        order.call_off(pieces)
        self._unallocate(order, pieces)
        return self.refund(order, refunds.everything(order), actor, reason=reason)

    def cancel_rest(self, order: Order, *lines: LinePieces, reason: str) -> Refund | None:
        """Call pieces of an order off, or all that are left; the money for them goes back."""
        pieces = order.cancel_rest(clock.now(), Actor.SELLER, lines=lines, detail=reason)
        self._unallocate(order, pieces)
        return self.refund(order, refunds.of_pieces(order, pieces), Actor.SELLER, reason=reason)

    def refund(
        self, order: Order, parts: list[Allocation], initiator: Actor, *, reason: str = ""
    ) -> Refund | None:
        """Have these parts of an order's money go back; None when they are nothing."""
        if not parts:
            return None
        order.refund(parts)
        amount = total((part.amount for part in parts), self.purchase.total.currency)
        refund: Refund = self.world.add(
            Refund(
                payment_id=self.payment.pk,
                order_id=order.pk,
                amount=amount,
                allocations=parts,
                reason=reason or None,
                initiator=initiator,
            )
        )
        return refund

    def _unallocate(self, order: Order, pieces: Iterable[LinePieces]) -> None:
        for line in pieces:
            stock, ref = self._counted(order, line, "cancelled")
            if stock.track:
                stock.allocated -= line.quantity
                stock.available += line.quantity
            self.world.moved(stock, MovementKind.UNALLOCATE, ref, line.quantity)

    def _counted(self, order: Order, line: LinePieces, counted: str) -> tuple[Stock, str]:
        """The stock of a line's pieces that were just counted, and the reference of the movement."""
        item = order.item(line.item_id)
        before = getattr(item, counted) - line.quantity
        return self.world.stock[item.variant_id], self._ref(item) + (f":{before}" if before else "")

    def arrived(self, order: Order) -> None:
        """Let the buyer review what an order brought, now that it is delivered."""
        for item in order.items:
            if item.id in self.world.rights:
                self.world.rights[item.id].delivered_at = clock.now()

    def _give_rights(self) -> None:
        """Note what a member bought, line by line."""
        for order in self.orders if self.purchase.buyer_id else ():
            for item in order.items:
                self.world.rights[item.id] = self.world.add(
                    ReviewRight(
                        id=item.id,
                        author_id=order.buyer_id,
                        product_id=item.product_id,
                        shop_id=order.shop_id,
                        bought_at=clock.now(),
                    )
                )

    def pieces(self) -> Iterator[tuple[Stock, str, int]]:
        """The stock of each line that is counted, with the line's reference and quantity."""
        for order in self.orders:
            for item in order.items:
                stock = self.world.stock[item.variant_id]
                if stock.track:
                    yield stock, self._ref(item), item.quantity

    def _ref(self, item: OrderItem) -> str:
        return f"{self.purchase.pk}:{item.id}"

    @staticmethod
    def _let_go(stock: Stock, ref: str) -> bool:
        kept = [hold for hold in stock.holds if hold.ref != ref]
        held = len(kept) < len(stock.holds)
        stock.holds = kept
        return held


def _order(
    shop: Shop,
    items: list[CartItem],
    products: dict[Any, Product],
    buyer: Buyer,
    purchase_id: Any,
    periods: Periods,
) -> Order:
    lines = [_line(item, products[item.product_id]) for item in items]
    subtotal = total((line.total for line in lines), shop.currency)
    pieces = sum(line.quantity for line in lines)
    parcel = Parcel(shop.profile(None), pieces, subtotal)
    (option, *_) = shipping_options([parcel], buyer.ship_to.country, shop.currency)
    order = Order(
        periods=periods,
        number=new_order_number(),
        purchase_id=purchase_id,
        shop_id=shop.pk,
        buyer_id=buyer.user_id,
        email=buyer.email,
        ship_to=buyer.ship_to,
        shop=ShopSnapshot(name=shop.name, slug=shop.slug),
        items=lines,
        totals=Totals.of((line.total for line in lines), option.price),
        handling_days=option.handling_days,
        placed_at=clock.now(),
        ships_by=option.ships_by(clock.now()),
        shipping=ShippingChoice(
            option.id, option.name, option.days_min, option.days_max, option.tracked, option.pickup
        ),
    )
    order.note("checkout", "The buyer checked out.", Actor.BUYER, clock.now())
    return order


def _line(item: CartItem, product: Product) -> OrderItem:
    variant = product.variant(item.variant_id)
    assert variant is not None  # noqa: S101 - carts are filled with the variants of their products
    pairs = zip(product.options, variant.option_values, strict=True)
    return OrderItem(
        id=item.id,
        product_id=product.pk,
        variant_id=variant.id,
        title=product.title,
        slug=product.slug,
        sku=variant.sku,
        options=[Option(name, value) for name, value in pairs],
        image=product.pictures[0].file if product.pictures else None,
        quantity=item.quantity,
        unit_price=variant.price,
    )
