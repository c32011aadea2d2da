"""A shop's shipping profiles: their list with a quote to try, and the form of each."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, destination, identity
from ...shared.errors import MarketplaceError
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.values import Money
from .. import services
from ..documents import Shop
from ..schemas import QuoteQuery, profile_form
from ..values import MOST_METHODS, MOST_PROFILES, MOST_ZONES
from .blueprint import blueprint
from .profile_values import NEW_PROFILE, methods_of, typed, with_row, written, zones_of


@blueprint.get("/sell/<shop>/shipping")
@access.seller("read:shop")
def shipping_profiles(shop: str) -> ResponseReturnValue:
    """The shop's shipping profiles, and what sending costs to a country that one asks for."""
    found = _own(shop)
    form, options = _tried(found)
    return render_template(
        "accounts/shipping_profiles.html",
        shop=found,
        form=form,
        options=options,
        full=len(found.profiles) >= MOST_PROFILES,
        used={one.id: services.users_of_profile(found.pk, one.id) for one in found.profiles},
    ), form.status


@blueprint.get("/sell/<shop>/shipping/new")
@access.seller("read:shop")
def new_shipping_profile(shop: str) -> ResponseReturnValue:
    """The form for a new profile."""
    return _page(_own(shop), Form(dict(NEW_PROFILE)))


@blueprint.post("/sell/<shop>/shipping/new")
@access.seller("write:shop")
def submit_new_shipping_profile(shop: str) -> ResponseReturnValue:
    """Keep a new profile; or show the form with another row."""
    return _submitted(_own(shop), None)


@blueprint.get("/sell/<shop>/shipping/<object_id:profile_id>")
@access.seller("read:shop")
def edit_shipping_profile(shop: str, profile_id: ObjectId) -> ResponseReturnValue:
    """The form of a profile."""
    found = _own(shop)
    return _page(found, Form(written(found.own_profile(profile_id))), profile_id)


@blueprint.post("/sell/<shop>/shipping/<object_id:profile_id>")
@access.seller("write:shop")
def submit_shipping_profile(shop: str, profile_id: ObjectId) -> ResponseReturnValue:
    """Save a profile; or show the form with another row."""
    return _submitted(_own(shop), profile_id)


@blueprint.post("/sell/<shop>/shipping/<object_id:profile_id>/default")
@access.seller("write:shop")
def prefer_shipping_profile(shop: str, profile_id: ObjectId) -> ResponseReturnValue:
    """Make a profile the default."""
    services.prefer_shipping_profile(owner_id=identity.signed_in_user(), slug=shop, profile_id=profile_id)
    notify("Products that name no profile are sent by this one now.")
    return redirect(url_for(".shipping_profiles", shop=shop), 303)


@blueprint.post("/sell/<shop>/shipping/<object_id:profile_id>/remove")
@access.seller("write:shop")
def remove_shipping_profile(shop: str, profile_id: ObjectId) -> ResponseReturnValue:
    """Remove a profile that nothing is sent by."""
    owner_id = identity.signed_in_user()
    try:
        services.remove_shipping_profile(owner_id=owner_id, slug=shop, profile_id=profile_id)
        notify("Removed.")
    except MarketplaceError as error:
        notify(str(error), "warning")
    return redirect(url_for(".shipping_profiles", shop=shop), 303)


def _own(shop: str) -> Shop:
    return services.own_shop(identity.signed_in_user(), shop)


def _tried(shop: Shop) -> tuple[Form, Any]:
    """The form to try a quote, and the quote by profile; None before anything was asked."""
    if "country" not in request.args:
        return Form({"country": destination.country(), "pieces": "1"}), None
    form = Form.read(QuoteQuery(exclude=["subtotal"]), request.args.to_dict())
    if form.errors:
        return form, None
    nothing = Money.zero(shop.currency)
    quotes = [
        (one, services.quote_shipping(shop, profile_id=one.id, subtotal=nothing, **form.data))
        for one in shop.profiles
    ]
    return form, quotes


def _submitted(shop: Shop, profile_id: ObjectId | None) -> ResponseReturnValue:
    form = Form.read(profile_form(shop.currency), typed(request.form))
    if "add" in request.args:
        form = Form(with_row(form.values, request.args["add"]))
        return _page(shop, form, profile_id)
    which: dict[str, Any] = {"owner_id": identity.signed_in_user(), "slug": shop.slug}
    if profile_id is not None:
        which["profile_id"] = profile_id
    known = profile_id is not None
    use_case = services.edit_shipping_profile if known else services.add_shipping_profile
    if form.accepted_by(use_case, **which):
        notify("Saved.")
        return redirect(url_for(".shipping_profiles", shop=shop.slug), 303)
    return _page(shop, form, profile_id), form.status


def _page(shop: Shop, form: Form, profile_id: ObjectId | None = None) -> str:
    here = url_for(".new_shipping_profile", shop=shop.slug)
    if profile_id is not None:
        here = url_for(".edit_shipping_profile", shop=shop.slug, profile_id=profile_id)
    zones = zones_of(form.values)
    return render_template(
        "accounts/shipping_profile.html",
        shop=shop,
        form=form,
        here=here,
        known=profile_id is not None,
        zones=[(index, methods_of(form.values, index)) for index in range(zones)],
        most_zones=MOST_ZONES,
        most_methods=MOST_METHODS,
    )
