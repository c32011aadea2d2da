"""A seller's listings: the table, and the steps from draft to archive."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.errors import MarketplaceError
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import Product
from ..errors import NotPublishable
from ..process import NAMES, STATES, available
from ..repositories import products
from ..schemas import SellerProductQuery
from ..values import COUNT_LIMIT, ListingActor, ProductStatus
from .blueprint import blueprint
from .media import image

#: The states that always have a tab; the others have one while a listing is in them.
ALWAYS = (ProductStatus.ACTIVE, ProductStatus.DRAFT, ProductStatus.PAUSED, ProductStatus.ARCHIVED)


@blueprint.get("/sell/<shop>/listings")
@access.seller("read:products")
def listings(shop: str) -> ResponseReturnValue:
    """The shop's listings in one state, all or those that were searched for."""
    found = _own(shop)
    known = {name: request.args[name] for name in SellerProductQuery().fields if name in request.args}
    form = Form.read(SellerProductQuery(), known)
    listing = cursors.listing_of(form.data)
    status, search = form.data.get("status", ProductStatus.ACTIVE), form.data.get("q", "")

    def find(*, status: ProductStatus, limit: int, q: str = "", cursor: str | None = None) -> Page[Any]:
        at = cursors.decode(cursor, listing)
        return services.own_listings(found.id, status, search=q, at=at, limit=limit)

    page = form.result if form.accepted_by(find) else Page([])
    return _table(found, form, status, search, page, listing), 400 if form.errors else 200


@blueprint.post(f"/sell/<shop>/listings/<object_id:product_id>/<any({','.join(NAMES)}):step>")
@access.seller("write:products")
def take_step(shop: str, product_id: ObjectId, step: str) -> ResponseReturnValue:
    """Submit, pause, resume, archive or restore a listing."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    try:
        take(found, product, step)
    except NotPublishable:
        return redirect(editor_address(found, product, lacking=True), 303)
    return redirect(url_for(".listings", shop=shop, status=request.form.get("back") or None), 303)


@blueprint.post("/sell/<shop>/listings/<object_id:product_id>/delete")
@access.seller("write:products")
def delete_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """Delete a draft that nobody ordered."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    try:
        services.delete_draft(shop_id=found.id, product_id=product_id)
    except MarketplaceError as error:
        notify(str(error), "warning")
    else:
        notify(f"“{product.title}” is deleted.")
    return redirect(url_for(".listings", shop=shop, status=ProductStatus.DRAFT.value), 303)


@blueprint.post("/sell/<shop>/listings/<object_id:product_id>/duplicate")
@access.seller("write:products")
def duplicate_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """Begin a draft that says the same."""
    found = _own(shop)
    copy = services.duplicate_product(shop_id=found.id, product_id=product_id)
    notify("This is the copy, a draft with SKUs of its own and nothing in stock.")
    return redirect(url_for(".edit_listing", shop=shop, product_id=copy.pk), 303)


def take(shop: Any, product: Product, step: str) -> bool:
    """Take the step, and say on the next page whether it worked; raises NotPublishable."""
    try:
        after = services.change_status(shop_id=shop.id, product_id=product.pk, step=step)
    except NotPublishable:
        raise
    except MarketplaceError as error:
        notify(str(error), "warning")
        return False
    if step == "submit":
        waits = after.status is ProductStatus.PENDING
        notify(f"“{after.title}” " + ("waits for a moderator." if waits else "is now for sale."))
    else:
        done = next(one.done for one in available(product.status, ListingActor.SELLER) if one.name == step)
        notify(f"“{after.title}” {done}")
    return True


def editor_address(shop: Any, product: Product, *, lacking: bool = False) -> str:
    """The address of the editor, which says what the listing is `lacking` where somebody tried to sell it."""
    missing = 1 if lacking else None
    return url_for("catalog_pages.edit_listing", shop=shop.slug, product_id=product.pk, missing=missing)


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _table(shop: Any, form: Form, status: ProductStatus, search: str, page: Page[Any], listing: str) -> str:
    counts = services.own_counts(shop.id, search)
    shown = [one for one in STATES if one in ALWAYS or one is status or one in counts]
    return render_template(
        "catalog/listings.html",
        shop=shop,
        form=form,
        status=status,
        state=STATES[status],
        search=search,
        tabs_items=[_tab(shop.slug, one, status, counts.get(one, 0), search) for one in shown],
        rows=page.items,
        steps=available(status, ListingActor.SELLER),
        page=cursors.page_links(page, listing),
        image=image,
    )


def _tab(shop: str, status: ProductStatus, current: ProductStatus, count: int, search: str) -> dict[str, Any]:
    return {
        "label": STATES[status].plural,
        "url": url_for("catalog_pages.listings", shop=shop, status=status.value, q=search or None),
        "current": status is current,
        "count": f"{COUNT_LIMIT}+" if count > COUNT_LIMIT else count,
    }
