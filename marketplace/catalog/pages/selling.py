"""A seller's listings: the table, the editor, and the steps from draft to archive."""

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
from ..repositories import categories, products
from ..schemas import SellerProductQuery, listing_form
from ..values import COUNT_LIMIT, TRANSITIONS, ProductStatus, SpecificationType
from .blueprint import blueprint
from .listing_values import rows_of, typed, written
from .media import image
from .pictures import shown as shown_pictures
from .spec_values import attribute_values, settled, spec_fields

#: How the states of a listing are called, in the order of the tabs.
STATUS_NAMES = {
    ProductStatus.ACTIVE: "For sale",
    ProductStatus.DRAFT: "Drafts",
    ProductStatus.PAUSED: "Paused",
    ProductStatus.ARCHIVED: "Archived",
}

#: How the kinds of facts are called in the form.
KIND_NAMES = {
    SpecificationType.TEXT: "Words",
    SpecificationType.NUMBER: "Number",
    SpecificationType.BOOLEAN: "Yes or no",
    SpecificationType.ENUM: "Keyword",
}

#: How many empty rows for facts the editor offers.
SPARE_FACTS = 3

STEP_DONE = {
    "publish": "is now for sale.",
    "pause": "is off sale. Resume it when you like.",
    "resume": "is for sale again.",
    "archive": "is archived.",
    "restore": "is a draft again.",
}


@blueprint.get("/sell/<shop>/listings")
@access.seller("read:products")
def listings(shop: str) -> ResponseReturnValue:
    """The shop's listings in one state."""
    found = _own(shop)
    known = {name: request.args[name] for name in SellerProductQuery().fields if name in request.args}
    form = Form.read(SellerProductQuery(), known)
    listing = cursors.listing_of(form.data)
    status = form.data.get("status", ProductStatus.ACTIVE)

    def find(*, status: ProductStatus, limit: int, cursor: str | None = None) -> Page[Any]:
        return services.own_listings(found.id, status, at=cursors.decode(cursor, listing), limit=limit)

    page = form.result if form.accepted_by(find) else Page([])
    counts = products.statuses(found.id)
    body = render_template(
        "catalog/listings.html",
        shop=found,
        form=form,
        status=status,
        tabs_items=[_tab(shop, one, status, counts[one]) for one in STATUS_NAMES],
        rows=page.items,
        steps=_steps_from(status),
        page=cursors.page_links(page, listing),
        image=image,
    )
    return body, 400 if form.errors else 200


@blueprint.post(f"/sell/<shop>/listings/<object_id:product_id>/<any({','.join(TRANSITIONS)}):step>")
@access.seller("write:products")
def take_step(shop: str, product_id: ObjectId, step: str) -> ResponseReturnValue:
    """Publish, pause, resume, archive or restore a listing."""
    found = _own(shop)
    _take(found, products.of_shop(found.id, product_id), step)
    return redirect(url_for(".listings", shop=shop, status=request.form.get("back") or None), 303)


@blueprint.get("/sell/<shop>/listings/new")
@access.seller("read:products")
def new_listing(shop: str) -> ResponseReturnValue:
    """The form for a new listing."""
    return _editor(_own(shop), Form())


@blueprint.post("/sell/<shop>/listings/new")
@access.seller("write:products")
def submit_new_listing(shop: str) -> ResponseReturnValue:
    """Keep a new listing as a draft, or publish it at once; or show the form with another row."""
    found = _own(shop)
    form = Form.read(listing_form(found.currency), settled(typed(request.form), None))
    if "add" in request.args:
        return _editor(found, Form(form.values))
    form.data.pop("version", None)
    if form.accepted_by(services.create_product, shop_id=found.id):
        return _saved(found, form.result)
    return _editor(found, form), form.status


@blueprint.get("/sell/<shop>/listings/<object_id:product_id>")
@access.seller("read:products")
def edit_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """The form of a listing."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    values = written(product) | attribute_values(spec for spec in product.specs if spec.attribute)
    return _editor(found, Form(values), product)


@blueprint.post("/sell/<shop>/listings/<object_id:product_id>")
@access.seller("write:products")
def submit_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """Save a listing; or show the form with another row."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    form = Form.read(listing_form(found.currency), settled(typed(request.form), product))
    if "add" in request.args:
        return _editor(found, Form(form.values), product)
    form.data.setdefault("version", product.version)
    if form.accepted_by(services.edit_product, shop_id=found.id, product_id=product_id):
        return _saved(found, form.result)
    if form.status == 412:
        form.values["version"] = str(product.version)
        form.errors = {"": [SAVED_ELSEWHERE]}
    return _editor(found, form, product), form.status


SAVED_ELSEWHERE = (
    "This listing was saved somewhere else since you opened it. Nothing that you typed is lost: look at the "
    "saved one in another tab, then save again to put yours in its place."
)


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _take(shop: Any, product: Product, step: str) -> bool:
    """Take the step, and say on the next page whether it worked."""
    try:
        services.change_status(shop_id=shop.id, product_id=product.pk, step=step)
    except MarketplaceError as error:
        notify(str(error), "warning")
        return False
    notify(f"“{product.title}” {STEP_DONE[step]}")
    return True


def _saved(shop: Any, product: Product) -> ResponseReturnValue:
    """Go on after saving; on the way the listing is published where its button says so."""
    if request.args.get("then") == "publish" and _take(shop, product, "publish"):
        return redirect(url_for(".listings", shop=shop.slug), 303)
    notify("Saved.")
    return redirect(url_for(".edit_listing", shop=shop.slug, product_id=product.pk), 303)


def _editor(shop: Any, form: Form, product: Product | None = None) -> str:
    """The form, with empty rows where something was asked to be added."""
    facts, variants = rows_of(form, "specs"), rows_of(form, "variants")
    added = request.args.get("add")
    return render_template(
        "catalog/editor.html",
        shop=shop,
        form=form,
        product=product,
        here=_address(shop, product),
        spec_fields=spec_fields(form, product),
        spec_rows=facts + (SPARE_FACTS if added == "specs" or not facts else 0),
        variant_rows=variants + (1 if added == "variants" or not variants else 0),
        added=added,
        categories=_categories(product),
        kinds=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        steps=_steps_from(product.status) if product else {},
        status_names=STATUS_NAMES,
        **shown_pictures(product),
    )


def _categories(product: Product | None) -> list[tuple[str, str]]:
    """The categories to choose from: those that people see, and the listing's own."""
    shown = categories.in_order()
    if product is not None and product.category_id not in [one.pk for one in shown]:
        shown += categories.in_line([product.category_id])
    return [(str(one.pk), " › ".join(one.path)) for one in shown]


def _address(shop: Any, product: Product | None) -> str:
    if product is None:
        return url_for(".new_listing", shop=shop.slug)
    return url_for(".edit_listing", shop=shop.slug, product_id=product.pk)


def _steps_from(status: ProductStatus) -> dict[str, str]:
    """The steps that lead on from a state, with what their buttons say."""
    return {name: step.label for name, step in TRANSITIONS.items() if status in step.sources}


def _tab(shop: str, status: ProductStatus, current: ProductStatus, count: int) -> dict[str, Any]:
    return {
        "label": STATUS_NAMES[status],
        "url": url_for("catalog_pages.listings", shop=shop, status=status.value),
        "current": status is current,
        "count": f"{COUNT_LIMIT}+" if count > COUNT_LIMIT else count,
    }
