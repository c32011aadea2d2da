"""Changing parts of a listing: what is not named stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bson import ObjectId

from ...shared.errors import Invalid
from ...shared.transactions import transactional
from ..documents import Product, Variant
from ..repositories import products
from ..values import VariantDraft
from .products import edit_product

#: What of a listing may be changed by itself.
PARTS = ("title", "category_id", "description", "brand", "tags", "specs", "options", "shipping_profile_id")


@transactional
def change_product(
    *,
    shop_id: ObjectId,
    product_id: ObjectId,
    version: int | None,
    variants: Sequence[Mapping[str, Any]] = (),
    new_address: bool = False,
    **parts: Any,
) -> Product:
    """The listing with these parts changed, and of the named variants what is given for them.

    Each of `variants` has the `id` of one that exists. Raises what `edit_product` raises.
    """
    product = products.of_shop(shop_id, product_id)
    kept = {name: getattr(product, name) for name in PARTS}
    return edit_product(
        shop_id=shop_id,
        product_id=product_id,
        version=version,
        variants=_changed(product, variants),
        new_address=new_address,
        **kept | parts,
    )


def _changed(product: Product, changes: Sequence[Mapping[str, Any]]) -> list[VariantDraft]:
    drafts = {variant.id: _as_written(variant) for variant in product.variants}
    for index, change in enumerate(changes):
        if change["id"] not in drafts:
            raise Invalid("This listing has no such variant.", field=f"variants.{index}.id")
        drafts[change["id"]] = replace(drafts[change["id"]], **change)
    return list(drafts.values())


def _as_written(variant: Variant) -> VariantDraft:
    """The variant as its seller would write it again; its stock stays."""
    return VariantDraft(
        id=variant.id,
        sku=variant.sku,
        price=variant.price,
        option_values=tuple(variant.option_values),
        compare_at=variant.compare_at,
        active=variant.active,
        barcode=variant.barcode,
        weight_g=variant.weight_g,
    )
