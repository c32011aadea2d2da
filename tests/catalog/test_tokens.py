from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta

import pytest
from pymongo.errors import AutoReconnect

from marketplace.catalog import invariants, services
from marketplace.catalog.errors import InsufficientStock
from marketplace.catalog.repositories import figures, tokens
from marketplace.catalog.services import stock
from marketplace.catalog.values import ProductSpecification, SpecificationDraft
from marketplace.catalog.values.tokens import (
    NO_MEAN,
    category_token,
    code_of,
    codes_of,
    ranked_by_stars,
    rating_tokens,
    shop_token,
)
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import a_category, a_product, a_shop, a_variant, an_attribute, asking

pytestmark = pytest.mark.usefixtures("app")


def stored(product) -> dict:
    return connections.database().products.find_one({"_id": product.pk})


def is_in_stock(product) -> bool:
    return "stock:1" in stored(product)["f"]


def soon():
    return now() + timedelta(minutes=5)


def misfiled() -> list[str]:
    """What the check of all products finds."""
    check = next(one for one in invariants.INVARIANTS if "stock and stars" in one.name)
    return [finding.sentence for finding in check.find()]


# What a product has


def test_a_product_has_tokens_for_its_categories_its_shop_its_facts_and_its_stock():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    shop = a_shop()
    an_attribute("colour", options=("Sky Blue",))
    an_attribute("safe", type="boolean", filterable=True)
    an_attribute("weight", filterable=True)
    mugs = asking(mugs, "colour", "safe", "weight")
    stated = {"colour": "sky-blue", "safe": True, "weight": "0.4 kg"}

    product = a_product(
        shop=shop, category=mugs, specs=[SpecificationDraft(code, value) for code, value in stated.items()]
    )

    assert stored(product)["f"] == [
        category_token(home.pk),
        category_token(mugs.pk),
        shop_token(shop.id),
        "colour:sky-blue",
        "safe:yes",
        "weight:200~500",
        "stock:1",
    ]


def test_the_codes_say_the_same_in_short():
    product = stored(a_product())

    assert product["f_codes"] == codes_of(product["f"])


def test_free_facts_make_no_tokens():
    product = a_product(specs=[ProductSpecification("Colour", "enum", "Blue")])

    assert not any(token.startswith("colour") for token in stored(product)["f"])


@pytest.mark.parametrize("code", ["cat", "shop", "stock", "rating"])
def test_no_fact_can_pretend_to_be_another_token(code):
    fact = an_attribute(code, options=("1",)).specify("1")
    product = a_product(a_variant(on_hand=0))
    product.specify([fact])

    product.follow_facts()

    assert f"{code}:1" not in product.f


def test_a_code_is_found_where_it_begins_only():
    codes = codes_of(f"colour:{number}" for number in range(300))

    assert all(codes[at].isupper() or codes[at].isdigit() for at in range(0, len(codes), 2))
    assert all(codes[at].islower() for at in range(1, len(codes), 2))


def test_a_token_keeps_its_code_for_ever():
    assert (code_of("stock:1"), code_of("colour:blue")) == ("Sf", "Ep")


@pytest.mark.parametrize(
    ("mean", "expected"), [(None, []), (3.9, [3, 2, 1]), (4.0, [4, 3, 2, 1]), (5.0, [4, 3, 2, 1]), (1, [1])]
)
def test_stars_make_a_token_for_each_step_that_they_reach(mean, expected):
    assert rating_tokens(mean) == [f"rating:{stars}" for stars in expected]


def test_few_stars_count_less_than_many():
    assert ranked_by_stars(1, 5, 3.5) < ranked_by_stars(50, 240, 3.5) < ranked_by_stars(500, 2450, 3.5)


def test_a_product_without_stars_has_the_mean():
    assert ranked_by_stars(0, 0, 4.2) == 4.2


# Stock


def test_what_begins_without_stock_is_not_in_stock():
    assert not is_in_stock(a_product(a_variant(on_hand=0)))


def test_what_is_not_counted_is_in_stock():
    assert is_in_stock(a_product(a_variant(on_hand=None)))


def test_a_variant_that_is_not_for_sale_counts_for_nothing():
    off = a_variant("S", on_hand=5, active=False, option_values=("S",))

    assert not is_in_stock(a_product(off, a_variant("L", on_hand=0, option_values=("L",)), options=["Size"]))


def test_the_last_piece_takes_the_product_out_and_brings_it_back():
    product = a_product(a_variant(on_hand=2))
    variant = product.variants[0].id
    seen = []

    stock.hold(variant, ref="a", quantity=1, until=soon())
    seen.append(is_in_stock(product))
    stock.hold(variant, ref="b", quantity=1, until=soon())
    seen.append(is_in_stock(product))
    stock.commit(variant, "b")
    seen.append(is_in_stock(product))
    stock.release(variant, "a")
    seen.append(is_in_stock(product))

    assert seen == [True, False, False, True]


def test_another_variant_keeps_the_product_in_stock():
    product = a_product(
        a_variant("S", on_hand=1, option_values=("S",)),
        a_variant("L", on_hand=1, option_values=("L",)),
        options=["Size"],
    )

    stock.hold(product.variants[0].id, ref="a", quantity=1, until=soon())

    assert is_in_stock(product)


def test_counting_and_sending_back_change_what_is_in_stock():
    product = a_product(a_variant(on_hand=0))
    variant = product.variants[0].id
    seen = []

    stock.set_on_hand(variant, 3)
    seen.append(is_in_stock(product))
    stock.set_on_hand(variant, 0)
    seen.append(is_in_stock(product))
    stock.restock(variant, "return", 1)
    seen.append(is_in_stock(product))

    assert seen == [True, False, True]


def test_selling_out_leaves_the_version_of_the_listing_alone():
    product = a_product(a_variant(on_hand=1))

    stock.hold(product.variants[0].id, ref="a", quantity=1, until=soon())

    assert stored(product)["version"] == product.version


def test_an_edit_keeps_what_stock_says():
    shop = a_shop()
    product = a_product(a_variant(on_hand=1), shop=shop)
    stock.hold(product.variants[0].id, ref="a", quantity=1, until=soon())

    services.change_status(shop_id=shop.id, product_id=product.pk, step="pause")

    assert not is_in_stock(product)


def test_a_purchase_goes_on_where_the_list_cannot_be_changed(monkeypatch):
    def away(*_, **__):
        raise AutoReconnect("away")

    product = a_product(a_variant(on_hand=1))
    monkeypatch.setattr(tokens, "follow", away)

    stock.hold(product.variants[0].id, ref="a", quantity=1, until=soon())

    assert stock.levels([product.variants[0].id])[product.variants[0].id].available == 0


# What follows later


def test_a_category_that_moves_takes_the_tokens_of_its_products_along():
    home, garden = a_category("Home"), a_category("Garden")
    mugs = a_category("Mugs", below=home)
    product = a_product(category=mugs)

    services.move_category(category_id=mugs.pk, parent_id=garden.pk)

    found = stored(product)
    assert found["f"][:2] == [category_token(garden.pk), category_token(mugs.pk)]
    assert found["f_codes"] == codes_of(found["f"])


def test_the_walk_mends_what_was_broken_off():
    product = a_product(a_variant(on_hand=0))
    connections.database().products.update_one(
        {"_id": product.pk}, {"$set": {"f": ["stock:1", "cat:gone", "colour:red"], "f_codes": ""}}
    )
    broken = misfiled()

    changed = services.follow_all()

    assert (len(broken), changed, misfiled(), is_in_stock(product)) == (1, 1, [], False)
    assert "colour:red" in stored(product)["f"]


def test_the_walk_goes_through_all_products_step_by_step():
    for _ in range(5):
        a_product()
    connections.database().products.update_many({}, {"$set": {"f_codes": ""}})

    changes = [services.walk_on(limit=2) for _ in range(4)]

    assert changes == [2, 2, 1, 0]


def test_the_mean_of_stars_moves_when_it_is_worth_it():
    product = a_product()
    rated = {"rating": {"n": 10, "sum": 45}, "f": [*stored(product)["f"], "rating:1"]}
    connections.database().products.update_one({"_id": product.pk}, {"$set": rated})

    first = services.refresh_mean()
    connections.database().products.update_one({"_id": product.pk}, {"$set": {"rating.sum": 45.1}})

    assert (first, services.refresh_mean(), figures.mean_of_stars()) == (4.5, 4.5, 4.5)


def test_products_are_ranked_by_the_new_mean_after_the_walk():
    product = a_product()
    figures.put_mean_of_stars(4.5)

    services.follow_all()

    assert (stored(product)["rank_rating"], stored(a_product())["rank_rating"]) == (4.5, 4.5)


def test_stars_rank_and_mark_a_product_whatever_else_changes():
    product = a_product()
    connections.database().products.update_one({"_id": product.pk}, {"$set": {"rating": {"n": 5, "sum": 21}}})

    tokens.follow([product.pk])

    found = stored(product)
    assert found["rank_rating"] == ranked_by_stars(5, 21, NO_MEAN)
    assert found["f"][-4:] == rating_tokens(4.2)


def test_the_command_tells_what_it_mended(app):
    a_product()
    connections.database().products.update_many({}, {"$set": {"f_codes": ""}})

    answer = app.test_cli_runner().invoke(args=["catalog-follow"])

    assert "1 products were brought in line" in answer.output


# Many at once


@pytest.mark.real
def test_however_many_buy_and_give_back_the_list_says_what_the_stock_says(app):
    product = a_product(
        a_variant("S", on_hand=1, option_values=("S",)),
        a_variant("L", on_hand=1, option_values=("L",)),
        options=["Size"],
    )
    variants = [variant.id for variant in product.variants]

    def buy_and_give_back(number: int) -> None:
        with app.app_context():
            for round_ in range(10):
                variant, ref = variants[(number + round_) % 2], f"{number}-{round_}"
                if is_held(variant, ref) and (number + round_) % 5:
                    stock.release(variant, ref)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda number: Context().run(buy_and_give_back, number), range(8)))

    left = sum(level.available for level in stock.levels(variants).values())
    assert is_in_stock(product) == (left > 0)
    assert misfiled() == []


def is_held(variant, ref) -> bool:
    try:
        stock.hold(variant, ref=ref, quantity=1, until=soon())
    except InsufficientStock:
        return False
    return True


@pytest.mark.real
def test_counts_of_two_variants_at_the_same_moment_do_not_hide_each_other(app):
    product = a_product(
        a_variant("S", on_hand=1, option_values=("S",)),
        a_variant("L", on_hand=0, option_values=("L",)),
        options=["Size"],
    )
    small, large = (variant.id for variant in product.variants)

    def count(variant, on_hand) -> None:
        with app.app_context():
            stock.set_on_hand(variant, on_hand)

    for round_ in range(6):
        pair = [(small, round_ % 2), (large, (round_ + 1) % 2)]
        with ThreadPoolExecutor(2) as crowd:
            list(crowd.map(lambda asked: Context().run(count, *asked), pair))
        assert is_in_stock(product)


@pytest.mark.real
def test_an_edit_and_a_purchase_at_the_same_moment_both_count(app):
    shop = a_shop()
    product = a_product(a_variant(on_hand=1), shop=shop)

    def edit() -> None:
        with app.app_context():
            for step in ("pause", "resume") * 5:
                services.change_status(shop_id=shop.id, product_id=product.pk, step=step)

    def buy() -> None:
        with app.app_context():
            for number in range(10):
                stock.hold(product.variants[0].id, ref=str(number), quantity=1, until=soon())
                stock.release(product.variants[0].id, str(number))
            stock.hold(product.variants[0].id, ref="last", quantity=1, until=soon())

    with ThreadPoolExecutor(2) as crowd:
        for done in [crowd.submit(Context().run, edit), crowd.submit(Context().run, buy)]:
            done.result()

    assert not is_in_stock(product)
    assert misfiled() == []
