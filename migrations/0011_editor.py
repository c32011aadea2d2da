"""Shops look through their stock: by product, by what is low or out, and by what happened to a variant."""

from __future__ import annotations

from marketplace.operations.migrations.steps import index

phase = "expand"

depends_on = ("0002_outbox",)

steps = [
    index.create("stock", "shop_product", {"shop_id": 1, "product_id": 1, "_id": 1}),
    index.create("stock", "shop_available", {"shop_id": 1, "available": 1, "_id": 1}),
    index.create(
        "stock",
        "shop_low_at",
        {"shop_id": 1, "low_at": -1},
        partialFilterExpression={"low_at": {"$exists": True}},
    ),
    index.create("stock_movements", "variant_newest", {"variant_id": 1, "at": -1, "_id": -1}),
]
