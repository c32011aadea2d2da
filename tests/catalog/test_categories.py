from __future__ import annotations

import pytest

from marketplace.catalog import services
from marketplace.catalog.documents import Category
from marketplace.catalog.errors import CategoryCycle, CategoryNotFound, CategorySlugTaken, CategoryTooDeep
from marketplace.catalog.repositories import categories, products
from tests.builders import a_category, a_product


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique addresses, as migrations make them."""
    Category.ensure_indexes()


def test_a_category_knows_its_place():
    home = a_category("Home")

    mugs = a_category("Mugs", below=home)

    assert (mugs.ancestors, mugs.path, mugs.slug) == ([home.pk], ["Home", "Mugs"], "mugs")


def test_categories_of_one_name_have_addresses_of_their_own():
    a_category("Mugs")

    slugs = [a_category("Mugs", below=a_category("Home")).slug, a_category("Mugs").slug]

    assert slugs == ["home-mugs", "mugs-2"]


def test_a_chosen_address_is_one_categorys():
    services.create_category(name="Mugs", slug="mugs")

    with pytest.raises(CategorySlugTaken):
        services.create_category(name="Cups", slug="mugs")


def test_a_path_of_names_is_made_once():
    first = services.category_path(["Home", "Mugs"])

    assert services.category_path(["Home", "Mugs"]).pk == first.pk
    assert [category.name for category in categories.in_order()] == ["Home", "Mugs"]


def test_a_moved_category_takes_all_below_along():
    home, garden = a_category("Home"), a_category("Garden")
    mugs = a_category("Mugs", below=home)
    blue = a_category("Blue mugs", below=mugs)
    product = a_product(category=blue)

    services.move_category(category_id=mugs.pk, parent_id=garden.pk)

    assert categories.get(blue.pk).path == ["Garden", "Mugs", "Blue mugs"]
    assert products.get(product.pk).category_ids == [garden.pk, mugs.pk, blue.pk]


def test_a_category_is_not_put_below_itself():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)

    with pytest.raises(CategoryCycle):
        services.move_category(category_id=home.pk, parent_id=mugs.pk)


def test_a_move_that_would_nest_too_deep_changes_nothing():
    deep = services.category_path(["1", "2", "3", "4"])
    pair = services.category_path(["A", "B"])

    with pytest.raises(CategoryTooDeep):
        services.move_category(category_id=pair.parent_id, parent_id=deep.pk)

    assert categories.get(pair.pk).path == ["A", "B"]


def test_a_category_can_move_to_the_first_level():
    mugs = services.category_path(["Home", "Mugs"])

    assert services.move_category(category_id=mugs.pk, parent_id=None).path == ["Mugs"]


def test_an_unknown_address_is_no_category():
    with pytest.raises(CategoryNotFound):
        categories.with_slug("nowhere")


def test_a_path_has_a_name():
    with pytest.raises(ValueError, match="at least one name"):
        services.category_path([])


def test_several_addresses_and_branches_are_found_at_once():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    cups = a_category("Cups", below=mugs)
    hidden = a_category("Hidden", below=home)
    Category.objects(pk=hidden.pk).update(shown=False)

    assert categories.ids_at(["home", "cups", "hidden", "nowhere"]) == {"home": home.pk, "cups": cups.pk}
    found = categories.branches([home.pk, cups.pk])
    assert found[cups.pk] == (cups.pk,)
    assert found[home.pk][0] == home.pk
    assert set(found[home.pk]) == {home.pk, mugs.pk, cups.pk, hidden.pk}
