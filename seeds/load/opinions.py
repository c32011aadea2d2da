"""What buyers of a block say of what they received, and the stars that this makes."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from marketplace.catalog.documents.listed import arranged
from marketplace.catalog.values.tokens import IN_STOCK, codes_of, ranked_by_stars
from marketplace.ordering.values import OrderStatus

from ..plan import digest
from ..store import Stored
from .catalogue import Block, Ground, _one, _sentence

#: How long after its checkout a member says something about an order, which is completed by then.
SAID_AFTER = timedelta(days=8)

#: How many of the lines of completed orders are reviewed.
SHARE = 0.6

#: The stars that people give, each as often as it is here, and what they say in a few words.
STARS = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)
TITLES = {5: "Just right", 4: "Good", 3: "All right", 2: "Not for me", 1: "Broke soon"}

_PAID = (
    *(OrderStatus.PLACED, OrderStatus.PROCESSING, OrderStatus.SHIPPED),
    *(OrderStatus.DELIVERED, OrderStatus.COMPLETED),
)

_DELIVERIES = ("confirm_received", "mark_delivered")


def review(ground: Ground, block: Block) -> None:
    """Give the members of the block their rights, and let some of them use these.

    What is drawn by chance here is drawn apart, so that everything else is the same with and without it.
    """
    key = ground.plan.key("load", "opinions", block.number)
    chance = random.Random(digest(key, 16))  # noqa: S311 - no secret
    rights: list[Stored] = []
    reviews: dict[tuple[Any, Any], Stored] = {}
    products = {product["_id"]: product for product in block.documents["products"]}
    for order in block.documents["orders"]:
        if "buyer_id" not in order or order["status"] not in _PAID:
            continue
        for item in order["items"]:
            right = _right(ground, order, item)
            rights.append(right)
            said = order["status"] == OrderStatus.COMPLETED and chance.random() < SHARE
            if said and (order["buyer_id"], item["product_id"]) not in reviews:
                found = _review(ground, right, order["placed_at"] + SAID_AFTER, chance)
                right["used_at"] = found["created_at"]
                reviews[order["buyer_id"], item["product_id"]] = found
                _count(products[item["product_id"]], found["rating"])
    block.documents["review_rights"] = rights
    block.documents["reviews"] = list(reviews.values())


def _right(ground: Ground, order: Stored, item: Stored) -> Stored:
    right = ground.templates.right | {
        "_id": item["id"],
        "author_id": order["buyer_id"],
        "product_id": item["product_id"],
        "shop_id": order["shop_id"],
        "bought_at": order["paid_at"],
    }
    del right["used_at"]
    arrived = [event["at"] for event in order["events"] if event["name"] in _DELIVERIES]
    if arrived:
        right["delivered_at"] = arrived[0]
    else:
        del right["delivered_at"]
    return right


def _review(ground: Ground, right: Stored, moment: Any, chance: random.Random) -> Stored:
    rating = _one(STARS, chance)
    said = {name: right[name] for name in ("author_id", "product_id", "shop_id")}
    return (
        ground.templates.review
        | said
        | {
            # As unique as the line, and rising with the moment, as the ids of what people write are.
            "_id": type(right["_id"])(int(moment.timestamp()).to_bytes(4, "big") + right["_id"].binary[4:]),
            "line_id": right["_id"],
            "rating": rating,
            "title": TITLES[rating],
            "body": _sentence(chance, 8 + int(chance.random() * 30)),
            "created_at": moment,
            "updated_at": moment,
        }
    )


def _count(product: Stored, stars: int) -> None:
    before = product["rating"]
    bucket = f"c{stars}"
    product["rating"] = before | {
        "n": before["n"] + 1,
        "sum": before["sum"] + stars,
        bucket: before[bucket] + 1,
    }
    stars_now = (product["rating"]["n"], product["rating"]["sum"])
    product["f"] = arranged(product["f"], IN_STOCK in product["f"], stars_now)
    product["f_codes"] = codes_of(product["f"])
    product["rank_rating"] = ranked_by_stars(*stars_now, product["rank_mean"])
