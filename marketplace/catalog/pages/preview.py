"""A listing as buyers would see it, for its own shop alone."""

from __future__ import annotations

from bson import ObjectId
from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, identity
from .. import services
from ..process import STATES
from ..repositories import products
from .blueprint import blueprint
from .media import image
from .sending import sending_of
from .shopping import fact_groups


@blueprint.get("/sell/<shop>/listings/<object_id:product_id>/preview")
@access.seller("read:products")
def preview_listing(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """The product page of a listing as it was saved last, in any state; nothing can be bought there."""
    seller = accounts.own_shop(identity.signed_in_user(), shop)
    product = products.of_shop(seller.id, product_id)
    found = services.details(product, seller)
    shown = product.active_variants or product.variants
    return render_template(
        "catalog/product.html",
        preview=STATES[product.status],
        product=product,
        shop=seller,
        trail=[{"label": one.name, "url": url_for(".show_category", slug=one.slug)} for one in found.trail],
        pictures=[image(picture) for picture in product.pictures],
        variants=[(variant, found.level(variant.id)) for variant in shown],
        chosen=min(shown, key=lambda one: one.price.amount).id,
        fact_groups=fact_groups(product, found.trail),
        sending=sending_of(product, seller),
        more=[],
        own=True,
    )
