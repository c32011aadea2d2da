"""How listings are sent: by one of their shop's shipping profiles."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.errors import ShippingProfileNotFound
from ...shared.errors import Invalid
from ..repositories import products


def profile_of(shop: Any, profile_id: ObjectId | None) -> ObjectId | None:
    """The id of the shop's profile, or None for its default; raises Invalid for what is not the shop's."""
    if profile_id is None:
        return None
    try:
        shop.own_profile(profile_id)
    except ShippingProfileNotFound:
        message = "Choose one of your shop's shipping profiles."
        raise Invalid(message, field="shipping_profile_id") from None
    return profile_id


def follow_profiles() -> None:
    """Keep shipping profiles from being removed that listings name."""
    accounts.name_users_of_profiles("listings", products.count_of_profile)
