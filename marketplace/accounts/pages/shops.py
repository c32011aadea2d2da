"""Opening a shop, and its settings."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Shop
from ..schemas import EditShop, OpenShop
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
        notify(
            f"{shop.name} is open." if shop.sells else f"{shop.name} now waits for a moderator's approval."
        )
        return redirect(url_for(".sell"), 303)
    return _sell_page(form), form.status


def _sell_page(form: Form) -> str:
    return render_template(
        "accounts/sell.html", shops=services.shops_of(identity.signed_in_user()), form=form
    )


@blueprint.get("/sell/<shop>/settings")
@access.seller("read:shop")
def shop_settings(shop: str) -> ResponseReturnValue:
    """The shop's profile and shipping terms."""
    found = services.own_shop(identity.signed_in_user(), shop)
    terms = found.shipping
    shown = {
        "name": found.name,
        "description": found.description,
        "shipping_price": str(terms.price.decimal),
        "free_over": str(terms.free_over.decimal) if terms.free_over else "",
        "handling_days": str(terms.handling_days),
    }
    return render_template("accounts/shop_settings.html", shop=found, form=Form(shown))


@blueprint.post("/sell/<shop>/settings")
@access.seller("write:shop")
def submit_shop_settings(shop: str) -> ResponseReturnValue:
    """Change the shop's profile and shipping terms."""
    owner_id = identity.signed_in_user()
    found = services.own_shop(owner_id, shop)
    form = Form.read(EditShop())
    if form.accepted_by(services.edit_shop, owner_id=owner_id, slug=shop):
        notify("Saved.")
        return redirect(url_for(".shop_settings", shop=shop), 303)
    return render_template("accounts/shop_settings.html", shop=found, form=form), form.status


@blueprint.post("/sell/<shop>/resubmit")
@access.seller("write:shop")
def resubmit_shop(shop: str) -> ResponseReturnValue:
    """Ask for review again."""
    services.resubmit_shop(owner_id=identity.signed_in_user(), slug=shop)
    notify("Sent to the moderators again.")
    return redirect(url_for(".sell"), 303)
