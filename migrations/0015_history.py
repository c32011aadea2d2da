"""Orders are found by what people look for: their state, their day, an e-mail address, a payment's reference.

Imported purchases are known again by their origin.
"""

from __future__ import annotations

from marketplace.operations.migrations.steps import index

phase = "expand"

depends_on = ("0011_editor",)

steps = [
    index.create("orders", "buyer_status_placed", {"buyer_id": 1, "status": 1, "placed_at": -1, "_id": -1}),
    index.create("orders", "shop_status_ships_by", {"shop_id": 1, "status": 1, "ships_by": 1, "_id": 1}),
    index.create(
        "orders",
        "email_placed",
        {"email": 1, "placed_at": -1, "_id": -1},
        partialFilterExpression={"email": {"$exists": True}},
    ),
    index.create("orders", "placed", {"placed_at": -1, "_id": -1}),
    index.unique(
        "purchases",
        "origin",
        {"origin.reference": 1},
        partialFilterExpression={"origin.reference": {"$exists": True}},
    ),
    index.create(
        "payments",
        "reference",
        {"reference": 1},
        partialFilterExpression={"reference": {"$exists": True}},
    ),
]
