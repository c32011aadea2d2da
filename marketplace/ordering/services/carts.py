"""Filling a cart, reading it at today's prices, and joining a visitor's cart to a member's."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from bson import ObjectId
from flask import current_app
from mongoengine import NotUniqueError

from ...accounts import services as accounts
from ...catalog import services as catalog
from ...catalog.values import Offer
from ...shared.clock import now
from ...shared.errors import VersionConflict
from ..documents import Cart, CartItem
from ..errors import CartItemNotFound, CheckoutInProgress, NotPurchasable, OwnProduct, QuantityLimit
from ..repositories import carts
from ..values import MOST_PIECES, CartOwner, CartStatus, MergedLine
from .pricing import PricedCart, offer_of, price_cart, why_not
from .shipping import Sending

#: A checkout that has not ended after this long died; its cart is opened again when next read.
CHECKOUT_DIES_AFTER = timedelta(minutes=5)

#: How often a change of a cart is tried again when another one came first.
ATTEMPTS = 8


def live_cart(owner: CartOwner) -> Cart | None:
    """The owner's cart, or None; one whose checkout died is open again."""
    return revived(carts.live(owner), owner)


def revived(cart: Cart | None, owner: CartOwner) -> Cart | None:
    """The owner's cart that was just read, open again when its checkout died."""
    if cart is not None and cart.status is CartStatus.CONVERTING:
        carts.reopen(cart.pk, since_before=now() - CHECKOUT_DIES_AFTER)
        return carts.live(owner)
    return cart


def priced_cart(owner: CartOwner, sending: Sending | None = None) -> PricedCart:
    """The owner's cart at today's prices; empty when there is none."""
    sending = sending or Sending.as_guessed()
    cart = live_cart(owner)
    if cart is None or not (cart.items or cart.saved):
        return PricedCart(cart, current_app.config["CURRENCY"], sending=sending)
    return priced(cart, owner.user_id, sending)


def priced(cart: Cart, buyer_id: ObjectId | None, sending: Sending | None = None) -> PricedCart:
    """This cart at today's prices, sent as is said, or to where the visitor seems to be."""
    listed = [*cart.items, *cart.saved]
    offers = catalog.offers([item.variant_id for item in listed])
    shops = accounts.find_shops({item.shop_id for item in listed})
    return price_cart(cart, offers, shops, buyer_id=buyer_id, sending=sending)


def add_item(owner: CartOwner, *, variant_id: ObjectId, quantity: int = 1) -> Cart:
    """Put pieces of a variant into the owner's cart, which is made when there is none.

    Raises OwnProduct, NotPurchasable (with its `reason`), CurrencyMismatch, QuantityLimit and
    CheckoutInProgress. Nothing is held: stock is taken at checkout.
    """
    _check_quantity(quantity, least=1)
    offer = _buyable(variant_id, owner.user_id)
    return _changed(owner, lambda cart: cart.put(_item(offer, quantity)))


def change_quantity(owner: CartOwner, *, item_id: ObjectId, quantity: int) -> Cart:
    """Set a line to this many pieces at today's price; none at all removes it.

    Raises CartItemNotFound, QuantityLimit and CheckoutInProgress.
    """
    _check_quantity(quantity, least=0)
    cart = live_cart(owner)
    if cart is None:
        raise CartItemNotFound("This is not in your cart any more.")
    item = cart.item(item_id)
    offer = offer_of(item, catalog.offers([item.variant_id])) if quantity else None
    price = offer.price if offer and offer.price.currency == cart.currency else None
    return _changed(owner, lambda found: found.set_quantity(item_id, quantity, price))


def remove_item(owner: CartOwner, *, item_id: ObjectId) -> Cart:
    """Take a line out; raises CartItemNotFound and CheckoutInProgress."""
    return change_quantity(owner, item_id=item_id, quantity=0)


def save_for_later(owner: CartOwner, *, item_id: ObjectId) -> Cart:
    """Put a line on the list for later; raises CartItemNotFound, QuantityLimit and CheckoutInProgress."""
    return _changed(owner, lambda cart: cart.save_for_later(item_id))


def take_back(owner: CartOwner, *, item_id: ObjectId) -> Cart:
    """Put what is kept for later into the cart again, at today's price.

    Raises CartItemNotFound, and what `add_item` raises.
    """
    cart = live_cart(owner)
    if cart is None:
        raise CartItemNotFound("This is not on your list any more.")
    offer = _buyable(cart.saved_item(item_id).variant_id, owner.user_id)
    return _changed(owner, lambda cart: cart.take_back(item_id, offer.price))


def forget_saved(owner: CartOwner, *, item_id: ObjectId) -> Cart:
    """Keep something for later no more; raises CartItemNotFound and CheckoutInProgress."""
    return _changed(owner, lambda cart: cart.forget_saved(item_id))


def carry_saved(cart: Cart) -> None:
    """Give the owner of a cart that was just bought a new one with what they keep for later.

    In the transaction that ended the cart: nobody ever finds the list gone.
    """
    if cart.saved:
        fresh = Cart(
            user_id=cart.user_id, token=cart.token, currency=cart.currency, expires_at=cart.expires_at
        )
        fresh.take_in([], cart.saved)
        carts.add(fresh)


def reopen_stuck() -> int:
    """Open the carts again whose checkout died, also those that nobody looks at; answers how many."""
    return carts.reopen_stuck(now() - CHECKOUT_DIES_AFTER)


def empty_cart(owner: CartOwner) -> None:
    """Take everything out; raises CheckoutInProgress."""
    if live_cart(owner) is not None:
        _changed(owner, Cart.empty)


def merge_carts(*, token: str, user_id: ObjectId) -> list[MergedLine]:
    """Join a visitor's cart to the member's who signed in; what that changed, and what was left out.

    For each variant the larger quantity counts, so that joining twice gives the same cart. A cart that
    is being checked out stays what it is. Raises CheckoutInProgress while the member's is.
    """
    for _ in range(ATTEMPTS):
        visitors = live_cart(CartOwner(token=token))
        if visitors is None or visitors.status is not CartStatus.OPEN:
            return []
        changes: list[MergedLine] = []
        if visitors.items or visitors.saved:
            changes = put_back(CartOwner(user_id=user_id), visitors.items, visitors.saved)
        if carts.mark_merged(visitors):
            return changes
    return []


def put_back(owner: CartOwner, items: list[CartItem], saved: Iterable[CartItem] = ()) -> list[MergedLine]:
    """Take lines into the owner's cart, for each variant the larger quantity; what that changed.

    Raises CheckoutInProgress while that cart is being checked out.
    """
    changes: list[MergedLine] = []

    def take_in(cart: Cart) -> None:
        changes[:] = cart.take_in(items, saved)

    _changed(owner, take_in)
    return changes


def _check_quantity(quantity: int, *, least: int) -> None:
    if not least <= quantity <= MOST_PIECES:
        raise QuantityLimit(f"Choose a quantity from {least} to {MOST_PIECES}.", field="quantity")


def _buyable(variant_id: ObjectId, buyer_id: ObjectId | None) -> Offer:
    offer = catalog.offers([variant_id]).get(variant_id)
    shop = accounts.find_shops([offer.shop_id]).get(offer.shop_id) if offer else None
    reason = why_not(offer, shop, buyer_id)
    if reason and reason[0] == "own_product":
        raise OwnProduct(reason[1])
    if reason or offer is None:
        code, sentence = reason or ("product_unavailable", "")
        raise NotPurchasable(sentence, field="variant_id", reason=code)
    if offer.available == 0:
        raise NotPurchasable("This is sold out.", field="variant_id", reason="sold_out")
    return offer


def _item(offer: Offer, quantity: int) -> CartItem:
    return CartItem(
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        shop_id=offer.shop_id,
        quantity=quantity,
        seen_price=offer.price,
    )


def _changed(owner: CartOwner, change: Callable[[Cart], Any]) -> Cart:
    """The owner's cart after the change, which is made again when somebody else's came first."""
    for attempt in range(ATTEMPTS):
        cart = live_cart(owner) or Cart(user_id=owner.user_id, token=_token(owner))
        if cart.status is CartStatus.CONVERTING:
            raise CheckoutInProgress("This cart is being checked out right now. Finish that first.")
        change(cart)
        cart.expires_at = now() + _lifetime(owner)
        try:
            return carts.save(cart) if cart.pk else carts.add(cart)
        except (VersionConflict, NotUniqueError):
            time.sleep(random.uniform(0, 0.01 * (attempt + 1)))  # noqa: S311 - jitter, not a secret
    raise VersionConflict("Your cart is changed from several places at once. Please try again.")


def _token(owner: CartOwner) -> str | None:
    return None if owner.user_id else owner.token


def _lifetime(owner: CartOwner) -> timedelta:
    return timedelta(days=current_app.config["CART_DAYS" if owner.user_id else "GUEST_CART_DAYS"])
