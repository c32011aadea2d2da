"""How a shop sends: its shipping profiles, and what they ask for a parcel.

Accounts do not know what follows a profile. The context that does says so when the application is made:

    accounts.name_users_of_profiles("listings", count_listings)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bson import ObjectId

from ...shared.chance import new_id
from ...shared.errors import Invalid
from ...shared.values import Money
from ..documents import Shop
from ..errors import ShippingProfileInUse
from ..repositories import shops
from ..values import (
    Parcel,
    ShippingMethod,
    ShippingOption,
    ShippingProfile,
    ShippingZone,
    shipping_options,
)
from .shops import not_closed, own_shop

_users: dict[str, Callable[[ObjectId, ObjectId], int]] = {}


def name_users_of_profiles(name: str, count: Callable[[ObjectId, ObjectId], int]) -> None:
    """Have this asked, with the ids of a shop and of a profile, before a profile goes; again changes nothing.

    It answers how many things name the profile.
    """
    _users[name] = count


def users_of_profile(shop_id: ObjectId, profile_id: ObjectId) -> dict[str, int]:
    """How many things of each kind name the profile; kinds without any are left out."""
    counts = {name: count(shop_id, profile_id) for name, count in _users.items()}
    return {name: count for name, count in counts.items() if count}


def add_shipping_profile(*, owner_id: ObjectId, slug: str, **written: Any) -> ShippingProfile:
    """A new profile of the owner's shop, in the parts that `written` names as in `edit_shipping_profile`.

    Raises ShopNotFound, ShopNotActive, TooManyShippingProfiles, and Invalid at the part that is wrong.
    """
    shop = _open_shop(owner_id, slug)
    return _kept(shop, _profile(shop, new_id(), {}, **written))


def edit_shipping_profile(
    *, owner_id: ObjectId, slug: str, profile_id: ObjectId, **written: Any
) -> ShippingProfile:
    """The profile as its owner wrote it anew.

    `zones` are mappings of `name`, `countries` and `methods`; a method that existed before has its `id`.
    Raises ShopNotFound, ShopNotActive, ShippingProfileNotFound, VersionConflict, and Invalid at the part that
    is wrong.
    """
    shop = _open_shop(owner_id, slug)
    before = {method.id: method for method in shop.own_profile(profile_id).methods}
    return _kept(shop, _profile(shop, profile_id, before, **written))


def remove_shipping_profile(*, owner_id: ObjectId, slug: str, profile_id: ObjectId) -> None:
    """Send by a profile no more.

    Raises ShopNotFound, ShopNotActive, ShippingProfileNotFound, and ShippingProfileInUse for the default and
    for what products name.
    """
    shop = _open_shop(owner_id, slug)
    profile = shop.own_profile(profile_id)
    if shop.profiles[0].id == profile_id:
        raise ShippingProfileInUse("This is the shop's default. Make another one the default first.")
    users = users_of_profile(shop.pk, profile_id)
    if users:
        told = ", ".join(f"{count} {name}" for name, count in users.items())
        raise ShippingProfileInUse(
            f"{profile.name} is still used: {told}. Choose another profile there first.", used_by=users
        )
    shop.drop_profile(profile_id)
    shops.save(shop)


def prefer_shipping_profile(*, owner_id: ObjectId, slug: str, profile_id: ObjectId) -> Shop:
    """The shop, whose products follow this profile from now on unless they name another.

    Raises ShopNotFound, ShopNotActive and ShippingProfileNotFound.
    """
    shop = _open_shop(owner_id, slug)
    shop.prefer_profile(profile_id)
    return shops.save(shop)


def quote_shipping(
    shop: Shop, *, country: str, profile_id: ObjectId | None = None, pieces: int = 1, subtotal: Money
) -> tuple[ShippingOption, ...]:
    """The ways in which the shop sends so many pieces of one profile to a country, the cheapest first."""
    parcel = Parcel(shop.profile(profile_id), pieces, subtotal)
    return shipping_options([parcel], country, shop.currency)


def _open_shop(owner_id: ObjectId, slug: str) -> Shop:
    shop = own_shop(owner_id, slug)
    not_closed(shop)
    return shop


def _kept(shop: Shop, profile: ShippingProfile) -> ShippingProfile:
    shop.send_by(profile)
    shops.save(shop)
    return profile


def _profile(
    shop: Shop,
    identifier: ObjectId,
    before: Mapping[ObjectId, ShippingMethod],
    *,
    name: str,
    handling_days: int,
    zones: Sequence[Mapping[str, Any]] = (),
    pickup: str = "",
    excluded: Sequence[str] = (),
) -> ShippingProfile:
    left = dict(before)
    made = []
    for index, zone in enumerate(zones):
        with _within(f"zones.{index}"):
            ways = [_method(left, f"methods.{place}", way) for place, way in enumerate(zone["methods"])]
            made.append(ShippingZone(zone["name"], tuple(ways), tuple(zone.get("countries", ()))))
    others = [one for one in shop.profiles if one.id != identifier]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise Invalid("Another profile of your shop has this name.", field="name")
    return ShippingProfile(identifier, name, handling_days, tuple(made), pickup, tuple(excluded))


def _method(left: dict[ObjectId, ShippingMethod], at: str, way: Mapping[str, Any]) -> ShippingMethod:
    """The method, under the id that it had; an id that is nobody's, or another one's, is refused."""
    given = way.get("id")
    if given is not None and left.pop(given, None) is None:
        raise Invalid("This profile has no such way to send.", field=f"{at}.id")
    with _within(at):
        return ShippingMethod(**{**way, "id": given or new_id()})


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Name the field of what goes wrong inside by where that stands."""
    try:
        yield
    except Invalid as error:
        error.field = f"{place}.{error.field}" if error.field else place
        raise
