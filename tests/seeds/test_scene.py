import itertools
import shutil

import pytest

from seeds.pictures import picture
from seeds.scene import DEMO, ORDER_STATES, load_scene


@pytest.fixture(scope="module")
def scene():
    return load_scene()


@pytest.fixture
def spoilt(tmp_path):
    """Load a copy of the demo scene in which one text of one file is replaced by another."""
    folder = tmp_path / "demo"
    shutil.copytree(DEMO, folder)

    def load(file, old, new):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_scene(folder)

    return load


POTTERY = "shops/saltmarsh-pottery.toml"
TALKS = "conversations.toml"
BUYER = 'buyer = "buyer@example.com"\ndays_ago = 74\n'

MISTAKES = [
    (POTTERY, 'category = "vases"', 'category = "vazes"', r"saltmarsh-pottery.*Driftwood vase.*category"),
    (POTTERY, 'category = "vases"', 'category = "home-and-table"', r"category.*home-and-table.*unknown"),
    (POTTERY, "price = 3400\n", "price = -1\n", r"belly mug.*price: must be 0"),
    (POTTERY, "price = 3400\n", 'price = "34"\n', r"belly mug.*price: must be int"),
    (POTTERY, "compare_at = 3800", "compare_at = 3200", r"Camp mug.*compare_at: must be more"),
    (POTTERY, 'sku = "SM-MUG-CAMP"', 'sku = "SM-MUG-BELLY"', r"sku: 'SM-MUG-BELLY' is there 2 times"),
    (POTTERY, 'title = "Moon jar"', 'title = "Fern plate"', r"title: 'Fern plate' is there 2 times"),
    (POTTERY, 'title = "Moon jar"', 'titel = "Moon jar"', r"product 22: title: is missing"),
    (POTTERY, 'title = "Moon jar"', 'title = "Moon"', r"title: must have 5 to 120"),
    (POTTERY, '"Large, 350 ml", "Sea"', '"Small, 250 ml", "Sea"', r"Low Tide mug.*variants 2.*is: .*twice"),
    (POTTERY, '"Large, 350 ml", "Sea"', '"Large, 350 ml"', r"variants 2.*is: must choose Size, Glaze"),
    (POTTERY, "volume = 350", 'volume = "much"', r"specs.volume: must be a number"),
    (POTTERY, "volume = 350", "volumen = 350", r"specs.volumen: is an unknown attribute"),
    (POTTERY, "dishwasher_safe = true", "dishwasher_safe = 1", r"specs.dishwasher_safe: must be a boolean"),
    (
        POTTERY,
        'specs = { material = "Stoneware", volume = 420,',
        "specs = { volume = 420 } #",
        r"2 to 8, not 1",
    ),
    ("shops/lark-and-kettle.toml", 'roast = "dark"', 'roast = "black"', r"specs.roast: 'black' is none of"),
    (POTTERY, 'motif = "mug"', 'motif = "mugg"', r"picture: motif: 'mugg' is unknown"),
    (POTTERY, '["linen", "sea", "cream"]', '["linen", "see"]', r"picture: palette: 'see' is unknown"),
    (POTTERY, '["linen", "sea", "cream"]', '["sea", "linen"]', r"palette: must be a backdrop"),
    (POTTERY, 'tags = ["stoneware", "handmade"]', f"tags = {list('abcdefghijk')}", r"tags: are more than 10"),
    (POTTERY, "handling_days = 3", "handling_days = 9", r"shop: handling_days: must be 1 to 5"),
    (POTTERY, "handling_days = 3", "handling_days = 3\nmood = 1", r"shop: mood: is not a field"),
    (POTTERY, 'owner = "seller@example.com"', 'owner = "me@example.com"', r"shop: owner: .*unknown"),
    (POTTERY, "[shop]", "[shop", r"saltmarsh-pottery.toml: "),
    ("attributes.toml", 'type = "text"', 'type = "enum"', r"attribute 1: choices: belong to an enum"),
    ("categories.toml", 'parent = "tea"', 'parent = "coffee"', r"parent: 'coffee' does not stand before"),
    ("categories.toml", 'slug = "green-tea"', 'slug = "black-tea"', r"slug: 'black-tea' is there twice"),
    ("users.toml", '"jonas.brandt@example.org"', '"jonas@shop.de"', r"user 2: email: must end in"),
    ("users.toml", '"jonas.brandt@example.org"', '"seller@example.com"', r"email: .* is there 2 times"),
    ("purchases.toml", '"completed"', '"lost"', r"purchase 1: order 1: state: 'lost' is unknown"),
    ("purchases.toml", '"completed"', '"placed"', r"shipments: all of the goods left, but placed needs none"),
    ("purchases.toml", "SM-MUG-LT-L-SEA = 2", "SM-MUG-XXL = 2", r"purchase 1.*no sku of the shop"),
    ("purchases.toml", "SM-MUG-LT-L-SEA = 2", "SM-MUG-LT-L-NGT = 2", r"purchase 1.*sold out by then"),
    (
        "purchases.toml",
        "days_ago = 71 }",
        "days_ago = 71, lines = { ODD = 1 } }",
        r"hold more than was ordered",
    ),
    ("purchases.toml", "days_ago = 71 }", "days_ago = 75 }", r"shipments 1: days_ago: must be 0 to 74"),
    ("purchases.toml", 'shop = "lark-and-kettle"', 'shop = "saltmarsh-pottery"', r"a shop is there twice"),
    (
        "purchases.toml",
        BUYER,
        BUYER.replace("buyer@", "seller@"),
        r"order 1: shop: seller@example.com owns it",
    ),
    ("purchases.toml", BUYER, BUYER.replace("buyer@", "moderator@"), r"buyer: .* has no address"),
    ("purchases.toml", '"awaiting_payment"\nlines = { LK', '"placed"\nlines = { LK', r"one payment covers"),
    (
        "reviews.toml",
        "SM-MUG-LT-L-SEA",
        "SM-PLT-FERN",
        r"review 1: sku: buyer@example.com did not receive SM-PLT",
    ),
    ("reviews.toml", "rating = 5", "rating = 6", r"review 1: rating: must be 1 to 5"),
    (
        "reviews.toml",
        '"tom.achterberg@example.org"',
        '"seller@example.com"',
        r"review 1: helpful: seller@example.com is unknown, wrote it, or owns the shop",
    ),
    (
        "reviews.toml",
        'author = "idris.cole@example.com"',
        'author = "mateo.rivas@example.com"',
        r"reviews.toml: key: .*'mateo.rivas@example.com', 'saltmarsh-pottery'.* is there 2 times",
    ),
    (
        TALKS,
        'order = "SM-TEA-HARB"',
        'order = "SM-VAS-MOON"',
        r"conversation 1: order: .*had not bought SM-VAS",
    ),
    (TALKS, 'product = "SM-VAS-MOON"', 'product = "LK-OFF"', r"conversation 3: product: 'LK-OFF' is no sku"),
    (TALKS, 'shop = "saltmarsh-pottery"', 'shop = "salt"', r"conversation 1: shop: 'salt' is unknown"),
    (
        TALKS,
        'buyer = "buyer@',
        'buyer = "seller@',
        r"conversation 1: buyer: seller@example.com owns the shop",
    ),
    (TALKS, 'from = "buyer"', 'from = "system"', r"conversation 1: message 1: from: 'system' is unknown"),
    (TALKS, "days_ago = 1\n", "days_ago = 2\n", r"conversation 1: order: .* by then"),
    ("purchases.toml", BUYER, f"{BUYER}order = []\n[[purchase]]\n{BUYER}", r"purchase 1: order: is missing"),
]


@pytest.mark.parametrize(("file", "old", "new", "complaint"), MISTAKES)
def test_a_mistake_is_named_by_file_entry_and_field(spoilt, file, old, new, complaint):
    with pytest.raises(ValueError, match=complaint):
        spoilt(file, old, new)


def test_the_scene_has_eight_shops_of_twenty_five_products(scene):
    assert len(scene.shops) == 8
    assert len(scene.products) == 200
    assert len(scene.users) == 21


def test_the_seller_account_owns_the_first_shop(scene):
    assert scene.shops[0].owner == "seller@example.com"


def test_orders_end_in_every_state(scene):
    states = {order.state for purchase in scene.purchases for order in purchase.orders}

    assert states == set(ORDER_STATES)


def test_a_product_has_reviews_by_many_with_every_number_of_stars(scene):
    mug = [review for review in scene.reviews if review.sku == "SM-MUG-LT-S-SEA"]

    assert {review.rating for review in mug} == {1, 2, 3, 4, 5}
    assert len({review.author for review in mug}) == len(mug) == 7


def test_every_category_without_children_has_products(scene):
    parents = {category.parent for category in scene.categories}
    leaves = {category.slug for category in scene.categories} - parents

    assert {product.category for product in scene.products} == leaves


def test_neighbours_among_the_products_are_of_different_shops(scene):
    shops = [product.shop for product in scene.products]

    assert all(one != other for one, other in itertools.pairwise(shops))


def test_loading_twice_gives_the_same_scene(scene):
    assert load_scene() == scene


def test_a_parcel_without_lines_takes_the_whole_order(scene):
    order = scene.purchases[0].orders[0]

    assert order.shipments[0].lines == order.lines


def test_a_variant_in_another_colour_has_a_picture_of_its_own(scene):
    mug = next(product for product in scene.products if product.title == "Low Tide mug")

    assert [variant.picture for variant in mug.variants] == [0, 0, 1, 1, 2]
    assert mug.pictures[2].palette == ("mist", "navy", "white")


def test_no_two_products_of_the_scene_look_the_same(scene):
    drawn = [
        picture(look.motif, look.palette, look.number) for p in scene.products for look in p.pictures[:1]
    ]

    assert len(set(drawn)) == len(drawn)
