"""Products get the tokens that lists are filtered and counted by, and a rank by stars.

One index for each order now serves every list with one filter, whatever it is. Lists with several filters go
by three more, of everything, of a category and of a shop: they hold the tokens in short beside the order, so
that what does not fit is passed over without being read.
"""

from __future__ import annotations

import hashlib
from math import floor, log10
from typing import Any

from marketplace.operations.migrations.steps import collection, each, index

phase = "expand"
depends_on = ("0002_outbox",)

#: What a product without reviews is taken to have.
NO_MEAN = 3.5

#: As many reviews of that mean are added to a product's own.
WEIGHT = 5

#: Why an index in use may go.
REPLACED = {"visible-index": "older code finds its lists by the new indexes meanwhile"}

_FIRST, _SECOND = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "abcdefghijklmnopqrstuvwxyz"


def add_tokens(db: Any, product: dict[str, Any]) -> dict[str, Any]:
    """The product's tokens and its rank, as the application writes them."""
    active = {variant["id"] for variant in product["variants"] if variant["active"]}
    stock = db.stock.find({"product_id": product["_id"]}, {"track": 1, "available": 1})
    in_stock = any(
        one["_id"] in active and (not one.get("track", True) or one["available"] > 0) for one in stock
    )
    rating = product.get("rating") or {}
    count, total = rating.get("n") or 0, rating.get("sum") or 0
    tokens = [
        *(f"cat:{category}" for category in product.get("category_ids", ())),
        f"shop:{product['shop_id']}",
        *dict.fromkeys(token for spec in product.get("specs", ()) for token in _facts(spec)),
        *(["stock:1"] if in_stock else []),
        *(f"rating:{stars}" for stars in (4, 3, 2, 1) if count and total / count >= stars),
    ]
    rank = round((WEIGHT * NO_MEAN + total) / (WEIGHT + count), 4)
    codes = "".join(sorted(set(map(_code, tokens))))
    return {"$set": {"f": tokens, "f_codes": codes, "rank_rating": rank, "rank_mean": NO_MEAN}}


def _facts(spec: dict[str, Any]) -> list[str]:
    code, value = spec.get("attribute"), spec.get("value")
    if not code or not spec.get("filterable") or code in ("cat", "shop", "stock", "rating"):
        return []
    if isinstance(value, bool):
        return [f"{code}:{'yes' if value else 'no'}"]
    if spec.get("norm") is not None:
        low, high = _bucket(spec["norm"])
        return [f"{code}:{low:.10g}~{high:.10g}"]
    return [f"{code}:{option}" for option in (value if isinstance(value, list) else [value])]


def _bucket(norm: float) -> tuple[float, float]:
    """The two ends of the step of the series 1, 2, 5, 10 … that the number lies in."""
    if norm < 0:
        low, high = _bucket(-norm)
        return -high, -low
    if norm == 0:
        return 0.0, 0.0
    power = floor(log10(norm))
    steps = [float(f"{step}e{power + more}") for more in (-1, 0, 1) for step in (1, 2, 5)]
    low = max(step for step in steps if step <= norm)
    return low, steps[steps.index(low) + 1]


def _code(token: str) -> str:
    number = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=4).digest(), "big")
    return _FIRST[number % len(_FIRST)] + _SECOND[number // len(_FIRST) % len(_SECOND)]


def _keys(*fields: str) -> dict[str, int]:
    return dict.fromkeys(("visible", *fields, "_id"), 1)


#: The lists that are narrowed by more than one token: of everything, of a category, of a shop.
PLACES = {"all": (), "branch": ("category_id",), "within_shop": ("shop_id",)}

#: Their orders, and what the index holds beside them to pass products over.
ORDERS = {
    "price": ("price_min", {"f_codes": 1}),
    "newest": ("published_at", {"f_codes": 1, "price_min": 1}),
    "rating": ("rank_rating", {"f_codes": 1, "price_min": 1}),
}

#: What these take the place of.
BEFORE = ("price", "newest", "category_price", "category_newest", "shop_price", "shop_newest")

steps = [
    collection("figures"),
    each(
        "products",
        {"f_codes": None},
        add_tokens,
        down={"$unset": {"f": "", "f_codes": "", "rank_rating": "", "rank_mean": ""}},
    ),
    index.create("products", "f_price", _keys("f", "price_min")),
    index.create("products", "f_newest", _keys("f", "published_at")),
    index.create("products", "f_rating", _keys("f", "rank_rating")),
    *(
        index.create("products", f"{place}_{order}", _keys(*within, key) | last)
        for place, within in PLACES.items()
        for order, (key, last) in ORDERS.items()
    ),
    *(index.drop("products", name, safe=REPLACED) for name in BEFORE),
]
