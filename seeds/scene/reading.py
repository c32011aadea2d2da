"""Reading the folder of a scene."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

from ..conversations import talk_of
from .checks import stock_suffices, unique, unique_in_shops
from .deals import purchase_of, received, report_of, review_of
from .entries import Entry, read
from .goods import attribute_of, categories_of, product_of, shop_of, user_of
from .parts import Product, Scene, Shop

DEMO = Path(__file__).parents[1] / "demo"
E2E = Path(__file__).parents[1] / "e2e"


def load_scene(folder: Path = DEMO) -> Scene:
    """The scene in a folder; a ValueError names the file, the entry and the field of the first mistake."""
    attributes = [attribute_of(entry) for entry in read(folder / "attributes.toml").entries("attribute")]
    by_code = {attribute.code: attribute for attribute in attributes}
    categories = categories_of(read(folder / "categories.toml"))
    people = read(folder / "users.toml")
    password = people.take("password", str)
    users = [user_of(entry) for entry in people.entries("user")]
    unique(users, "email", "users.toml")
    by_email = {user.email: user for user in users}
    parents = {category.parent for category in categories}
    leaves = {category.slug for category in categories} - parents
    shops: list[Shop] = []
    listings: list[list[Product]] = []
    for file in sorted((folder / "shops").glob("*.toml")):
        contents = read(file)
        shop = shop_of(Entry(f"{file.name}: shop", contents.take("shop", dict)), by_email)
        shops.append(shop)
        listings.append([product_of(entry, shop, leaves, by_code) for entry in contents.entries("product")])
        contents.done()
    unique(shops, "slug", "shops")
    products = _mixed(listings)
    unique_in_shops(products)
    purchases = [
        purchase_of(entry, by_email, shops) for entry in read(folder / "purchases.toml").entries("purchase")
    ]
    stock_suffices(products, purchases)
    rights = received(products, purchases)
    reviews = [
        review_of(entry, rights, shops, by_email) for entry in read(folder / "reviews.toml").entries("review")
    ]
    unique(reviews, "key", "reviews.toml")
    owners = {shop.slug: shop.owner for shop in shops}
    talks = [
        talk_of(entry, products, purchases, owners)
        for entry in read(folder / "conversations.toml").entries("conversation")
    ]
    unique(talks, "key", "conversations.toml")
    return Scene(
        password,
        tuple(attributes),
        tuple(categories),
        tuple(users),
        tuple(sorted(shops, key=lambda shop: users.index(by_email[shop.owner]))),
        tuple(products),
        tuple(purchases),
        tuple(reviews),
        tuple(talks),
        tuple(
            report_of(entry, shops, products, reviews, by_email)
            for entry in read(folder / "reports.toml").entries("report")
        ),
    )


def _mixed(listings: list[list[Product]]) -> list[Product]:
    """All products, so that neighbours differ: shops take turns, and each walks its shelf in steps."""
    walks = [[product for start in range(5) for product in listing[start::5]] for listing in listings]
    mixed: list[Product] = []
    for number, turn in enumerate(zip_longest(*walks)):
        shift = number * 3 % len(turn)
        mixed.extend(product for product in turn[shift:] + turn[:shift] if product)
    return mixed
