"""The editor of a listing."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.errors import MarketplaceError
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Product
from ..errors import NotPublishable
from ..process import STATES, available
from ..repositories import categories, products
from ..schemas import listing_form
from ..values import ListingActor, SpecificationType
from .autosave import saves_itself
from .blueprint import blueprint
from .conflicts import changed_since, seen_of
from .listing_values import rows_of, typed, written
from .listings import editor_address, take
from .pictures import shown as shown_pictures
from .spec_values import attribute_values, settled, spec_fields
from .variant_matrix import choices_of, with_combinations

#: How the kinds of facts are called in the form.
KIND_NAMES = {
    SpecificationType.TEXT: "Words",
    SpecificationType.NUMBER: "Number",
    SpecificationType.BOOLEAN: "Yes or no",
    SpecificationType.ENUM: "Keyword",
}

#: How many empty rows for facts the editor offers.
SPARE_FACTS = 3


@blueprint.get("/sell/<shop>/listings/new")
@access.seller("read:products")
def new_listing(shop: str) -> ResponseReturnValue:
    """The form for a new listing."""
    return _editor(_own(shop), Form())


@blueprint.post("/sell/<shop>/listings/new")
@access.seller("write:products")
def submit_new_listing(shop: str) -> ResponseReturnValue:
    """Keep a new listing as a draft, or send it in at once; or show the form with another row."""
    found = _own(shop)
    form = Form.read(listing_form(found.currency), settled(typed(request.form), None))
    if "add" in request.args:
        form = _extended(form)
        return _editor(found, form), form.status
    for name in ("version", "new_address"):
        form.data.pop(name, None)
    if form.accepted_by(services.create_product, shop_id=found.id):
        return _saved(found, form.result)
    return _editor(found, form), form.status


@blueprint.get("/sell/<shop>/listings/<object_id:product_id>")
@access.seller("read:products")
def edit_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """The form of a listing."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    facts = attribute_values(spec for spec in product.specs if spec.attribute)
    form = Form(written(product) | choices_of(product) | facts | {"seen": seen_of(product)})
    _missing(product, form)
    return _editor(found, form, product)


@blueprint.post("/sell/<shop>/listings/<object_id:product_id>")
@access.seller("write:products")
def submit_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """Save a listing; or show the form with another row."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    form = Form.read(listing_form(found.currency), settled(typed(request.form), product))
    if "add" in request.args:
        form = _extended(form)
        return _editor(found, form, product), form.status
    form.data.setdefault("version", product.version)
    if form.accepted_by(services.edit_product, shop_id=found.id, product_id=product_id):
        return _saved(found, form.result)
    theirs = None
    if form.status == 412:
        theirs = changed_since(product, form.values.get("seen", ""))
        form.values |= {"version": str(product.version), "seen": seen_of(product)}
        form.errors = {}
    return _editor(found, form, product, theirs), form.status


def _extended(form: Form) -> Form:
    """What was typed, unchecked, with the rows that a button asked for."""
    extended = Form(form.values)
    if request.args["add"] == "combinations":
        try:
            extended.values = with_combinations(form.values)
        except MarketplaceError as error:
            extended.refuse(error)
    return extended


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _saved(shop: Any, product: Product) -> ResponseReturnValue:
    """Go on after saving; on the way the listing is sent in where its button says so."""
    if request.args.get("then") != "submit":
        notify("Saved.")
        return redirect(editor_address(shop, product), 303)
    try:
        taken = take(shop, product, "submit")
    except NotPublishable:
        return redirect(editor_address(shop, product, lacking=True), 303)
    if not taken:
        return redirect(editor_address(shop, product), 303)
    return redirect(url_for(".listings", shop=shop.slug), 303)


def _lacking(product: Product, steps: Any) -> dict[str, list[str]]:
    """What the listing lacks, as it was saved last, where its next step would be to sell it."""
    sendable = any(step.name == "submit" for step in steps)
    return services.publishing.missing(product) if sendable else {}


def _missing(product: Product | None, form: Form) -> None:
    """Show what a listing lacks that somebody tried to publish: the address says so after `take`."""
    if product is not None and "missing" in request.args:
        form.errors |= services.publishing.missing(product)


def _editor(
    shop: Any,
    form: Form,
    product: Product | None = None,
    theirs: list[dict[str, str | None]] | None = None,
) -> str:
    """The form, with empty rows where something was asked to be added; `theirs` is what others changed."""
    facts, variants = rows_of(form, "specs"), rows_of(form, "variants")
    added = request.args.get("add")
    steps = available(product.status, ListingActor.SELLER) if product else []
    return render_template(
        "catalog/editor.html",
        shop=shop,
        form=form,
        product=product,
        here=_address(shop, product),
        spec_fields=spec_fields(form, product),
        state=STATES[product.status] if product else None,
        spec_rows=facts + (SPARE_FACTS if added == "specs" or not facts else 0),
        variant_rows=variants + (1 if added == "variants" or not variants else 0),
        added=added,
        theirs=theirs,
        lacks={} if form.errors or not product else _lacking(product, steps),
        saves_itself=theirs is None and saves_itself(product),
        categories=_categories(product),
        kinds=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        steps=steps,
        sent_in=product is None or any(step.name == "submit" for step in steps),
        reviewed=_reviewed(shop, product),
        quality=services.quality(product) if product else None,
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


def _reviewed(shop: Any, product: Product | None) -> bool:
    """Whether a moderator would look at the listing before people can buy."""
    return services.publishing.needs_review(product or Product(shop_id=shop.id))
