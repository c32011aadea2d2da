"""What a load's shops sell: people, shops, listings and their stock, a thousand products at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bson import ObjectId

from marketplace.accounts.values import (
    ShippingMethod,
    ShippingProfile,
    ShippingTerms,
    ShopStatus,
    profile_of_terms,
)
from marketplace.catalog.documents import Category, Media
from marketplace.catalog.documents.listed import arranged
from marketplace.catalog.services.media import named
from marketplace.catalog.values import MovementKind, ProductStatus
from marketplace.catalog.values.tokens import category_token, codes_of, shop_token
from marketplace.catalog.values.words import search_entry_of
from marketplace.shared import clock
from marketplace.shared.documents import stored
from marketplace.shared.values import Money

from ..pictures import picture
from ..plan import EPOCH, Plan, digest, identifier
from ..store import Stored
from . import words
from .facts import Kinds
from .templates import Templates

#: How many products a block has, and each of its shops.
BLOCK, SHOP = 1000, 200

#: One shop of so many still waits for its review.
WAITING = 50

#: Listings that are not for sale, as thresholds of a number from 0 to 1.
_STATUSES = ((0.02, ProductStatus.DRAFT), (0.04, ProductStatus.PAUSED), (0.05, ProductStatus.ARCHIVED))

_SIZES = ("Small", "Medium", "Large")


@dataclass(slots=True)
class Ground:
    """What every block stands on: the templates, the tree of categories and the pictures."""

    plan: Plan
    templates: Templates
    categories: list[Stored]
    #: The categories that hold products: each with its ancestors, and what is sold there.
    leaves: list[tuple[list[ObjectId], tuple[str, ...]]]
    media: list[Stored]
    kinds: Kinds
    #: How long each order waits before it moves on.
    periods: Stored
    _keys: dict[str, str] = field(default_factory=dict)

    def id(self, kind: str, number: int) -> ObjectId:
        """The id of the thing of this number."""
        if kind not in self._keys:
            self._keys[kind] = self.plan.key("load", kind)
        return identifier(self._keys[kind], number)


@dataclass(slots=True)
class Sold:
    """A listing as the sales of its block need it."""

    product: Stored
    shop: Stored
    stock: list[Stored]
    shipped: list[int]


@dataclass(slots=True)
class Block:
    """Some shops with all that belongs to them; `documents` by collection, in the order of writing."""

    number: int
    size: int
    chance: random.Random
    documents: dict[str, list[Stored]]
    shops: list[Stored] = field(default_factory=list)
    buyers: list[Stored] = field(default_factory=list)
    #: What can be bought of each shop, bestsellers first.
    sold: list[list[Sold]] = field(default_factory=list)
    #: How each shop sends.
    profiles: dict[ObjectId, ShippingProfile] = field(default_factory=dict)


def ground(plan: Plan, templates: Templates) -> Ground:
    """The tree and the pictures that all blocks share."""
    found = Ground(plan, templates, [], [], [], Kinds.made(plan), stored(plan.periods))
    number = 0

    def category(name: str, parent: Category | None, position: int) -> Category:
        nonlocal number
        made = Category(id=found.id("category", number), name=name, position=position)
        made.put_below(parent)
        made.ask(() if parent else found.kinds.rules)
        made.slug = f"load-{plan.seed}-{'-'.join(made.path).lower().replace(' ', '-')}"
        made.validate()
        found.categories.append(made.to_mongo().to_dict())
        number += 1
        return made

    for place, (name, children) in enumerate(words.TREE.items()):
        top = category(name, None, place)
        for position, (child, nouns) in enumerate(children.items()):
            leaf = category(child, top, position)
            found.leaves.append(([top.pk, leaf.pk], nouns))
    with clock.at(EPOCH):
        for colour in ("sea", "navy", "coral", "ink", "mustard", "walnut"):
            for look in range(4):
                body = picture("mug", ("linen", colour, "cream"), look).encode()
                media = Media(name=named(body, "image/svg+xml"), content_type="image/svg+xml", body=body)
                media.validate()
                found.media.append(media.to_mongo().to_dict())
    return found


def block(ground: Ground, number: int, size: int) -> Block:
    """The people, shops, listings and stock of one block; the sales are not in it yet."""
    chance = random.Random(digest(ground.plan.key("load", "block", number), 16))  # noqa: S311 - no secret
    names = ("users", "shops", "products", "stock", "stock_movements")
    made = Block(number, size, chance, {name: [] for name in names})
    for index in range(0, size, SHOP):
        _shop(ground, made, number * (BLOCK // SHOP) + index // SHOP, min(SHOP, size - index))
    for index in range(max(1, size // 10)):
        made.buyers.append(_user(ground, "buyer", number * (BLOCK // 10) + index, made.chance))
    made.documents["users"] += made.buyers
    return made


def _user(ground: Ground, kind: str, number: int, chance: random.Random) -> Stored:
    name = f"{_one(words.FIRST_NAMES, chance)} {_one(words.BRANDS, chance)}"
    city, region, postal = _one(words.PLACES, chance)
    address = {
        "name": name,
        "line1": f"{1 + int(chance.random() * 9999)} {_one(words.BRANDS, chance)} Street",
        "country": "US",
        "postal": postal,
        "city": city,
        "region": region,
    }
    return ground.templates.user | {
        "_id": ground.id(kind, number),
        "email": f"{kind}-{ground.plan.seed}-{number}@example.com",
        "display_name": name,
        "addresses": [{"id": ground.id(f"{kind} address", number), "address": address}],
        "created_at": ground.plan.moment - timedelta(days=800, seconds=int(chance.random() * 10**7)),
    }


def _shop(ground: Ground, block: Block, number: int, size: int) -> None:
    chance, plan = block.chance, ground.plan
    owner = _user(ground, "seller", number, chance)
    sells = number % WAITING != WAITING - 1
    maker = _one(words.BRANDS, chance)
    opened = plan.moment - timedelta(days=760, seconds=int(chance.random() * 10**6))
    terms = ShippingTerms(
        Money(_one((0, 490, 590, 790), chance), "USD"),
        1 + int(chance.random() * 4),
        Money(_one((5000, 7500, 10000), chance), "USD"),
    )
    profile = _profile(ground, number, terms)
    shop = ground.templates.shops[ShopStatus.ACTIVE if sells else ShopStatus.PENDING_REVIEW] | {
        "_id": ground.id("shop", number),
        "owner_id": owner["_id"],
        "name": f"{maker} & {_one(words.BRANDS, chance)}",
        "slug": f"load-{plan.seed}-{number}",
        "description": _sentence(chance, 30),
        "shipping": stored(terms),
        "shipping_profiles": [stored(profile)],
        "created_at": opened,
        "terms_accepted_at": opened,
    }
    if sells:
        shop["approved_at"] = opened + timedelta(days=1)
    block.documents["users"].append(owner)
    block.documents["shops"].append(shop)
    block.shops.append(shop)
    block.profiles[shop["_id"]] = profile
    listings = list(_listings(ground, block, shop, sells, size))
    if sells:
        block.sold.append(listings)


def _profile(ground: Ground, number: int, terms: ShippingTerms) -> ShippingProfile:
    """One way to send everywhere; of every third shop also an express one that costs for each piece."""
    shop_id = ground.id("shop", number)
    profile = profile_of_terms(terms, shop_id)
    if number % 3:
        return profile
    further = Money(150, "USD")
    express = ShippingMethod(
        ground.id("express", number), "Express", Money(1490, "USD"), further, None, 1, 2, tracked=True
    )
    (zone,) = profile.zones
    return replace(profile, zones=(replace(zone, methods=(*zone.methods, express)),))


def _listings(ground: Ground, block: Block, shop: Stored, sells: bool, size: int) -> Iterator[Sold]:
    """The shop's listings and their stock; what comes out are those of the older half that are for sale."""
    first = block.number * BLOCK + len(block.documents["products"])
    for index in range(size):
        old = index < (size + 1) // 2
        product = _product(ground, block.chance, shop, sells, first + index, old=old, sure=index == 0)
        block.documents["products"].append(product)
        stock = [_stock(ground, block, product, variant) for variant in product["variants"]]
        _list(product, stock)
        if old and product["visible"]:
            yield Sold(product, shop, stock, [0] * len(stock))


def _product(
    ground: Ground,
    chance: random.Random,
    shop: Stored,
    sells: bool,
    number: int,
    *,
    old: bool,
    sure: bool,
) -> Stored:
    category_ids, nouns = _one(ground.leaves, chance)
    noun, material = _one(nouns, chance), _one(words.MATERIALS, chance)
    brand, colour = _one(words.MAKERS, chance), _one(words.COLOURS, chance)
    title = f"{brand} {material} {noun} {number}"
    draw = 1.0 if sure else chance.random()
    status = next((status for limit, status in _STATUSES if draw < limit), ProductStatus.ACTIVE)
    status = status if sells else ProductStatus.DRAFT
    weight, handmade = 20 + int(chance.random() * 2000), chance.random() < 0.5
    days = (380 if old else 2) + int(chance.random() * (340 if old else 370))
    created = ground.plan.moment - timedelta(days=days, seconds=int(chance.random() * 86_400))
    published = created + timedelta(hours=1)
    prices, options, variants = _variants(ground, chance, number)
    product = ground.templates.products[status] | {
        "_id": ground.id("product", number),
        "shop_id": shop["_id"],
        "title": title,
        "slug": title.lower().replace(" ", "-"),
        "description": _sentence(chance, 12 + int(chance.random() * 16)),
        "brand": brand,
        "category_id": category_ids[-1],
        "category_ids": category_ids,
        "tags": [material, noun],
        **ground.kinds.stated(material, weight, colour, handmade),
        "options": options,
        "variants": variants,
        "pictures": [{"file": _one(ground.media, chance)["_id"], "alt": title}],
        "shop_visible": sells,
        "price_min": prices[0],
        "price_max": prices[-1],
        "created_at": created,
        "updated_at": published,
    }
    if "published_at" in product:
        product["published_at"] = published
    product["search"] = search_entry_of(product)
    return product


def _list(product: Stored, stock: list[Stored]) -> None:
    """Write down all tokens of a product, which has those of its facts, as its aggregate would."""
    places = [*map(category_token, product["category_ids"]), shop_token(product["shop_id"])]
    in_stock = any(not one["track"] or one["available"] > 0 for one in stock)
    product["f"] = arranged([*places, *product["f"]], in_stock, (0, 0))
    product["f_codes"] = codes_of(product["f"])


def _variants(
    ground: Ground, chance: random.Random, number: int
) -> tuple[list[int], list[str], list[Stored]]:
    draw, base = chance.random(), chance.random()
    count = 1 if draw < 0.55 else 2 if draw < 0.85 else 3
    lowest = 499 + 100 * int(base * base * base * 300)
    prices = [lowest + 500 * index for index in range(count)]
    variants: list[Stored] = []
    for index, price in enumerate(prices):
        variant: Stored = {
            "id": ground.id("variant", number * len(_SIZES) + index),
            "sku": f"L{number:07d}-{index}",
            "option_values": [_SIZES[index]] if count > 1 else [],
            "price": _usd(price),
            "active": True,
        }
        if draw < 0.08:
            variant["compare_at"] = _usd(price + 400)
        variants.append(variant)
    return prices, ["Size"] if count > 1 else [], variants


def _stock(ground: Ground, block: Block, product: Stored, variant: Stored) -> Stored:
    """The stock of a variant before any sale; the first of a shop's listings is always counted."""
    draw = block.chance.random()
    track = draw >= 0.05
    left = 0 if draw < 0.12 else 1 + int(draw * 5) if draw < 0.25 else 6 + int(block.chance.random() * 400)
    stock = ground.templates.stock | {
        "_id": variant["id"],
        "product_id": product["_id"],
        "shop_id": product["shop_id"],
        "track": track,
        "on_hand": left if track else 0,
        "available": left if track else 0,
        "holds": [],
        "updated_at": product["created_at"],
    }
    block.documents["stock"].append(stock)
    return stock


def explain(ground: Ground, block: Block) -> None:
    """Write the first movement of every variant: what is on hand now, and what was shipped since."""
    shipped = {
        stock["_id"]: gone
        for listings in block.sold
        for sold in listings
        for stock, gone in zip(sold.stock, sold.shipped, strict=True)
    }
    template = ground.templates.movements[MovementKind.INITIAL]
    first = block.number * BLOCK * len(_SIZES)
    created = {product["_id"]: product["created_at"] for product in block.documents["products"]}
    for index, stock in enumerate(block.documents["stock"]):
        began = stock["on_hand"] + (shipped.get(stock["_id"], 0) if stock["track"] else 0)
        if began:
            block.documents["stock_movements"].append(
                template
                | {
                    "_id": ground.id("arrival", first + index),
                    "variant_id": stock["_id"],
                    "ref": str(stock["_id"]),
                    "quantity": began,
                    "at": created[stock["product_id"]],
                }
            )


def _one(choices: Any, chance: random.Random) -> Any:
    """One of the choices, each as likely as the next; faster than `choice`, and the same on every Python."""
    return choices[int(chance.random() * len(choices))]


def _sentence(chance: random.Random, length: int) -> str:
    table, draw, size = words.TEXT, chance.random, len(words.TEXT)
    text = " ".join([table[int(draw() * size)] for _ in range(length)])
    return f"{text.capitalize()}."


def _usd(amount: int) -> Stored:
    return {"amount": amount, "currency": "USD"}
