"""How a scene's shops send: shipping profiles as the files tell them, through the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from marketplace.accounts import services as accounts
from marketplace.shared.values import Money


def tell_sending(shop: Any, told: tuple[Mapping[str, Any], ...]) -> None:
    """Give a shop its profiles, the first of which takes the place of its default."""
    for number, profile in enumerate(told):
        written = {
            "name": profile["name"],
            "handling_days": profile.get("handling_days", shop.shipping.handling_days),
            "pickup": profile.get("pickup", ""),
            "excluded": profile.get("excluded", ()),
            "zones": [_zone(zone, shop.currency) for zone in profile.get("zones", ())],
        }
        owner = {"owner_id": shop.owner_id, "slug": shop.slug}
        if number == 0:
            accounts.edit_shipping_profile(**owner, profile_id=shop.pk, **written)
        else:
            accounts.add_shipping_profile(**owner, **written)


def profile_named(shop: Any, name: str | None) -> ObjectId | None:
    """The id of the shop's profile with this name; a ValueError says that there is none."""
    if name is None:
        return None
    for profile in shop.profiles:
        if profile.name == name:
            return ObjectId(profile.id)
    raise ValueError(f"{shop.slug} has no shipping profile {name!r}.")


def _zone(told: Mapping[str, Any], currency: str) -> dict[str, Any]:
    methods = [_method(method, currency) for method in told["methods"]]
    return {"name": told["name"], "countries": told.get("countries", ()), "methods": methods}


def _method(told: Mapping[str, Any], currency: str) -> dict[str, Any]:
    days = told.get("days", (None, None))
    free_over = told.get("free_over")
    return {
        "name": told["name"],
        "first": Money(told["first"], currency),
        "additional": Money(told.get("additional", 0), currency),
        "free_over": None if free_over is None else Money(free_over, currency),
        "days_min": days[0],
        "days_max": days[1],
        "tracked": told.get("tracked", False),
    }
