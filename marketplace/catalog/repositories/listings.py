"""The stored products as their sellers and the moderators list them: by state, with plain rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from ...shared.paging import Page, Position
from ..documents import Product
from ..process import MODERATED
from ..values import ProductStatus
from .products import CARD, products

#: What a row of such a list shows of a product, besides what its card has.
ROW = (
    "status",
    "updated_at",
    "version",
    "visible",
    "description",
    "tags",
    "specs",
    "moderation",
    "queued_at",
)


class ListingRepository:
    """The same products as in `products`, by the questions of those who look after them."""

    def of_seller(
        self, shop_id: ObjectId, status: ProductStatus, *, search: str = "", at: Position | None, limit: int
    ) -> Page[dict[str, Any]]:
        """A shop's listings in one state, last changed first; `search` as in `counts_of_seller`."""
        rows = products.all().filter(__raw__=own(shop_id, search) | {"status": status.value})
        shown = rows.only(*CARD, *ROW).as_pymongo()
        return products.page(shown, [("updated_at", -1), ("_id", -1)], at=at, limit=limit)

    def counts_of_seller(self, shop_id: ObjectId, search: str = "") -> dict[ProductStatus, int]:
        """How many listings the shop has in each state, in one round trip; states without any are left out.

        `search` is the beginning of a word of the title, or of a SKU; upper and lower case are the same.
        """
        return _counted(own(shop_id, search))

    def moderated(self, status: ProductStatus, *, at: Position | None, limit: int) -> Page[dict[str, Any]]:
        """What moderators look after in one of `process.MODERATED`, the one that waits longest first."""
        rows = products.all().filter(__raw__={"status": status.value, "queued_at": {"$exists": True}})
        shown = rows.only(*CARD, *ROW).as_pymongo()
        return products.page(shown, [("queued_at", 1), ("_id", 1)], at=at, limit=limit)

    def whole(self, product_ids: Iterable[ObjectId]) -> list[Product]:
        """These with all that is stored of them, in no order."""
        found = list(product_ids)
        return list(products.all().filter(pk__in=found)) if found else []

    def counts_of_moderated(self) -> dict[ProductStatus, int]:
        """How many listings moderators look after in each state, in one round trip."""
        states = [status.value for status in MODERATED]
        return _counted({"status": {"$in": states}, "queued_at": {"$exists": True}})

    def published(self, shop_id: ObjectId, limit: int) -> int:
        """How many listings of the shop people could buy at some time, counted up to the limit."""
        # Both values are named for the index `shop_newest`, where `visible` stands before the moment.
        rows = products.all().filter(shop_id=shop_id, visible__in=[True, False], published_at__ne=None)
        return int(rows.limit(limit).count(with_limit_and_skip=True))

    def skus_of(self, shop_id: ObjectId, beginning: str) -> set[str]:
        """The SKUs of the shop that begin like this."""
        rows = products.all().filter(shop_id=shop_id, variants__sku__startswith=beginning)
        return {variant.sku for product in rows.only("variants") for variant in product.variants}

    def remove(self, product_id: ObjectId, version: int) -> bool:
        """Forget a product that is still at this version; False when it is not."""
        return bool(products.all().filter(pk=product_id, version=version).delete())


def own(shop_id: ObjectId, search: str) -> dict[str, Any]:
    """The filter for the shop's own listings, all or those that the search finds."""
    if not search:
        return {"shop_id": shop_id}
    words = re.escape(search)
    found = [
        {"title": {"$regex": rf"(^|\W){words}", "$options": "i"}},
        {"variants.sku": {"$regex": f"^{words}", "$options": "i"}},
    ]
    return {"shop_id": shop_id, "$or": found}


def _counted(criteria: dict[str, Any]) -> dict[ProductStatus, int]:
    pipeline: list[dict[str, Any]] = [
        {"$match": criteria},
        {"$group": {"_id": "$status", "count": {"$sum": 1}}},
    ]
    return {ProductStatus(row["_id"]): row["count"] for row in products.rows(pipeline)}


listings = ListingRepository()
