"""Shops send by profiles, products may name one, and carts keep things for later.

Until now a shop had one price for each order, wherever it went, and its handling days. They become its
default profile, which sends everywhere in one way: what was sold yesterday is sold today, at the same price.
Its id and its method's are the shop's own, so that doing it again gives the same. `shipping` stays, and says
the default in short.
"""

from __future__ import annotations

from typing import Any

from marketplace.operations.migrations.steps import each, index

phase = "migrate"

depends_on = ("0011_editor",)


def as_profile(db: Any, shop: dict[str, Any]) -> dict[str, Any]:
    """The shop's terms as a profile that sends everywhere."""
    terms = shop["shipping"]
    method = {
        "id": shop["_id"],
        "name": "Standard",
        "first": terms["price"],
        "additional": {"amount": 0, "currency": terms["price"]["currency"]},
        "tracked": False,
    }
    if terms.get("free_over"):
        method["free_over"] = terms["free_over"]
    zone = {"name": "Everywhere", "methods": [method], "countries": []}
    profile = {
        "id": shop["_id"],
        "name": "Standard",
        "handling_days": terms["handling_days"],
        "zones": [zone],
        "excluded": [],
    }
    return {"$set": {"shipping_profiles": [profile]}}


steps = [
    each("shops", {"shipping_profiles": None}, as_profile, down={"$unset": {"shipping_profiles": ""}}),
    index.create(
        "products",
        "shipping_profile",
        {"shop_id": 1, "shipping_profile_id": 1},
        partialFilterExpression={"shipping_profile_id": {"$exists": True}},
    ),
]
