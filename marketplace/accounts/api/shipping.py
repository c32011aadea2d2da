"""A shop's shipping profiles over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...shared import access, identity
from ...shared.api import Problem
from ...shared.values import Money
from .. import services
from ..documents import Shop
from ..schemas import QuoteQuery, ShippingOptionSchema, ShippingProfileSchema, WriteShippingProfile
from ..values import ShippingOption, ShippingProfile
from .blueprint import blueprint

HERE = "/seller/<shop>/shipping-profiles"
NOT_THERE = "You have no such shop, or it has no such profile."


@blueprint.get(HERE)
@blueprint.response(200, ShippingProfileSchema(many=True))
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@access.seller("read:shop")
def list_shipping_profiles(shop: str) -> list[ShippingProfile]:
    """Your shop's shipping profiles, the default first."""
    return _own(shop).profiles


@blueprint.post(HERE)
@blueprint.arguments(WriteShippingProfile)
@blueprint.response(201, ShippingProfileSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="The shop is closed, or has too many profiles.")
@access.seller("write:shop")
def add_shipping_profile(written: dict[str, Any], shop: str) -> tuple[ShippingProfile, int, dict[str, str]]:
    """Write a new profile; products follow it once they name it or it is made the default."""
    made = services.add_shipping_profile(owner_id=identity.signed_in_user(), slug=shop, **written)
    return made, 201, {"Location": url_for(".show_shipping_profile", shop=shop, profile_id=made.id)}


@blueprint.get(f"{HERE}/<object_id:profile_id>")
@blueprint.response(200, ShippingProfileSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@access.seller("read:shop")
def show_shipping_profile(shop: str, profile_id: ObjectId) -> ShippingProfile:
    """One of your shop's shipping profiles."""
    return _own(shop).own_profile(profile_id)


@blueprint.put(f"{HERE}/<object_id:profile_id>")
@blueprint.arguments(WriteShippingProfile)
@blueprint.response(200, ShippingProfileSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="The shop is closed.")
@blueprint.alt_response(412, schema=Problem, description="Someone else saved the shop at the same moment.")
@access.seller("write:shop")
def edit_shipping_profile(written: dict[str, Any], shop: str, profile_id: ObjectId) -> ShippingProfile:
    """Write a profile anew; what is left out is emptied. Orders keep how they were to be sent."""
    owner_id = identity.signed_in_user()
    return services.edit_shipping_profile(owner_id=owner_id, slug=shop, profile_id=profile_id, **written)


@blueprint.delete(f"{HERE}/<object_id:profile_id>")
@blueprint.response(204)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="It is the default, or products name it.")
@access.seller("write:shop")
def remove_shipping_profile(shop: str, profile_id: ObjectId) -> None:
    """Remove a profile that nothing is sent by."""
    owner_id = identity.signed_in_user()
    services.remove_shipping_profile(owner_id=owner_id, slug=shop, profile_id=profile_id)


@blueprint.post(f"{HERE}/<object_id:profile_id>/default")
@blueprint.response(200, ShippingProfileSchema(many=True))
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="The shop is closed.")
@access.seller("write:shop")
def prefer_shipping_profile(shop: str, profile_id: ObjectId) -> list[ShippingProfile]:
    """Make a profile the default, which products follow that name none."""
    owner_id = identity.signed_in_user()
    return services.prefer_shipping_profile(owner_id=owner_id, slug=shop, profile_id=profile_id).profiles


@blueprint.get(f"{HERE}/<object_id:profile_id>/quote")
@blueprint.arguments(QuoteQuery, location="query")
@blueprint.response(200, ShippingOptionSchema(many=True))
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@access.seller("read:shop")
def quote_shipping(query: dict[str, Any], shop: str, profile_id: ObjectId) -> list[ShippingOption]:
    """What sending to a country would cost by a profile; nothing where it does not send to."""
    found = _own(shop)
    value = Money(query.pop("subtotal"), found.currency)
    profile = found.own_profile(profile_id)
    return list(services.quote_shipping(found, profile_id=profile.id, subtotal=value, **query))


def _own(shop: str) -> Shop:
    return services.own_shop(identity.signed_in_user(), shop)
