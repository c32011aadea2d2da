"""Shops: opening one, its profile, and what it may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blinker import Signal
from bson import ObjectId
from mongoengine import NotUniqueError

from ...shared import freshness
from ...shared.clock import now
from ...shared.transactions import transactional
from ...shared.values import Money
from ..documents import Shop
from ..errors import (
    EmailNotVerified,
    RequirementsUnmet,
    ShopNotActive,
    ShopNotFound,
    ShopSlugTaken,
    TooManyShops,
)
from ..repositories import shops, users
from ..values import SELLER_TERMS_VERSION, Capability, ShippingTerms, ShopName, ShopStatus

#: Sent after a shop's status changed and was stored; the sender is the shop.
shop_status_changed = Signal("Sent after a shop's status changed.")


#: How many shops one user may open.
SHOP_LIMIT = 5


#: What is said when a shop's state does not allow something.
REFUSED: dict[Capability, str] = {
    Capability.VISIBLE: "This shop is not open.",
    Capability.SELL: "This shop may not sell yet. Your draft is kept until it may.",
    Capability.FULFIL: "This shop may not work on orders now.",
    Capability.MESSAGE: "This shop may not write messages now.",
    Capability.EDIT_LISTINGS: "Listings of this shop cannot be changed now.",
}


#: How soon a new shop promises to send, in business days, until its owner says otherwise.
DEFAULT_HANDLING_DAYS = 2

#: How many names of other shops are asked for along with one, and how many whole shops.
NAMES_ALONG, SHOPS_ALONG = 100, 20


def get_shop(shop_id: ObjectId) -> Shop:
    """The shop with this id; raises ShopNotFound."""
    return shops.get(shop_id)


def find_shops(shop_ids: Iterable[ObjectId]) -> dict[ObjectId, Shop]:
    """Those of the shops that exist, by id, in one query."""
    return shops.by_ids(shop_ids)


def shown_shops(shop_ids: Iterable[ObjectId]) -> dict[ObjectId, Shop]:
    """The same for public pages: as they were within the last moment, and not to be changed."""
    return freshness.remembered_each("shop", shop_ids, find_shops)


def shown_names(shop_ids: Iterable[ObjectId]) -> dict[ObjectId, ShopName]:
    """How these shops are called, for public pages, as `shown_shops`."""
    return freshness.remembered_each("shop's name", shop_ids, shops.names, along=NAMES_ALONG)


def shown_shop(slug: str) -> Shop:
    """The shop at this address for public pages, as `shown_shops`; raises ShopNotFound as `visible_shop`."""
    found = freshness.remembered_each("shop at", [slug], _visible_at, along=SHOPS_ALONG)
    return found.get(slug) or visible_shop(slug)


def _visible_at(slugs: list[str]) -> dict[str, Shop]:
    return {shop.slug: shop for shop in shops.at(slugs) if shop.visible}


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


def owns(user_id: ObjectId, slug: str) -> bool:
    """Whether the shop at this address is the user's."""
    return shops.is_owned(slug, user_id)


def require(shop: Shop, capability: Capability) -> None:
    """Raise ShopNotActive, with a sentence for the shop's people, unless its state allows this."""
    if not shop.may(capability):
        raise ShopNotActive(REFUSED[capability], state=shop.status.value)


def keep_reply_times(times: Mapping[ObjectId, int]) -> None:
    """Keep at the shops how soon they answer, in milliseconds; of all others nothing is known any more."""
    shops.keep_reply_times(times)


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
    """Open a shop, which sells at once when it is `approved`, and else once its owner sent it in for review.

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
        owner_id=owner_id,
        name=name,
        slug=slug,
        description=description,
        currency=currency,
        shipping=terms,
        shipping_confirmed=shipping is not None,
    )
    if approved:
        shop.open_at_once(now())
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
) -> Shop:
    """Change what a shop says of itself; raises ShopNotFound and ShopNotActive."""
    shop = own_shop(owner_id, slug)
    not_closed(shop)
    shop.name, shop.description = name, description
    return shops.save(shop)


def accept_terms(*, owner_id: ObjectId, slug: str, version: str) -> Shop:
    """Accept the terms for sellers as they are now.

    Raises ShopNotFound, ShopNotActive, and RequirementsUnmet for another version of them.
    """
    shop = own_shop(owner_id, slug)
    not_closed(shop)
    if version != SELLER_TERMS_VERSION:
        raise RequirementsUnmet(
            "These are not the present seller terms. Read them again.", version=SELLER_TERMS_VERSION
        )
    shop.accept_terms(now())
    return shops.save(shop)


def not_closed(shop: Shop) -> None:
    """Raise ShopNotActive for a shop that ended."""
    if shop.status is ShopStatus.CLOSED:
        raise ShopNotActive("This shop is closed for good.", state=shop.status.value)
