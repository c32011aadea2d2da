from __future__ import annotations

import pytest

from marketplace.catalog.documents import Product
from marketplace.catalog.pages.variant_matrix import with_combinations
from marketplace.shared.errors import Invalid
from tests.builders import a_category, a_shop
from tests.catalog.test_selling import shown_form

FIRST = {
    "variants.0.sku": "MUG",
    "variants.0.price": "18",
    "variants.0.on_hand": "7",
    "variants.0.active": "1",
}


def typed(sizes: str, colours: str = "", **more: str) -> dict[str, str]:
    """A form with these values of its options and one row without any."""
    named = {"options.0": "Size", "choices.0": sizes, "options.1": "Colour" if colours else ""}
    return {"title": "Blue mug"} | named | {"choices.1": colours} | FIRST | more


def row(values: dict[str, str], number: int) -> tuple[str, ...]:
    """What tells a row from the others, then what it costs and how many there are."""
    names = ("option_values.0", "option_values.1", "sku", "price", "on_hand")
    return tuple(values.get(f"variants.{number}.{name}", "") for name in names)


def test_each_combination_of_the_values_becomes_a_row():
    made = with_combinations(typed("S, M", "red, blue"))

    assert [row(made, number)[:2] for number in range(4)] == [
        ("S", "red"), ("S", "blue"), ("M", "red"), ("M", "blue"),
    ]  # fmt: skip
    assert "variants.4.sku" not in made


def test_new_rows_take_price_and_stock_from_the_first_and_get_a_sku():
    made = with_combinations(typed("S, M"))

    assert row(made, 1) == ("M", "", "MUG-M", "18", "7")


def test_without_a_sku_the_suggestions_begin_with_the_title():
    made = with_combinations(typed("S, M", **{"variants.0.sku": ""}))

    assert (made["variants.0.sku"], made["variants.1.sku"]) == ("BLUE-MUG-S", "BLUE-MUG-M")


def test_rows_keep_what_was_typed_and_only_what_is_missing_is_added():
    before = typed("s, M", **{"variants.0.option_values.0": "S", "variants.0.sku": "MUG-S"})

    made = with_combinations(before)

    assert {name: made[name] for name in before} == before
    assert row(made, 1)[2] == "MUG-M"
    assert "variants.2.sku" not in made


def test_making_them_twice_adds_nothing():
    made = with_combinations(typed("S, M", "red, blue"))

    assert with_combinations(made) == made


def test_values_with_a_comma_are_parted_by_semicolons():
    made = with_combinations(typed("1,5 l; 2 l"))

    assert [row(made, number)[0] for number in range(2)] == ["1,5 l", "2 l"]


def test_two_values_that_read_alike_get_two_skus():
    made = with_combinations(typed("A/4, A 4"))

    assert row(made, 1)[2] == "MUG-A-4"
    assert "variants.2.sku" not in made


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (typed(""), "choices.0"),
        (typed("x" * 61), "choices.0"),
        (typed(",".join(map(str, range(11))), ",".join(map(str, range(10)))), "choices.0"),
        ({"choices.0": "S, M"}, "options.0"),
    ],
)
def test_what_makes_no_variants_is_named_at_its_field(form, field):
    with pytest.raises(Invalid) as refused:
        with_combinations(form)

    assert refused.value.field == field


def test_a_hundred_variants_can_be_made():
    made = with_combinations(typed(",".join(map(str, range(10))), ",".join(map(str, range(10)))))

    assert row(made, 99)[:2] == ("9", "9")


def test_the_rows_that_a_button_makes_are_saved_as_variants(person):
    owner, browser = person()
    a_shop(owner=owner, slug="kiln")
    form = typed("S, M", "red, blue") | {"category_id": str(a_category().pk)}

    page = browser.post("/sell/kiln/listings/new?add=combinations", data=form)
    browser.post("/sell/kiln/listings/new", data=shown_form(page))

    product = Product.objects.get()
    assert [one.label for one in product.variants] == ["S / red", "S / blue", "M / red", "M / blue"]
    assert len({one.sku for one in product.variants}) == 4


def test_the_form_of_a_stored_listing_names_the_values_of_its_options(person):
    owner, browser = person()
    a_shop(owner=owner, slug="kiln")
    form = with_combinations(typed("S, M") | {"category_id": str(a_category().pk)})
    browser.post("/sell/kiln/listings/new", data=form)

    page = browser.get(f"/sell/kiln/listings/{Product.objects.get().pk}")

    assert shown_form(page)["choices.0"] == "S, M"


def test_too_many_combinations_are_refused_and_nothing_typed_is_lost(person):
    owner, browser = person()
    a_shop(owner=owner, slug="kiln")
    many = ", ".join(map(str, range(101)))

    page = browser.post("/sell/kiln/listings/new?add=combinations", data=typed(many))

    assert "101 variants" in page.text
    assert shown_form(page)["choices.0"] == many
