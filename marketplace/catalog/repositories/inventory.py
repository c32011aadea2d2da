"""A shop's stock as its people look through it, and what happened to each variant."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared.paging import Page, Position, Sort
from ..documents import Stock, StockMovement
from ..values import LOW_STOCK, StockShown
from .listings import own
from .products import products

#: How many listings a search in the inventory finds.
MOST_FOUND = 500

#: In which order the variants stand: those of a product together, or the fewest first.
BY_PRODUCT: Sort = [("product_id", 1), ("_id", 1)]
BY_AVAILABLE: Sort = [("available", 1), ("_id", 1)]


class InventoryRepository:
    """The same stock and movements as in `stock` and `movements`, by the questions of a shop."""

    def of_shop(
        self,
        shop_id: ObjectId,
        shown: StockShown,
        *,
        search: str = "",
        at: Position | None = None,
        limit: int,
    ) -> Page[Stock]:
        """The stock of a shop's variants: all by product, or what is low or out, the fewest first.

        `search` is the beginning of a word of the title, or of a SKU, of at most `MOST_FOUND` listings.
        """
        wanted: dict[str, Any] = {"shop_id": shop_id} | self._shown(shop_id, shown)
        if search:
            wanted["product_id"] = {"$in": self._found(shop_id, search)}
        order = BY_PRODUCT if shown is StockShown.ALL else BY_AVAILABLE
        return products.page(Stock.objects(__raw__=wanted), order, at=at, limit=limit)

    def movements_of(
        self, variant_id: ObjectId, *, at: Position | None = None, limit: int
    ) -> Page[StockMovement]:
        """What happened to a variant, the last first."""
        rows = StockMovement.objects(variant_id=variant_id)
        return products.page(rows, [("at", -1), ("_id", -1)], at=at, limit=limit)

    def _shown(self, shop_id: ObjectId, shown: StockShown) -> dict[str, Any]:
        if shown is StockShown.ALL:
            return {}
        if shown is StockShown.OUT:
            return {"track": True, "available": {"$lte": 0}}
        highest = Stock.objects(__raw__={"shop_id": shop_id, "low_at": {"$exists": True}})
        first = highest.order_by("-low_at").only("low_at").first()
        bound = max(LOW_STOCK, first.low_at if first else 0)
        warned = {"$lte": ["$available", {"$ifNull": ["$low_at", LOW_STOCK]}]}
        return {"track": True, "available": {"$lte": bound}, "$expr": warned}

    def _found(self, shop_id: ObjectId, search: str) -> list[ObjectId]:
        rows = products.all().filter(__raw__=own(shop_id, search)).only("id").limit(MOST_FOUND)
        return [row.pk for row in rows]


inventory = InventoryRepository()
