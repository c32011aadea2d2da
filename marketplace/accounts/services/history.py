"""Shops that were closed before they came here: sellers of an order history that is imported."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bson import ObjectId

from ...shared.clock import now
from ...shared.transactions import transactional
from ...shared.values import Money
from ..documents import Shop, User
from ..errors import UserNotFound
from ..repositories import shops
from ..values import ShippingTerms
from .people import register, user_with_email

#: Who owns what has no owner here. Mail to it goes nowhere, so nobody can ever sign in to it.
HISTORIAN = "order-history@import.invalid"


@dataclass(frozen=True, slots=True)
class ClosedShop:
    """A shop that sold somewhere else, and does not sell here."""

    slug: str
    name: str
    description: str
    currency: str


@transactional
def record_closed_shops(wanted: Sequence[ClosedShop]) -> tuple[dict[str, ObjectId], int]:
    """The ids of these shops by slug, and how many of them were made now, already closed.

    Raises mongoengine's ValidationError for one that no shop can be called.
    """
    found = shops.ids_by_slug(one.slug for one in wanted)
    missing = [one for one in wanted if one.slug not in found]
    if missing:
        owner = _historian()
        made = [_closed(one, owner) for one in missing]
        shops.add_all(made)
        found |= {shop.slug: shop.pk for shop in made}
    return found, len(missing)


def _closed(one: ClosedShop, owner: User) -> Shop:
    moment = now()
    shop = Shop(
        id=ObjectId(),
        owner_id=owner.pk,
        name=one.name,
        slug=one.slug,
        description=one.description,
        currency=one.currency,
        shipping=ShippingTerms(price=Money.zero(one.currency), handling_days=0),
    )
    shop.open_at_once(moment)
    shop.close(moment)
    shop.validate()
    return shop


def _historian() -> User:
    """The account that owns the shops of histories; its password is random and told to nobody."""
    try:
        return user_with_email(HISTORIAN)
    except UserNotFound:
        return register(email=HISTORIAN, password=secrets.token_urlsafe(32), display_name="Order history")
