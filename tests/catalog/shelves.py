"""Two hundred thousand products in seconds: two thousand kinds, each laid out a hundred times by the server.

Everything that lists read is there and as the aggregates would store it; what they do not read is left out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from marketplace.catalog.documents import Attribute
from marketplace.catalog.documents.listed import arranged
from marketplace.catalog.values import AttributeDraft, OptionDraft
from marketplace.catalog.values.tokens import category_token, codes_of, ranked_by_stars, shop_token
from marketplace.catalog.values.words import search_entry_of, stem

#: How many kinds of products there are, and how often each is laid out.
KINDS, TIMES = 2000, 100

#: Five branches of eight categories each, and shops.
BRANCHES, LEAVES, SHOPS = 5, 8, 100

COLOURS = ("black", "white", "blue", "green", "grey", "red", "natural", "yellow")
MATERIALS = ("oak", "walnut", "stoneware", "linen", "steel", "cotton", "leather", "brass", "glass", "cork")
FACTS = {"colour": COLOURS, "material": MATERIALS, "handmade": ()}
NOUNS = ("mug", "bowl", "lamp", "rug", "vase", "chair", "clock", "tray", "jar", "quilt")


def fill(db: Any) -> None:
    """Lay everything out, and build the indexes that the migrations made."""
    indexes = [dict(index) for index in db.products.list_indexes() if index["name"] != "_id_"]
    categories = [_category(branch, leaf) for branch in range(BRANCHES) for leaf in (None, *range(LEAVES))]
    db.categories.insert_many(categories)
    db.shops.insert_many(_shop(number) for number in range(SHOPS))
    attributes = [_attribute(*one) for one in FACTS.items()]
    db.attributes.insert_many(one.to_mongo().to_dict() for one in attributes)
    chance = random.Random(4)  # noqa: S311 - no secret
    kinds = [_kind(number, chance) for number in range(KINDS)]
    db.kinds.insert_many(kinds)
    db.search_terms.insert_many(_terms(kinds))
    db.search_state.insert_one({"_id": "search", "products": KINDS * TIMES, "synonyms": 0})
    db.products.drop()
    db.kinds.aggregate([*_LAID_OUT, {"$out": "products"}])
    db.command("createIndexes", "products", indexes=indexes)
    db.kinds.drop()


def _attribute(code: str, options: tuple[str, ...]) -> Attribute:
    one = Attribute(id=ObjectId())
    drafts = tuple(OptionDraft(label=option.capitalize()) for option in options)
    kind = "enum" if options else "boolean"
    one.define(AttributeDraft(code=code, label=code.capitalize(), type=kind, options=drafts, filterable=True))
    one.validate()
    return one


def _terms(kinds: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the dictionary says of each word of the titles."""
    counted = Counter(word for kind in kinds for word in kind["title"].lower().split())
    for word, count in counted.items():
        yield {
            "_id": f"term:{word}",
            "kind": "term",
            "key": word,
            "text": word,
            "count": count * TIMES,
            "stems": [stem(word)],
            "prefixes": [word[:length] for length in range(2, len(word) + 1)],
        }


def category_id(branch: int, leaf: int | None = None) -> ObjectId:
    """The id of a branch, or of one of its leaves."""
    return ObjectId(f"{1 + branch * 100 + (0 if leaf is None else leaf + 1):024d}")


def shop_id(number: int) -> ObjectId:
    """The id of a shop."""
    return ObjectId(f"{90_000 + number:024d}")


def _category(branch: int, leaf: int | None) -> dict[str, Any]:
    above = [] if leaf is None else [category_id(branch)]
    name = f"Branch {branch}" if leaf is None else f"Leaf {branch} {leaf}"
    return {
        "_id": category_id(branch, leaf),
        "version": 0,
        "name": name,
        "slug": name.lower().replace(" ", "-"),
        "parent_id": above[0] if above else None,
        "ancestors": above,
        "path": [*(f"Branch {branch}" for _ in above), name],
        "position": branch,
    }


def _shop(number: int) -> dict[str, Any]:
    return {
        "_id": shop_id(number),
        "version": 0,
        "owner_id": ObjectId(),
        "name": f"Shop {number}",
        "slug": f"shop-{number}",
        "currency": "USD",
        "status": "active",
        "description": "",
        "created_at": datetime(2025, 1, 1, tzinfo=UTC),
    }


def _kind(number: int, chance: random.Random) -> dict[str, Any]:
    branch, leaf, shop = chance.randrange(BRANCHES), chance.randrange(LEAVES), chance.randrange(SHOPS)
    colour, material = chance.choice(COLOURS), chance.choice(MATERIALS)
    noun = chance.choice(NOUNS)
    title = f"{colour.capitalize()} {material} {noun}"
    stars = (chance.randrange(1, 40), 0) if chance.random() < 0.3 else (0, 0)
    stars = (stars[0], round(stars[0] * chance.uniform(1, 5)))
    own = [
        category_token(category_id(branch)),
        category_token(category_id(branch, leaf)),
        shop_token(shop_id(shop)),
        f"colour:{colour}",
        f"material:{material}",
        f"handmade:{chance.choice(('yes', 'no'))}",
    ]
    tokens = arranged(own, chance.random() < 0.88, stars)
    return {
        "_id": number,
        "shop_id": shop_id(shop),
        "title": title,
        "noun": noun,
        "category_id": category_id(branch, leaf),
        "category_ids": [category_id(branch), category_id(branch, leaf)],
        "f": tokens,
        "f_codes": codes_of(tokens),
        "rank_rating": ranked_by_stars(*stars, 3.5),
        "rating": {"n": stars[0], "sum": stars[1]},
        "search": search_entry_of({"title": title}),
    }


_NUMBER = {"$add": [{"$multiply": ["$_id", TIMES]}, "$copy"]}

#: A number between 0 and 100,000 that looks drawn by chance.
_SCATTERED = {"$mod": [{"$multiply": ["$number", 7919]}, 100_003]}

_PADDED = {"$concat": ["0" * 24, {"$toString": "$number"}]}

_ID = {"$toObjectId": {"$substrCP": [_PADDED, {"$strLenCP": {"$toString": "$number"}}, 24]}}

_LAID_OUT: list[dict[str, Any]] = [
    {"$set": {"copy": {"$range": [0, TIMES]}}},
    {"$unwind": "$copy"},
    {"$set": {"number": _NUMBER}},
    {"$set": {"drawn": _SCATTERED}},
    {
        "$project": {
            "_id": _ID,
            **dict.fromkeys(
                (
                    "shop_id",
                    "category_id",
                    "category_ids",
                    "f",
                    "f_codes",
                    "rank_rating",
                    "rating",
                    "search",
                ),
                1,
            ),
            "title": {"$concat": ["$title", " ", {"$toString": "$number"}]},
            "slug": {"$concat": ["$noun", "-", {"$toString": "$number"}]},
            "status": "active",
            "visible": {"$ne": [{"$mod": ["$number", 20]}, 0]},
            "shop_visible": True,
            "currency": "USD",
            "price_min": "$drawn",
            "price_max": "$drawn",
            "published_at": {"$subtract": ["$$NOW", {"$multiply": ["$drawn", 1000]}]},
            "updated_at": "$$NOW",
            "version": {"$literal": 0},
            "variants": [
                {
                    "id": _ID,
                    "sku": {"$toString": "$number"},
                    "price": {"amount": "$drawn", "currency": "USD"},
                    "active": True,
                }
            ],
        }
    },
]
