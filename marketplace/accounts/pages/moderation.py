"""The pages on which moderators decide about shops."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..repositories import shops
from ..schemas import RejectShop
from ..values import ShopStatus
from .blueprint import blueprint


@blueprint.get("/admin/shops")
@access.moderator
def review_shops() -> ResponseReturnValue:
    """The shops that wait for a moderator."""
    services.require_moderator(identity.signed_in_user())
    return _review_page(Form(), refused=None)


@blueprint.post("/admin/shops/<shop>/approve")
@access.moderator
def approve_shop(shop: str) -> ResponseReturnValue:
    """Let a shop sell."""
    approved = services.approve_shop(moderator_id=identity.signed_in_user(), slug=shop)
    notify(f"{approved.name} may sell now.")
    return redirect(url_for(".review_shops"), 303)


@blueprint.post("/admin/shops/<shop>/reject")
@access.moderator
def reject_shop(shop: str) -> ResponseReturnValue:
    """Send a shop back with a reason."""
    form = Form.read(RejectShop())
    if form.accepted_by(services.reject_shop, moderator_id=identity.signed_in_user(), slug=shop):
        notify(f"{form.result.name} was sent back to its owner.")
        return redirect(url_for(".review_shops"), 303)
    services.require_moderator(identity.signed_in_user())
    return _review_page(form, refused=shop), form.status


def _review_page(form: Form, *, refused: str | None) -> str:
    waiting = shops.in_status(ShopStatus.PENDING_REVIEW, limit=100).items
    owners = services.find_users(shop.owner_id for shop in waiting)
    return render_template(
        "accounts/review_shops.html", shops=waiting, owners=owners, form=form, refused=refused
    )
