"""The pages of those who look after the marketplace: where things stand, and shops."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import Shop
from ..repositories import audit_log, shops
from ..schemas import ApproveShop, GiveReason, ShopSearch
from ..values import SHOP_TRANSITIONS, ShopActor, ShopStatus
from .blueprint import blueprint

#: How the states of a shop are called, in the order of the tabs.
STATUS_NAMES = {
    ShopStatus.PENDING_REVIEW: "To review",
    ShopStatus.ACTIVE: "Open",
    ShopStatus.SUSPENDED: "Suspended",
    ShopStatus.ONBOARDING: "Starting",
    ShopStatus.REJECTED: "Sent back",
    ShopStatus.CLOSED: "Closed",
}

#: What is said after a step.
DONE = {
    "approve": "may sell now.",
    "reject": "was sent back to its owner.",
    "suspend": "is suspended. It still sends what was ordered.",
    "reinstate": "sells again.",
}


@blueprint.get("/admin")
@access.support
def admin() -> ResponseReturnValue:
    """Where things stand, and the way to everything."""
    return render_template(
        "accounts/admin.html",
        counts=[(name, status.value, shops.count_in(status)) for status, name in STATUS_NAMES.items()],
        recent=audit_log.search(limit=5).items if _decides() else [],
        decides=_decides(),
    )


@blueprint.get("/admin/shops")
@access.support
def review_shops() -> ResponseReturnValue:
    """The shops in a state, or those whose address begins with what is searched for."""
    known = {name: request.args[name] for name in ShopSearch().fields if name in request.args}
    form = Form.read(ShopSearch(), known)
    listing = cursors.listing_of(form.data)

    def find(*, cursor: str | None = None, **asked: Any) -> Page[Shop]:
        return services.search_shops(at=cursors.decode(cursor, listing), **asked)

    page = form.result if form.accepted_by(find) else Page([])
    body = render_template(
        "accounts/admin_shops.html",
        form=form,
        shops=page.items,
        owners=services.find_users(shop.owner_id for shop in page.items),
        tabs_items=_tabs(form),
        names=STATUS_NAMES,
        page=cursors.page_links(page, listing),
    )
    return body, 400 if form.errors else 200


@blueprint.get("/admin/shops/<slug>")
@access.support
def review_shop(slug: str) -> ResponseReturnValue:
    """A shop with everything that is known of it, and what can be done with it."""
    return _shop_page(services.shop_by_slug(slug), Form(), step="")


@blueprint.post("/admin/shops/<slug>/approve")
@access.moderator
def approve_shop(slug: str) -> ResponseReturnValue:
    """Let a shop sell."""
    return _take("approve", slug, Form.read(ApproveShop()), services.approve_shop)


@blueprint.post("/admin/shops/<slug>/reject")
@access.moderator
def reject_shop(slug: str) -> ResponseReturnValue:
    """Send a shop back with a reason."""
    return _take("reject", slug, Form.read(GiveReason()), services.reject_shop)


@blueprint.post("/admin/shops/<slug>/suspend")
@access.moderator
def suspend_shop(slug: str) -> ResponseReturnValue:
    """Hide a shop and stop it from selling, with a reason."""
    return _take("suspend", slug, Form.read(GiveReason()), services.suspend_shop)


@blueprint.post("/admin/shops/<slug>/reinstate")
@access.moderator
def reinstate_shop(slug: str) -> ResponseReturnValue:
    """Let a suspended shop sell again."""
    return _take("reinstate", slug, Form(), services.reinstate_shop)


def _take(step: str, slug: str, form: Form, use_case: Any) -> ResponseReturnValue:
    if form.accepted_by(use_case, moderator_id=identity.signed_in_user(), slug=slug):
        notify(f"{form.result.name} {DONE[step]}")
        return redirect(url_for(".review_shop", slug=slug), 303)
    return _shop_page(services.shop_by_slug(slug), form, step=step), form.status


def _shop_page(shop: Shop, form: Form, *, step: str) -> str:
    history = audit_log.search(subject=("shops", shop.pk), limit=20).items
    return render_template(
        "accounts/admin_shop.html",
        shop=shop,
        owner=services.find_user(shop.owner_id),
        counts=services.counts_of("shop", shop.pk),
        others=[one for one in services.shops_of(shop.owner_id) if one.pk != shop.pk],
        history=history,
        people=services.find_users(one.actor_id for one in history if one.actor_id),
        form=form,
        step=step,
        steps={name: SHOP_TRANSITIONS[name] for name in shop.available(ShopActor.MODERATOR)},
        names=STATUS_NAMES,
        decides=_decides(),
    )


def _decides() -> bool:
    """Whether whoever is here may decide, rather than look."""
    return not access.ROLES[access.Audience.MODERATOR].isdisjoint(access.roles_of(identity.signed_in_user()))


def _tabs(form: Form) -> list[dict[str, Any]]:
    searched = form.values.get("q")
    return [
        {
            "label": name,
            "url": url_for(".review_shops", status=status.value),
            "current": not searched and status is form.data.get("status"),
        }
        for status, name in STATUS_NAMES.items()
    ]
