"""The pages on which moderators decide about listings."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import Product
from ..process import MODERATED, NAMES, STATES, available
from ..repositories import products
from ..schemas import DecideListing, ModeratedProductQuery
from ..values import ListingActor, ProductStatus
from .blueprint import blueprint
from .media import image

CHANGED_SINCE = "The seller changed this listing since you opened it. Look at it again, then decide."


@blueprint.get("/admin/listings")
@access.moderator
def moderated_listings() -> ResponseReturnValue:
    """The listings that moderators look after, those that wait for approval first."""
    accounts.require_moderator(identity.signed_in_user())
    schema = ModeratedProductQuery()
    known = {name: request.args[name] for name in schema.fields if name in request.args}
    form = Form.read(schema, known)
    listing = cursors.listing_of(form.data)
    status = form.data.get("status", ProductStatus.PENDING)

    def find(*, status: ProductStatus, limit: int, cursor: str | None = None) -> Page[Any]:
        return services.moderated_listings(status, at=cursors.decode(cursor, listing), limit=limit)

    page = form.result if form.accepted_by(find) else Page([])
    return _list(form, status, page, listing), 400 if form.errors else 200


@blueprint.get("/admin/listings/<object_id:product_id>")
@access.moderator
def moderated_listing(product_id: ObjectId) -> ResponseReturnValue:
    """A listing with all its facts, what it lacks, its shop, and what can be decided."""
    accounts.require_moderator(identity.signed_in_user())
    return _decision(products.get(product_id), Form())


@blueprint.post(f"/admin/listings/<object_id:product_id>/<any({','.join(NAMES)}):step>")
@access.moderator
def decide(product_id: ObjectId, step: str) -> ResponseReturnValue:
    """Approve, send back, reject, hide or show a listing again."""
    moderator = identity.signed_in_user()
    typed = {name: text for name, text in request.form.items() if name != "version"}
    form, version = Form.read(DecideListing(), typed), request.form.get("version", "")
    about = {"moderator_id": moderator, "product_id": product_id, "step": step}
    seen = int(version) if version.isdecimal() else None
    if form.accepted_by(services.moderate_listing, version=seen, **about):
        _say(form.result, step)
        return redirect(url_for(".moderated_listings"), 303)
    accounts.require_moderator(moderator)
    if form.status == 412:
        form.errors = {"": [CHANGED_SINCE]}
    return _decision(products.get(product_id), form, step), form.status


def _say(product: Product, step: str) -> None:
    """Say on the next page what was decided; the step is one that the listing just took."""
    before = product.moderation.before
    done = next(one.done for one in available(before, ListingActor.MODERATOR) if one.name == step)
    notify(f"“{product.title}” {done}")


def _list(form: Form, status: ProductStatus, page: Page[Any], listing: str) -> str:
    counts = services.moderated_counts()
    return render_template(
        "catalog/moderated_listings.html",
        form=form,
        status=status,
        state=STATES[status],
        tabs_items=[
            {
                "label": STATES[one].plural,
                "url": url_for("catalog_pages.moderated_listings", status=one.value),
                "current": one is status,
                "count": counts.get(one, 0),
            }
            for one in MODERATED
        ],
        rows=page.items,
        changed=_changed(page.items) if status is ProductStatus.HIDDEN else (),
        shops=accounts.find_shops(card.shop_id for card in page.items),
        page=cursors.page_links(page, listing),
        image=image,
    )


def _changed(cards: list[Any]) -> set[ObjectId]:
    """Which of them wait for another look: no step of a hidden listing asks for one."""
    return services.changed_since_decision(card.id for card in cards)


def _decision(product: Product, form: Form, refused: str = "") -> str:
    """The page of one listing; `refused` is the step whose form is shown again."""
    found = services.details(product)
    return render_template(
        "catalog/moderated_listing.html",
        product=product,
        shop=found.shop,
        owner=accounts.find_user(found.shop.owner_id),
        trail=[category.name for category in found.trail],
        variants=[(variant, found.level(variant.id)) for variant in product.variants],
        pictures=[image(picture) for picture in product.pictures],
        state=STATES[product.status],
        missing=services.publishing.missing(product),
        quality=services.quality(product),
        counts=services.own_counts(product.shop_id),
        states=STATES,
        steps=available(product.status, ListingActor.MODERATOR),
        form=form,
        refused=refused,
    )
