"""Checking out: from a cart to a purchase with an order for each shop.

The phases follow each other so that a failure in any of them leaves nothing behind: the cart is taken
(one conditional update), its pieces are held (one conditional update each), the purchase, its orders and
its payment are written in one transaction, and only then the payment provider is told.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId
from flask import current_app
from mongoengine import NotUniqueError

from ...accounts import services as accounts
from ...accounts.errors import TooManyAddresses
from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.errors import Invalid
from ...shared.transactions import transactional
from ...shared.values import Address, Money
from ..documents import Cart, Order, OrderItem, Payment, Purchase
from ..errors import CartChanged, CartEmpty, CheckoutInProgress, TermsRequired
from ..providers import current_provider
from ..repositories import carts, orders, payments, purchases
from ..values import (
    Actor,
    CartOwner,
    CartStatus,
    ClientAction,
    NextAction,
    ShopSnapshot,
    Totals,
    new_order_number,
)
from . import holds
from .carts import live_cart, priced
from .payments import begin_payment
from .pricing import PricedCart, PricedGroup, PricedLine

#: How often placing is tried with new order numbers when one is taken.
NUMBER_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """A purchase, its latest payment and what the buyer does next; `replayed` when it was there before."""

    purchase: Purchase
    payment: Payment
    action: ClientAction
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, and where everything goes."""

    user_id: ObjectId | None
    email: str
    ship_to: Address


def check_out(
    owner: CartOwner,
    *,
    expected_total: Money,
    cart_id: ObjectId | None = None,
    email: str | None = None,
    ship_to: Address | None = None,
    address_id: ObjectId | None = None,
    save_address: bool = False,
    accept_terms: bool = False,
) -> CheckedOut:
    """Buy the owner's cart at the total that the buyer saw.

    The buyer gives a new address or names a saved one; visitors also give their e-mail address. A cart
    that was bought already, named by `cart_id`, is answered with its purchase. Raises Invalid and
    TermsRequired at their fields, CartEmpty, CartChanged with what differs, CheckoutInProgress, and
    InsufficientStock with every short line; the cart is then as it was.
    """
    if not accept_terms:
        raise TermsRequired("Please accept the terms to buy.", field="accept_terms")
    buyer = _buyer(owner, email, ship_to, address_id)
    earlier = _earlier(cart_id, owner, buyer)
    if earlier is not None:
        return earlier
    cart = live_cart(owner)
    if cart is None or not cart.items:
        raise CartEmpty("Your cart is empty, so there is nothing to buy.")
    if cart.status is CartStatus.CONVERTING:
        raise CheckoutInProgress("This cart is being checked out right now, perhaps in another tab.")
    view = priced(cart, owner.user_id)
    _check(view, expected_total)
    purchase, payment = _buy(cart, view, buyer)
    if save_address and owner.user_id and ship_to:
        _keep_address(owner.user_id, ship_to)
    crash_point("checkout.placed")
    action = begin_payment(purchase, payment)
    crash_point("checkout.begun")
    return CheckedOut(purchase, payment, action)


def _buyer(
    owner: CartOwner, email: str | None, ship_to: Address | None, address_id: ObjectId | None
) -> Buyer:
    user = accounts.get_user(owner.user_id) if owner.user_id else None
    if user is not None and address_id is not None:
        ship_to = next((saved.address for saved in user.addresses if saved.id == address_id), None)
        if ship_to is None:
            raise Invalid("Choose one of your addresses, or write a new one.", field="address_id")
    if ship_to is None:
        raise Invalid("Tell us where to send it.", field="ship_to")
    email = email or (user.email if user else None)
    if not email:
        raise Invalid("Tell us your e-mail address.", field="email")
    return Buyer(owner.user_id, email.lower(), ship_to)


def _earlier(cart_id: ObjectId | None, owner: CartOwner, buyer: Buyer) -> CheckedOut | None:
    """What this cart was bought as before; for visitors only with the same e-mail address.

    A cookie can be planted in somebody's browser; the e-mail address keeps whoever planted it from
    reading what was bought.
    """
    cart = carts.ended(cart_id, owner) if cart_id else None
    purchase = purchases.of_cart(cart.pk) if cart else None
    if purchase is None or (purchase.buyer_id is None and purchase.email != buyer.email):
        return None
    payment = payments.latest(purchase.pk)
    if payment.open:
        action = begin_payment(purchase, payment)
    else:
        action = ClientAction(NextAction.NONE, reference=payment.reference or "")
    return CheckedOut(purchase, payment, action, replayed=True)


def _check(view: PricedCart, expected_total: Money) -> None:
    """Raise CartChanged unless everything can be bought at the total that the buyer saw."""
    if view.ready and view.total == expected_total:
        return
    problems = [
        {"item_id": str(line.item.id), "title": line.title, "code": problem.code, "message": problem.message}
        for line, problem in view.problems
    ]
    sentence = (
        "Your cart changed since you last saw it. Look at it once more, then buy."
        if view.ready
        else "Something in your cart cannot be bought as it is. Mend your cart first."
    )
    total = {"amount": view.total.amount, "currency": view.total.currency}
    raise CartChanged(sentence, total=total, problems=problems)


def _buy(cart: Cart, view: PricedCart, buyer: Buyer) -> tuple[Purchase, Payment]:
    moment = now()
    if not carts.begin_checkout(cart, moment):
        raise CheckoutInProgress("This cart is being checked out right now, perhaps in another tab.")
    crash_point("checkout.taken")
    purchase_id = new_id()
    pieces = holds.of_cart(view.lines, purchase_id)
    until = moment + timedelta(minutes=current_app.config["HOLD_MINUTES"])
    try:
        holds.hold(pieces, until)
        crash_point("checkout.held")
        return _place_with_free_numbers(cart, view, buyer, purchase_id, until)
    except BaseException:
        if purchases.of_cart(cart.pk) is None:  # else it was written, and only the answer was lost
            holds.release(pieces)
            carts.reopen(cart.pk)
        raise


def _place_with_free_numbers(
    cart: Cart, view: PricedCart, buyer: Buyer, purchase_id: ObjectId, until: datetime
) -> tuple[Purchase, Payment]:
    """Place with order numbers that nobody has: two random ones may meet, however rarely."""
    for _ in range(NUMBER_ATTEMPTS - 1):
        try:
            return _place(cart, view, buyer, purchase_id, until)
        except NotUniqueError:
            continue
    return _place(cart, view, buyer, purchase_id, until)


@transactional
def _place(
    cart: Cart, view: PricedCart, buyer: Buyer, purchase_id: ObjectId, until: datetime
) -> tuple[Purchase, Payment]:
    """Write the purchase, an order for each shop and the payment, and end the cart: all or nothing."""
    moment = now()
    placed = [orders.add(_order(group, buyer, purchase_id, moment)) for group in view.groups]
    purchase = Purchase(
        id=purchase_id,
        cart_id=cart.pk,
        buyer_id=buyer.user_id,
        email=buyer.email,
        order_ids=[order.pk for order in placed],
        total=view.total,
        ship_to=buyer.ship_to,
        created_at=moment,
        pay_until=until,
    )
    payment = Payment(purchase_id=purchase_id, provider=current_provider().name, amount=view.total)
    payments.add(payment)
    purchases.add(purchase)
    crash_point("checkout.placing")
    if not carts.end_checkout(cart.pk):
        raise CheckoutInProgress("This cart was opened again meanwhile. Please try once more.")
    return purchase, payment


def _order(group: PricedGroup, buyer: Buyer, purchase_id: ObjectId, moment: datetime) -> Order:
    assert group.shop is not None  # noqa: S101 - a cart without its shop is not ready to be bought
    items = [_item(line) for line in group.lines]
    order = Order(
        number=new_order_number(),
        purchase_id=purchase_id,
        shop_id=group.shop.id,
        buyer_id=buyer.user_id,
        email=buyer.email,
        ship_to=buyer.ship_to,
        shop=ShopSnapshot(name=group.shop.name, slug=group.shop.slug),
        items=items,
        totals=Totals.of((item.total for item in items), group.shipping),
        handling_days=group.shop.shipping.handling_days,
        placed_at=moment,
    )
    order.note("checkout", "The buyer checked out.", Actor.BUYER, moment)
    return order


def _item(line: PricedLine) -> OrderItem:
    offer = line.offer
    assert offer is not None  # noqa: S101 - a cart with a line that is gone is not ready to be bought
    return OrderItem(
        id=line.item.id,
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        title=offer.title,
        slug=offer.slug,
        sku=offer.sku,
        options=line.options,
        image=offer.image,
        quantity=line.item.quantity,
        unit_price=offer.price,
    )


def _keep_address(user_id: ObjectId, address: Address) -> None:
    """Put the address into the member's book; a full book does not undo a purchase."""
    with suppress(TooManyAddresses):
        accounts.add_address(user_id=user_id, address=address)
