"""Shops: opening one, its profile, and its way through review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blinker import Signal
from bson import ObjectId
from mongoengine import NotUniqueError

from ...shared.clock import now
from ...shared.transactions import transactional
from ...shared.values import Money
from ..documents import Shop
from ..errors import (
    EmailNotVerified,
    ShopNotFound,
    ShopSlugTaken,
    TooManyShops,
)
from ..repositories import shops, users
from ..values import ShippingTerms, ShopStatus
from .people import require_moderator

#: Sent after a shop's status changed and was stored; the sender is the shop.
shop_status_changed = Signal("Sent after a shop's status changed.")


#: How many shops one user may open.
SHOP_LIMIT = 5


#: How soon a new shop promises to send, in business days, until its owner says otherwise.
DEFAULT_HANDLING_DAYS = 2


def get_shop(shop_id: ObjectId) -> Shop:
    """The shop with this id; raises ShopNotFound."""
    return shops.get(shop_id)


def find_shops(shop_ids: Iterable[ObjectId]) -> dict[ObjectId, Shop]:
    """Those of the shops that exist, by id, in one query."""
    return shops.by_ids(shop_ids)


def shop_by_slug(slug: str) -> Shop:
    """The shop at this address, whatever its status; raises ShopNotFound."""
    return shops.with_slug(slug)


def visible_shop(slug: str) -> Shop:
    """The shop at this address as the public sees it; raises ShopNotFound."""
    shop = shops.with_slug(slug)
    if not shop.visible:
        raise ShopNotFound("There is no shop at this address.")
    return shop


def shops_of(user_id: ObjectId) -> list[Shop]:
    """The shops that this user owns, oldest first."""
    return shops.of_owner(user_id)


def own_shop(user_id: ObjectId, slug: str) -> Shop:
    """The user's own shop at this address; raises ShopNotFound for everyone else's."""
    shop = shops.with_slug(slug)
    if shop.owner_id != user_id:
        raise ShopNotFound("There is no shop at this address.")
    return shop


def newest_shops(limit: int) -> list[Shop]:
    """The newest shops that the public sees."""
    return shops.in_status(ShopStatus.ACTIVE, limit=limit).items


@transactional
def open_shop(
    *,
    owner_id: ObjectId,
    name: str,
    slug: str,
    description: str = "",
    currency: str,
    approved: bool,
    shipping: ShippingTerms | None = None,
) -> Shop:
    """Open a shop, which sells at once when it is `approved` and else waits for a moderator.

    Ships free of charge within two business days until its owner says otherwise. Raises EmailNotVerified,
    ShopSlugTaken and TooManyShops.
    """
    owner = users.get(owner_id)
    if not owner.is_verified:
        raise EmailNotVerified("Confirm your e-mail address first: your account page sends you a mail.")
    if len(shops.of_owner(owner_id)) >= SHOP_LIMIT:
        raise TooManyShops(f"One person can open {SHOP_LIMIT} shops.")
    users.save(owner)  # whoever opens two at once counts them one after the other
    terms = shipping or ShippingTerms(price=Money.zero(currency), handling_days=DEFAULT_HANDLING_DAYS)
    shop = Shop(
        owner_id=owner_id, name=name, slug=slug, description=description, currency=currency, shipping=terms
    )
    if approved:
        shop.approve(now())
    try:
        return shops.add(shop)
    except NotUniqueError:
        raise ShopSlugTaken("Another shop has this address. Choose another one.", field="slug") from None


def edit_shop(
    *,
    owner_id: ObjectId,
    slug: str,
    name: str,
    description: str = "",
    shipping_price: Money,
    free_over: Money | None = None,
    handling_days: int,
) -> Shop:
    """Change what a shop says of itself and how it ships; raises ShopNotFound."""
    shop = own_shop(owner_id, slug)
    shop.name, shop.description = name, description
    shop.shipping = ShippingTerms(price=shipping_price, free_over=free_over, handling_days=handling_days)
    return shops.save(shop)


def approve_shop(*, moderator_id: ObjectId, slug: str) -> Shop:
    """Let a shop sell; raises NotYourRole, ShopNotFound and InvalidShopTransition."""
    return _review(moderator_id, slug, lambda shop: shop.approve(now()))


def reject_shop(*, moderator_id: ObjectId, slug: str, reason: str) -> Shop:
    """Send a shop back with a reason; raises NotYourRole, ShopNotFound and InvalidShopTransition."""
    return _review(moderator_id, slug, lambda shop: shop.reject(reason))


def resubmit_shop(*, owner_id: ObjectId, slug: str) -> Shop:
    """Ask for review again; raises ShopNotFound and InvalidShopTransition."""
    shop = own_shop(owner_id, slug)
    shop.resubmit()
    shops.save(shop)
    shop_status_changed.send(shop)
    return shop


def _review(moderator_id: ObjectId, slug: str, decide: Any) -> Shop:
    require_moderator(moderator_id)
    shop = shops.with_slug(slug)
    decide(shop)
    shops.save(shop)
    shop_status_changed.send(shop)
    return shop
