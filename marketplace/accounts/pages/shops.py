"""Opening a shop, its way through review, and its settings."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Shop
from ..schemas import AcceptTerms, EditShop, OpenShop
from ..values import SELLER_TERMS_VERSION, ShopActor
from .blueprint import blueprint


@blueprint.get("/sell")
@access.signed_in
def sell() -> ResponseReturnValue:
    """The user's shops, and the form to open one."""
    return _sell_page(Form())


@blueprint.post("/sell")
@access.signed_in
def submit_shop() -> ResponseReturnValue:
    """Open a shop."""
    form = Form.read(OpenShop())
    if form.accepted_by(
        services.open_shop,
        owner_id=identity.signed_in_user(),
        currency=current_app.config["CURRENCY"],
        approved=current_app.config["AUTO_APPROVE_SHOPS"],
    ):
        shop: Shop = form.result
        if shop.sells:
            notify(f"{shop.name} is open.")
            return redirect(url_for(".sell"), 303)
        return redirect(url_for(".start_shop", shop=shop.slug), 303)
    return _sell_page(form), form.status


def _sell_page(form: Form) -> str:
    return render_template(
        "accounts/sell.html", shops=services.shops_of(identity.signed_in_user()), form=form
    )


@blueprint.get("/sell/<shop>/settings")
@access.seller("read:shop")
def shop_settings(shop: str) -> ResponseReturnValue:
    """What the shop says of itself."""
    found = services.own_shop(identity.signed_in_user(), shop)
    shown = {"name": found.name, "description": found.description}
    return render_template("accounts/shop_settings.html", shop=found, form=Form(shown))


@blueprint.post("/sell/<shop>/settings")
@access.seller("write:shop")
def submit_shop_settings(shop: str) -> ResponseReturnValue:
    """Change what the shop says of itself."""
    owner_id = identity.signed_in_user()
    found = services.own_shop(owner_id, shop)
    form = Form.read(EditShop())
    if form.accepted_by(services.edit_shop, owner_id=owner_id, slug=shop):
        notify("Saved.")
        return redirect(url_for(".shop_settings", shop=shop), 303)
    return render_template("accounts/shop_settings.html", shop=found, form=form), form.status


@blueprint.get("/seller-terms")
@access.everyone
def seller_terms() -> ResponseReturnValue:
    """The terms for sellers."""
    return render_template("accounts/seller_terms.html", version=SELLER_TERMS_VERSION)


@blueprint.get("/sell/<shop>/start")
@access.seller("read:shop")
def start_shop(shop: str) -> ResponseReturnValue:
    """The checklist of a shop, and how its review stands."""
    return _start_page(services.own_shop(identity.signed_in_user(), shop))


@blueprint.post("/sell/<shop>/terms")
@access.seller()
def accept_terms(shop: str) -> ResponseReturnValue:
    """Accept the terms for sellers."""
    form = Form.read(AcceptTerms())
    owner_id = identity.signed_in_user()
    if form.accepted_by(services.accept_terms, owner_id=owner_id, slug=shop):
        notify("You accepted the seller terms.")
        return redirect(url_for(".start_shop", shop=shop), 303)
    return _start_page(services.own_shop(owner_id, shop), form), form.status


@blueprint.post("/sell/<shop>/submit")
@access.seller("write:shop")
def submit_for_review(shop: str) -> ResponseReturnValue:
    """Send the shop in for review, for the first time or again."""
    form, owner_id = Form(), identity.signed_in_user()
    if form.accepted_by(services.submit_shop, owner_id=owner_id, slug=shop):
        notify("Sent to the moderators. You can prepare listings meanwhile.")
        return redirect(url_for(".start_shop", shop=shop), 303)
    return _start_page(services.own_shop(owner_id, shop), form), form.status


@blueprint.post("/sell/<shop>/close")
@access.seller()
def close_shop(shop: str) -> ResponseReturnValue:
    """Close the shop for good."""
    form, owner_id = Form(), identity.signed_in_user()
    if form.accepted_by(services.close_shop, owner_id=owner_id, slug=shop):
        notify(f"{form.result.name} is closed.", "info")
        return redirect(url_for(".sell"), 303)
    return _start_page(services.own_shop(owner_id, shop), form), form.status


def _start_page(shop: Shop, form: Form | None = None) -> str:
    """The checklist; each thing on it with the page where it is done."""
    settings = url_for(".shop_settings", shop=shop.slug)
    shipping = url_for(".shipping_profiles", shop=shop.slug)
    places = {"profile": settings, "shipping_terms": shipping, "accept_terms": url_for(".seller_terms")}
    return render_template(
        "accounts/start_shop.html",
        shop=shop,
        form=form or Form(),
        places=places,
        steps=shop.available(ShopActor.OWNER),
        terms=SELLER_TERMS_VERSION,
        owed=services.obligations_of_shop(shop.id),
    )
