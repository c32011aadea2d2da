"""Drafts are saved by themselves while their seller writes.

Only what no buyer can see is: drafts, and what a moderator sent back. What is not valid yet is left as it was
stored, part by part, and named. Nothing is removed and no address changes before somebody presses Save.
"""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import jsonify, request
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.forms import Form
from .. import services
from ..documents import Product
from ..process import available
from ..repositories import products
from ..schemas import listing_form
from ..values import ListingActor
from .blueprint import blueprint
from .conflicts import seen_of
from .listing_values import typed, written
from .spec_values import attribute_values, settled

#: The fields that are kept or left together, and how they are called.
GROUPS = {
    "title": (("title",), "the title"),
    "category_id": (("category_id",), "the category"),
    "description": (("description",), "the description"),
    "brand": (("brand",), "the brand"),
    "tags": (("tags",), "the tags"),
    "shipping_profile_id": (("shipping_profile_id",), "how it is sent"),
    "facts": (("specs", "attributes"), "the facts"),
    "variants": (("options", "choices", "variants"), "the variants"),
}

SAVED_ELSEWHERE = "It was saved somewhere else. Press Save to see what changed."

#: What waits for the button.
ON_SAVE = (".remove", "new_address")


@blueprint.post("/sell/<shop>/listings/<object_id:product_id>/autosave")
@access.seller("write:products")
def autosave_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """Save what is valid of a draft, and say what is not."""
    found = accounts.own_shop(identity.signed_in_user(), shop)
    product = products.of_shop(found.id, product_id)
    if not saves_itself(product):
        return jsonify(saved=False, said="Press Save to change what people may already see."), 409
    form, left = _saved(found, product, request.form.to_dict())
    if form.result is None:
        said = SAVED_ELSEWHERE if form.status == 412 else next(iter(form.errors.values()))[0]
        return jsonify(saved=False, said=said), form.status
    stored = form.result
    return jsonify(
        saved=True,
        version=stored.version,
        seen=seen_of(stored),
        left=left,
        variants={} if "the variants" in left else _variants(stored),
    )


def saves_itself(product: Product | None) -> bool:
    """Whether what is typed about the listing is saved by itself: no buyer sees it, nobody judges it."""
    steps = available(product.status, ListingActor.SELLER) if product else ()
    return any(step.name == "submit" for step in steps)


def _saved(shop: Any, product: Product, sent: dict[str, str]) -> tuple[Form, dict[str, str]]:
    """The form after as much of it as is valid was saved, and what was left, with the reason for each."""
    values = {name: text for name, text in sent.items() if not name.endswith(ON_SAVE)}
    values = settled(typed(values), product)
    before = written(product) | attribute_values(spec for spec in product.specs if spec.attribute)
    left: dict[str, str] = {}
    while True:
        form = Form.read(listing_form(shop.currency), values)
        form.data.setdefault("version", product.version)
        which = {"shop_id": shop.id, "product_id": product.pk}
        if form.accepted_by(services.edit_product, **which) or form.status == 412:
            return form, left
        wrong = {_group(field): texts[0] for field, texts in form.errors.items()}
        fresh = {group: text for group, text in wrong.items() if group and GROUPS[group][1] not in left}
        if not fresh:
            return form, left
        for group, text in fresh.items():
            left[GROUPS[group][1]] = text
            values = _restored(values, before, GROUPS[group][0])


def _group(field: str) -> str | None:
    first = field.partition(".")[0]
    return next((name for name, (fields, _) in GROUPS.items() if first in fields), None)


def _restored(values: dict[str, str], before: dict[str, str], fields: tuple[str, ...]) -> dict[str, str]:
    """The values with these fields as they were stored before."""
    kept = {name: text for name, text in values.items() if name.partition(".")[0] not in fields}
    return kept | {name: text for name, text in before.items() if name.partition(".")[0] in fields}


def _variants(product: Product) -> dict[str, dict[str, str]]:
    """What the form has to know of each stored variant, by SKU, so that its row is not taken for new."""
    found = services.details(product)
    levels = {variant.sku: (variant.id, found.level(variant.id)) for variant in product.variants}
    return {
        sku: {"id": str(variant_id), "on_hand_before": str(level.on_hand) if level.track else ""}
        for sku, (variant_id, level) in levels.items()
    }
