"""What sellers do with their listings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId
from flask import current_app
from mongoengine import NotUniqueError
from slugify import slugify

from ...accounts import services as accounts
from ...shared.errors import Invalid, MarketplaceError
from ...shared.transactions import transactional
from ..documents import Category, Product, Variant
from ..errors import CategoryNotFound, SkuTaken, VariantInUse, VariantNotFound
from ..repositories import categories, dictionary, figures, products, tokens
from ..repositories import stock as stocks
from ..values import (
    Picture,
    ProductSpecification,
    SpecificationDraft,
    StockLevel,
    VariantDraft,
)
from . import publishing, stock
from .lifecycle import expected
from .rules import specified
from .shipping import profile_of
from .shop_states import editable_shop


@transactional
def create_product(
    *,
    shop_id: ObjectId,
    title: str,
    category_id: ObjectId,
    variants: Sequence[VariantDraft],
    description: str = "",
    brand: str | None = None,
    tags: Sequence[str] = (),
    specs: Sequence[ProductSpecification | SpecificationDraft] = (),
    options: Sequence[str] = (),
    pictures: Sequence[Picture] = (),
    shipping_profile_id: ObjectId | None = None,
) -> Product:
    """A new draft of the shop, with the stock of its variants.

    Raises ShopNotFound, ShopNotActive, SkuTaken, Invalid at the field that is wrong, and mongoengine's
    ValidationError for what the input's schema should have caught.
    """
    shop = editable_shop(shop_id)
    product = Product(
        shop_id=shop.id, currency=shop.currency, shop_visible=shop.visible, rank_mean=figures.mean_of_stars()
    )
    product.language = written_in()
    product.slug = free_slug(title, products.slugs(shop.id, slug_of(title)))
    category = _category(category_id)
    product.describe(
        title=title,
        category=category,
        description=description,
        brand=brand,
        tags=tags,
        specs=specified(category, specs),
    )
    product.offer(_merged({}, variants), options)
    product.put_in_stock(any(draft.active and draft.on_hand != 0 for draft in variants))
    product.pictures = list(pictures)
    product.shipping_profile_id = profile_of(shop, shipping_profile_id)
    _check_skus(product)
    categories.fill(category.pk, product.variants[0].sku)
    try:
        products.add(product)
    except NotUniqueError:
        raise _taken(product) from None
    stock.add_all(
        stock.new_stock(variant.id, product.pk, shop.id, draft.on_hand, draft.low_at)
        for variant, draft in zip(product.variants, variants, strict=True)
    )
    return product


@transactional
def edit_product(
    *,
    shop_id: ObjectId,
    product_id: ObjectId,
    version: int | None,
    title: str,
    category_id: ObjectId,
    variants: Sequence[VariantDraft],
    description: str = "",
    brand: str | None = None,
    tags: Sequence[str] = (),
    specs: Sequence[ProductSpecification | SpecificationDraft] = (),
    options: Sequence[str] = (),
    new_address: bool = False,
    shipping_profile_id: ObjectId | None = None,
) -> Product:
    """The listing as its seller wrote it anew, in whatever state it is.

    Its address stays, unless a `new_address` is made from the title; the one before leads to it then.
    Variants without an id are new; those that are left out are removed, unless pieces are promised to
    buyers (VariantInUse). What people can buy, or could until it was paused, keeps all that it needs for
    that (Invalid). Raises VersionConflict when the listing was saved since `version`, and what
    `create_product` raises.
    """
    shop = editable_shop(shop_id)
    product = expected(products.of_shop(shop_id, product_id), version)
    lacked = publishing.missing(product)
    known = {variant.id: variant for variant in product.variants}
    category = _category(category_id, before=product.category_id)
    moved = category.pk != product.category_id
    product.describe(
        title=title,
        category=category,
        description=description,
        brand=brand,
        tags=tags,
        specs=specified(category, specs, before=product.specs),
    )
    product.offer(_merged(known, variants), options)
    product.shipping_profile_id = profile_of(shop, shipping_profile_id)
    publishing.check_loss(product, lacked)
    if new_address:
        taken = products.slugs(shop_id, slug_of(title), besides=product.pk)
        product.readdress(free_slug(title, taken))
    _check_skus(product)
    if moved:
        categories.fill(category.pk, product.variants[0].sku)
    product.ordered = product.ordered or _ordered(set(known) - {draft.id for draft in variants}) or None
    try:
        products.save(product)
    except NotUniqueError:
        raise _taken(product) from None
    _restock(product, known, variants)
    tokens.follow_after([product.pk])
    return product


def _ordered(variant_ids: Iterable[ObjectId]) -> bool:
    """Whether somebody ordered one of these variants."""
    return any(one.ordered for one in stocks.by_ids(variant_ids).values())


def count_stock(
    *, shop_id: ObjectId, product_id: ObjectId, variant_id: ObjectId, on_hand: int, reason: str = ""
) -> StockLevel:
    """The stock of a shop's own variant after counting it.

    Raises ProductNotFound, VariantNotFound, BelowCommitted, and ShopNotActive.
    """
    editable_shop(shop_id)
    product = products.of_shop(shop_id, product_id)
    if product.variant(variant_id) is None:
        raise VariantNotFound("This listing has no such variant.")
    return stock.set_on_hand(variant_id, on_hand, reason)


def follow_shops() -> None:
    """Show and hide products with their shops from now on."""
    accounts.shop_status_changed.connect(_follow_shop)


def written_in() -> str | None:
    """The language that new listings are written in, for the search; None for its usual one, English."""
    language: str = current_app.config["SEARCH_LANGUAGE"]
    return None if language == "english" else language


def slug_of(title: str) -> str:
    """The address that a title wishes for."""
    return slugify(title, max_length=100, word_boundary=True) or "product"


def free_slug(title: str, taken: set[str]) -> str:
    """The address for a title, with a number where the shop has that address already."""
    slug = wanted = slug_of(title)
    number = 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _follow_shop(shop: Any) -> None:
    if products.follow_shop(shop.id, shop.visible) and not shop.visible:
        dictionary.forget_shop(shop.slug)


def _category(category_id: ObjectId, *, before: ObjectId | None = None) -> Category:
    """The category; one that is hidden for those products alone that are in it already."""
    try:
        category = categories.get(category_id)
    except CategoryNotFound:
        raise Invalid("Choose one of the categories.", field="category_id") from None
    if not category.shown and category.pk != before:
        raise Invalid("This category takes no new products. Choose another.", field="category_id")
    return category


def _variant(draft: VariantDraft) -> Variant:
    written = Variant(
        sku=draft.sku,
        option_values=list(draft.option_values),
        price=draft.price,
        compare_at=draft.compare_at,
        active=draft.active,
        barcode=draft.barcode,
        weight_g=draft.weight_g,
    )
    if draft.id is not None:
        written.id = draft.id
    return written


def _merged(known: dict[ObjectId, Variant], drafts: Sequence[VariantDraft]) -> list[Variant]:
    ids = [draft.id for draft in drafts if draft.id is not None]
    for index, draft in enumerate(drafts):
        if draft.id is not None and (draft.id not in known or ids.count(draft.id) > 1):
            raise Invalid("This listing has no such variant.", field=f"variants.{index}.id")
    return [_variant(draft) for draft in drafts]


def _restock(product: Product, known: dict[ObjectId, Variant], drafts: Sequence[VariantDraft]) -> None:
    """Bring the stock in line with the listing: new variants, removed ones, and new counts."""
    kept = {draft.id for draft in drafts}
    for gone in [variant for variant_id, variant in known.items() if variant_id not in kept]:
        stock.free_expired(gone.id)
        if not stocks.remove_unpromised(gone.id):
            raise VariantInUse(
                f"Pieces of {gone.sku} are promised to buyers. Take it off sale instead.", field="variants"
            )
    new = []
    for index, (variant, draft) in enumerate(zip(product.variants, drafts, strict=True)):
        if draft.id is None:
            of_it = (product.pk, product.shop_id, draft.on_hand, draft.low_at)
            new.append(stock.new_stock(variant.id, *of_it))
            continue
        if draft.on_hand is not None:
            _count(index, variant.id, draft.on_hand)
        if draft.low_at is not None:
            stocks.warn_at(variant.id, draft.low_at)
    stock.add_all(new)


def _count(index: int, variant_id: ObjectId, on_hand: int) -> None:
    try:
        stock.set_on_hand(variant_id, on_hand)
    except MarketplaceError as error:
        error.field = f"variants.{index}.on_hand"
        raise


def _check_skus(product: Product) -> None:
    skus = [variant.sku for variant in product.variants]
    taken = products.skus_taken(product.shop_id, skus, besides=product.pk)
    for index, sku in enumerate(skus):
        if sku in taken:
            raise SkuTaken("Another listing of your shop has this SKU.", field=f"variants.{index}.sku")


def _taken(product: Product) -> MarketplaceError:
    """What to say when the database found a value taken that was free a moment ago."""
    return SkuTaken(
        "Another listing of your shop took this SKU or address just now. Save again.", field="variants.0.sku"
    )
