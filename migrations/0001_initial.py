"""Create the collections and every index that the application's queries are planned on.

MongoEngine creates no index by itself: what the documents declare is compared with what this makes in
`tests/operations/test_migrations.py`.
"""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, TEXT, IndexModel

from marketplace.operations.migrations.steps import collections

phase = "expand"


def _rising(name: str, *fields: str, **options: Any) -> IndexModel:
    return IndexModel([(field, ASCENDING) for field in fields], name=name, **options)


#: Each collection with its indexes. The query that an index serves stands with the document.
INDEXES: dict[str, list[IndexModel]] = {
    # accounts
    "users": [
        IndexModel([("email", ASCENDING)], name="email", unique=True),
    ],
    "shops": [
        IndexModel([("slug", ASCENDING)], name="slug", unique=True),
        IndexModel([("owner_id", ASCENDING), ("_id", ASCENDING)], name="owner"),
        IndexModel([("status", ASCENDING), ("_id", DESCENDING)], name="status"),
    ],
    # catalog
    "categories": [
        IndexModel([("slug", ASCENDING)], name="slug", unique=True),
        IndexModel([("parent_id", ASCENDING), ("position", ASCENDING), ("name", ASCENDING)], name="children"),
        IndexModel([("ancestors", ASCENDING)], name="ancestors"),
    ],
    "products": [
        IndexModel(
            [(field, TEXT) for field in ("title", "brand", "tags", "specs_text", "description")],
            name="text",
            weights={"title": 10, "brand": 5, "tags": 4, "specs_text": 3, "description": 1},
            default_language="english",
        ),
        _rising("category_price", "visible", "category_ids", "price_min", "_id"),
        _rising("category_newest", "visible", "category_ids", "published_at", "_id"),
        _rising("price", "visible", "price_min", "_id"),
        _rising("newest", "visible", "published_at", "_id"),
        _rising("shop_price", "shop_id", "visible", "price_min", "_id"),
        _rising("shop_newest", "shop_id", "visible", "published_at", "_id"),
        _rising("shop_status", "shop_id", "status", "updated_at", "_id"),
        _rising("slug", "shop_id", "slug", unique=True),
        _rising("sku", "shop_id", "variants.sku", unique=True),
        _rising(
            "external_id",
            "shop_id",
            "external_id",
            unique=True,
            partialFilterExpression={"external_id": {"$type": "string"}},
        ),
    ],
    "stock": [
        _rising("holds_expire", "holds.expires_at"),
        _rising("product", "product_id"),
    ],
    "stock_movements": [
        _rising("once", "variant_id", "kind", "ref", unique=True),
    ],
    "media": [],
    # ordering
    "carts": [
        IndexModel(
            [("user_id", ASCENDING)],
            name="user",
            unique=True,
            partialFilterExpression={"live": True, "user_id": {"$exists": True}},
        ),
        IndexModel(
            [("token", ASCENDING)],
            name="token",
            unique=True,
            partialFilterExpression={"live": True, "token": {"$exists": True}},
        ),
        IndexModel([("expires_at", ASCENDING)], name="expires_at", expireAfterSeconds=0),
    ],
    "purchases": [
        IndexModel([("cart_id", ASCENDING)], name="cart", unique=True),
        IndexModel(
            [("pay_until", ASCENDING)],
            name="pay_until",
            partialFilterExpression={"pay_until": {"$exists": True}},
        ),
    ],
    "orders": [
        IndexModel([("number", ASCENDING)], name="number", unique=True),
        IndexModel(
            [("buyer_id", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)], name="buyer_placed"
        ),
        IndexModel(
            [("shop_id", ASCENDING), ("status", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)],
            name="shop_status_placed",
        ),
        IndexModel([("purchase_id", ASCENDING)], name="purchase"),
    ],
    "payments": [
        IndexModel(
            [("provider", ASCENDING), ("reference", ASCENDING)],
            name="provider_reference",
            unique=True,
            partialFilterExpression={"reference": {"$exists": True}},
        ),
        IndexModel([("purchase_id", ASCENDING)], name="purchase"),
    ],
    "payment_events": [
        IndexModel([("provider", ASCENDING), ("event_id", ASCENDING)], name="provider_event", unique=True),
    ],
}

#: What the database itself refuses to store, whatever the code does.
VALIDATORS: dict[str, dict[str, Any]] = {
    "stock": {
        "$jsonSchema": {
            "required": ["product_id", "shop_id", "on_hand", "available", "allocated"],
            "properties": {
                number: {"bsonType": ["int", "long"], "minimum": 0}
                for number in ("on_hand", "available", "allocated")
            },
        }
    },
}

steps = [collections(INDEXES, {name: {"validator": rule} for name, rule in VALIDATORS.items()})]
