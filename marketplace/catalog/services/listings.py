"""Listings as their sellers and the moderators see them: lists by state, quality, and copies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.documents import restored
from ...shared.paging import Page, Position
from ...shared.transactions import transactional
from ...shared.values import Money
from ..documents import Product, Variant
from ..repositories import listings, products, stock
from ..values import (
    Moderation,
    OwnProductCard,
    Picture,
    ProductStatus,
    Quality,
    StockLevel,
    VariantDraft,
    quality_of,
)
from .products import create_product

#: How long a SKU may be.
SKU_LENGTH = 64

#: What the quality of a listing follows from.
DESCRIBED_BY = ("title", "description", "brand", "tags", "specs", "pictures")


def own_listings(
    shop_id: ObjectId, status: ProductStatus, *, search: str = "", at: Position | None = None, limit: int
) -> Page[OwnProductCard]:
    """A shop's listings in one state, last changed first, with what is available of each.

    `search` is the beginning of a word of the title, or of a SKU.
    """
    return _cards(listings.of_seller(shop_id, status, search=search, at=at, limit=limit))


def own_counts(shop_id: ObjectId, search: str = "") -> dict[ProductStatus, int]:
    """How many of a shop's listings there are in each state; states without any are left out."""
    return listings.counts_of_seller(shop_id, search)


def moderated_listings(
    status: ProductStatus, *, at: Position | None = None, limit: int
) -> Page[OwnProductCard]:
    """What moderators look after in one state, the one that waits longest first."""
    return _cards(listings.moderated(status, at=at, limit=limit))


def changed_since_decision(product_ids: Iterable[ObjectId]) -> set[ObjectId]:
    """Which of these their sellers changed since it was decided about them; one question for all."""
    return {one.pk for one in listings.whole(product_ids) if one.changed_since_decision}


def moderated_counts() -> dict[ProductStatus, int]:
    """How many listings moderators look after in each state; states without any are left out."""
    return listings.counts_of_moderated()


def quality(product: Product) -> Quality:
    """How well the listing describes the product, and what would help its readers."""
    return quality_of(**{name: getattr(product, name) for name in DESCRIBED_BY})


@transactional
def duplicate_product(*, shop_id: ObjectId, product_id: ObjectId) -> Product:
    """A draft that says the same as one of the shop's listings, with SKUs of its own and nothing in stock.

    Bar codes are left out: they name the other article. What a moderator decided against it stays with the
    copy, which is no way around that. Raises ProductNotFound.
    """
    product = products.of_shop(shop_id, product_id)
    levels = stock.of_products([product.pk]).get(product.pk, {})
    taken: set[str] = set()
    drafts = [
        _copied(variant, levels.get(variant.id, StockLevel()), _free_sku(shop_id, variant.sku, taken))
        for variant in product.variants
    ]
    copy = create_product(
        shop_id=shop_id,
        title=product.title,
        category_id=product.category_id,
        variants=drafts,
        description=product.description,
        brand=product.brand,
        tags=product.tags,
        specs=product.specs,
        options=product.options,
        pictures=product.pictures,
        shipping_profile_id=_profile(product),
    )
    if product.sent_back:
        copy.moderation = product.moderation
        products.save(copy)
    return copy


def _profile(product: Product) -> ObjectId | None:
    """The shipping profile that the listing names, unless its shop removed it since."""
    known = {one.id for one in accounts.get_shop(product.shop_id).profiles}
    return product.shipping_profile_id if product.shipping_profile_id in known else None


def _copied(variant: Variant, level: StockLevel, sku: str) -> VariantDraft:
    return VariantDraft(
        sku=sku,
        price=variant.price,
        option_values=tuple(variant.option_values),
        compare_at=variant.compare_at,
        active=variant.active,
        on_hand=0 if level.track else None,
        weight_g=variant.weight_g,
        low_at=level.low_at,
    )


def _free_sku(shop_id: ObjectId, sku: str, taken: set[str]) -> str:
    """A SKU for the copy of a variant, which neither the shop nor this copy has yet."""
    wanted = f"{sku[: SKU_LENGTH - 10]}-copy"
    known = listings.skus_of(shop_id, wanted) | taken
    number, free = 1, wanted
    while free in known:
        number += 1
        free = f"{wanted}-{number}"
    taken.add(free)
    return free


def _cards(rows: Page[dict[str, Any]]) -> Page[OwnProductCard]:
    levels = stock.of_products(row["_id"] for row in rows.items)
    cards = [_card(row, levels.get(row["_id"], {}).values()) for row in rows.items]
    return Page(cards, rows.next, rows.previous)


def _card(row: dict[str, Any], levels: Iterable[StockLevel]) -> OwnProductCard:
    levels = list(levels)
    pictures = [restored(Picture, picture) for picture in row.get("pictures", ())]
    left = sum(levels, start=StockLevel())
    told = {name: row[name] for name in DESCRIBED_BY if name in row} | {"pictures": pictures}
    return OwnProductCard(
        id=row["_id"],
        shop_id=row["shop_id"],
        external_id=row.get("external_id"),
        title=row["title"],
        slug=row["slug"],
        status=ProductStatus(row["status"]),
        visible=row["visible"],
        price_min=Money(row["price_min"], row["currency"]),
        price_max=Money(row["price_max"], row["currency"]),
        picture=pictures[0] if pictures else None,
        available=left.available if left.track else None,
        low=any(level.low for level in levels),
        quality=quality_of(**told),
        moderation=restored(Moderation, row["moderation"]) if "moderation" in row else None,
        queued_at=row.get("queued_at"),
        version=row["version"],
        updated_at=row["updated_at"],
    )
