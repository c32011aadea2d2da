"""Checking out: from a cart to a purchase with an order for each shop.

The phases follow each other so that a failure in any of them leaves nothing behind: what was done before is
answered again, the cart is taken (one conditional update), its pieces are held (one conditional update each),
the purchase, its orders and its payment are written in one transaction together with the answer to the
request's key, and only then the payment provider is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId
from mongoengine import NotUniqueError

from ...accounts import services as accounts
from ...accounts.errors import TooManyAddresses
from ...shared import idempotency
from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.crashing import crash_point
from ...shared.errors import Invalid
from ...shared.idempotency import Attempt, Claim
from ...shared.transactions import transactional
from ...shared.values import Address, Money
from ..documents import Cart, Order, OrderItem, Payment, Purchase
from ..errors import CartEmpty, CheckoutInProgress, ProviderUnavailable, TermsRequired
from ..providers import PaymentProvider, sandbox
from ..repositories import carts, orders, payments, purchases
from ..values import (
    Actor,
    AgreedLine,
    CartOwner,
    CartStatus,
    ClientAction,
    NextAction,
    ShopSnapshot,
    Totals,
    new_order_number,
)
from . import holds
from .agreement import Agreed, check_agreement, check_sells
from .carts import carry_saved, live_cart, priced, revived
from .payments import begin_payment, new_payment
from .payments import payment_method as method_named
from .periods import periods_in_force
from .pricing import PricedCart, PricedGroup, PricedLine
from .shipping import Sending, frozen
from .shipping import require as require_shipping

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
    """Who buys, where everything goes, who gets the bill, and what each shop is told (by its id)."""

    user_id: ObjectId | None
    email: str
    ship_to: Address
    bill_to: Address | None
    note: Mapping[ObjectId, str]
    pays_by: PaymentProvider


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
    bill_to: Address | None = None,
    note: Mapping[ObjectId, str] | None = None,
    payment_method: str | None = None,
    cart_version: int | None = None,
    seen: Sequence[AgreedLine] | None = None,
    seen_shipping: Money | None = None,
    attempt: Attempt | None = None,
    shipping: Mapping[ObjectId, ObjectId] | None = None,
) -> CheckedOut:
    """Buy the owner's cart at the total that the buyer saw.

    The buyer gives a new address or names a saved one; visitors also give their e-mail address. `shipping`
    names by shop how it sends, where there are several ways (see `services.shipping`). An `attempt` is
    carried out once: again, it is answered with what came of it; so is a cart that was bought already, named
    by `cart_id`. Raises Invalid, TermsRequired and ShippingMethodRequired at their fields, NoShipping,
    CartEmpty, CartChanged with what differs, CheckoutInProgress, and InsufficientStock with every short line;
    the cart is then as it was. Raises IdempotencyInProgress and IdempotencyKeyReused for the attempt.
    """
    if not accept_terms:
        raise TermsRequired("Please accept the terms to buy.", field="accept_terms")
    buyer = _buyer(owner, email, ship_to, address_id, bill_to, note, payment_method)
    sending = Sending(buyer.ship_to.country, shipping or {})
    agreed = Agreed(expected_total, cart_version, seen, seen_shipping)
    if attempt is None:
        done = _check_out(owner, buyer, sending, agreed, cart_id, None)
    else:
        with idempotency.once(attempt, scope=f"checkout:{owner.user_id or owner.token}") as claim:
            done = _check_out(owner, buyer, sending, agreed, cart_id, claim)
    if save_address and owner.user_id and ship_to and not done.replayed:
        _keep_address(owner.user_id, ship_to)
    return done


def _check_out(
    owner: CartOwner,
    buyer: Buyer,
    sending: Sending,
    agreed: Agreed,
    cart_id: ObjectId | None,
    claim: Claim | None,
) -> CheckedOut:
    if claim is not None and claim.result is not None:
        return _replayed(purchases.get(claim.result["purchase_id"]))
    live, bought = carts.live_and_bought(owner, cart_id)
    earlier = _earlier(bought, buyer)
    if earlier is not None:
        if claim is not None:
            claim.finish({"purchase_id": earlier.purchase.pk})
        return earlier
    cart = revived(live, owner)
    if cart is None or not cart.items:
        raise CartEmpty("Your cart is empty, so there is nothing to buy.")
    if claim is not None and cart.converting_for == claim.row_id:
        # This very request began before, and did not get to an end: whoever holds the claim goes on.
        carts.reopen(cart.pk)
        cart = live_cart(owner) or cart
    if cart.status is CartStatus.CONVERTING:
        raise CheckoutInProgress("This cart is being checked out right now, perhaps in another tab.")
    view = priced(cart, owner.user_id, sending)
    require_shipping(view)
    check_agreement(view, agreed)
    purchase, payment = _buy(cart, view, buyer, claim)
    crash_point("checkout.placed")
    action = _begun(purchase, payment)
    crash_point("checkout.begun")
    return CheckedOut(purchase, payment, action)


def _buyer(
    owner: CartOwner,
    email: str | None,
    ship_to: Address | None,
    address_id: ObjectId | None,
    bill_to: Address | None,
    note: Mapping[ObjectId, str] | None,
    payment_method: str | None,
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
    return Buyer(owner.user_id, email.lower(), ship_to, bill_to, note or {}, method_named(payment_method))


def _earlier(cart: Cart | None, buyer: Buyer) -> CheckedOut | None:
    """What a cart was bought as before; for visitors only with the same e-mail address.

    A cookie can be planted in somebody's browser; the e-mail address keeps whoever planted it from
    reading what was bought.
    """
    purchase = purchases.of_cart(cart.pk) if cart else None
    if purchase is None or (purchase.buyer_id is None and purchase.email != buyer.email):
        return None
    return _replayed(purchase)


def _replayed(purchase: Purchase) -> CheckedOut:
    """A purchase that was made before, with what its buyer does next."""
    payment = payments.latest(purchase.pk)
    return CheckedOut(purchase, payment, _begun(purchase, payment), replayed=True)


def _begun(purchase: Purchase, payment: Payment) -> ClientAction:
    """What the buyer does next; nothing when the payment is over, or its provider does not answer now.

    What it could not be told now, the worker tells it later.
    """
    if payment.open:
        with suppress(ProviderUnavailable):
            return begin_payment(purchase, payment)
    return ClientAction(NextAction.NONE, reference=payment.reference or "")


def _buy(cart: Cart, view: PricedCart, buyer: Buyer, claim: Claim | None) -> tuple[Purchase, Payment]:
    moment = now()
    if not carts.begin_checkout(cart, moment, claim.row_id if claim else None):
        raise CheckoutInProgress("This cart is being checked out right now, perhaps in another tab.")
    crash_point("checkout.taken")
    purchase_id = new_id()
    pieces = holds.of_cart(view.lines, purchase_id)
    try:
        holds.hold(pieces, moment + sandbox.patience)  # longer only for a purchase that was written
        crash_point("checkout.held")
        until = moment + buyer.pays_by.patience
        return _place_with_free_numbers(cart, view, buyer, purchase_id, until, claim)
    except BaseException:
        if purchases.of_cart(cart.pk) is None:  # else it was written, and only the answer was lost
            holds.release(pieces)
            carts.reopen(cart.pk)
        raise


def _place_with_free_numbers(
    cart: Cart,
    view: PricedCart,
    buyer: Buyer,
    purchase_id: ObjectId,
    until: datetime,
    claim: Claim | None,
) -> tuple[Purchase, Payment]:
    """Place with order numbers that nobody has: two random ones may meet, however rarely."""
    for _ in range(NUMBER_ATTEMPTS - 1):
        try:
            return _place(cart, view, buyer, purchase_id, until, claim)
        except NotUniqueError:
            continue
    return _place(cart, view, buyer, purchase_id, until, claim)


@transactional
def _place(
    cart: Cart,
    view: PricedCart,
    buyer: Buyer,
    purchase_id: ObjectId,
    until: datetime,
    claim: Claim | None,
) -> tuple[Purchase, Payment]:
    """Write the purchase, an order for each shop, the payment and the answer, and end the cart.

    All of it or nothing. Raises CartChanged when a shop closed or was suspended while pieces were held.
    """
    moment = now()
    check_sells(view, accounts.find_shops({line.item.shop_id for line in view.lines}))
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
        bill_to=buyer.bill_to,
    )
    purchases.add(purchase)
    payment = new_payment(purchase, buyer.pays_by)
    if claim is not None:
        claim.finish({"purchase_id": purchase_id})
    crash_point("checkout.placing")
    if not carts.end_checkout(cart.pk):
        raise CheckoutInProgress("This cart was opened again meanwhile. Please try once more.")
    carry_saved(cart)
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
        handling_days=group.option.handling_days if group.option else 0,
        placed_at=moment,
        bill_to=buyer.bill_to,
        buyer_note=buyer.note.get(group.shop.id),
        periods=periods_in_force(),
        ships_by=group.option.ships_by(moment) if group.option else None,
        shipping=frozen(group),
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
