from __future__ import annotations

import threading

import pytest

from marketplace.accounts.errors import NotYourRole
from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.documents import Category, Product
from marketplace.catalog.errors import (
    CategoryCycle,
    CategoryNotEmpty,
    CategoryNotFound,
    CategorySlugTaken,
    CategoryTooDeep,
)
from marketplace.catalog.repositories import categories, products
from marketplace.catalog.services import categories as tree
from marketplace.catalog.services import refiling
from marketplace.catalog.values import SpecificationDraft
from marketplace.shared import connections
from marketplace.shared.errors import Invalid, VersionConflict
from tests.builders import a_category, a_product, a_shop, a_user, an_attribute, asking


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique addresses, as migrations make them."""
    Category.ensure_indexes()


@pytest.fixture
def moderator():
    return a_user(roles=(Role.MODERATOR,)).id


def edited(category, moderator, **parts):
    """The category after a moderator changed these parts of it."""
    now = {"name": category.name, "slug": category.slug, "active": category.active}
    version = categories.get(category.pk).version
    return services.edit_category(actor_id=moderator, category_id=category.pk, version=version, **now | parts)


def names(parent=None):
    return [one.name for one in categories.siblings(parent and parent.pk)]


def test_a_preview_says_what_a_move_takes_along_and_changes_nothing():
    home, garden = a_category("Home"), a_category("Garden")
    mugs = a_category("Mugs", below=home)
    for category in (home, mugs, garden):
        a_product(category=category)

    preview = services.preview_move(category_id=home.pk, parent_id=garden.pk)

    assert (preview.categories, preview.products, preview.path) == (2, 2, ["Garden", "Home"])
    assert categories.get(home.pk).path == ["Home"]


def test_a_preview_of_what_cannot_be_says_why():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)

    with pytest.raises(CategoryCycle) as raised:
        services.preview_move(category_id=home.pk, parent_id=mugs.pk)
    assert raised.value.field == "parent_id"
    deep = services.category_path(["1", "2", "3", "4"])
    with pytest.raises(CategoryTooDeep):
        services.preview_move(category_id=home.pk, parent_id=deep.pk)


def test_a_moved_category_comes_last_where_it_goes():
    home, garden = a_category("Home"), a_category("Garden")
    services.create_category(name="Soil", parent_id=garden.pk, position=3)

    services.move_category(category_id=home.pk, parent_id=garden.pk)

    assert names(garden) == ["Soil", "Home"]


def test_products_that_are_many_follow_in_the_background(monkeypatch):
    monkeypatch.setattr(tree, "AT_ONCE", 1)
    monkeypatch.setattr(refiling, "CHUNK", 1)
    home, garden = a_category("Home"), a_category("Garden")
    shop = a_shop()
    made = [a_product(category=home, shop=shop) for _ in range(3)]

    services.move_category(category_id=home.pk, parent_id=garden.pk)

    filed = [products.get(one.pk).category_ids for one in made]
    assert filed.count([garden.pk, home.pk]) == 1
    services.follow_category(home.pk)
    assert [products.get(one.pk).category_ids for one in made] == 3 * [[garden.pk, home.pk]]


def test_following_goes_on_in_the_next_delivery_when_it_takes_long(monkeypatch):
    monkeypatch.setattr(tree, "AT_ONCE", 1)
    monkeypatch.setattr(refiling, "CHUNK", 1)
    monkeypatch.setattr(refiling, "LONGEST", -1.0)
    home, garden = a_category("Home"), a_category("Garden")
    shop = a_shop()
    for _ in range(3):
        a_product(category=home, shop=shop)
    services.move_category(category_id=home.pk, parent_id=garden.pk)
    told = connections.database()["outbox"].count_documents({"topic": "category.moved"})

    services.follow_category(home.pk)

    assert connections.database()["outbox"].count_documents({"topic": "category.moved"}) == told + 1


def test_what_is_gone_is_not_followed():
    home = a_category("Home")
    categories.remove(home)

    services.follow_category(home.pk)
    services.empty_category(home.pk)
    services.follow_attribute(home.pk)


def test_a_renamed_category_renames_the_path_of_all_below(moderator):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)

    edited(home, moderator, name="House", slug="house")

    assert categories.get(mugs.pk).path == ["House", "Mugs"]
    assert categories.with_slug("house").pk == home.pk


def test_an_address_is_one_categorys(moderator):
    a_category("Home")

    with pytest.raises(CategorySlugTaken) as raised:
        edited(a_category("Garden"), moderator, slug="home")
    assert raised.value.field == "slug"


def test_a_category_that_somebody_else_changed_is_not_overwritten(moderator):
    home = a_category("Home")
    edited(home, moderator, name="House")

    with pytest.raises(VersionConflict):
        services.edit_category(
            actor_id=moderator, category_id=home.pk, version=0, name="H", slug="h", active=True
        )


def test_a_hidden_category_hides_all_below_and_they_come_back(moderator):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)

    edited(home, moderator, active=False)
    with pytest.raises(CategoryNotFound):
        categories.with_slug(mugs.slug)
    assert categories.in_order() == [] == categories.children_of(None)
    assert len(categories.in_order(hidden=True)) == 2

    edited(home, moderator, active=True)
    assert categories.with_slug(mugs.slug).shown


def test_a_hidden_category_takes_no_new_products_and_keeps_its_own(moderator):
    home = a_category("Home")
    shop = a_shop()
    product = a_product(category=home, shop=shop)
    edited(home, moderator, active=False)

    with pytest.raises(Invalid, match="takes no new products"):
        a_product(category=home)
    services.change_status(shop_id=shop.id, product_id=product.pk, step="pause")


def test_categories_change_places(moderator):
    for name in ("A", "B", "C"):
        services.create_category(name=name, position=None)
    last = categories.siblings(None)[2]

    services.shift_category(actor_id=moderator, category_id=last.pk, by=-1)
    assert names() == ["A", "C", "B"]
    for _ in range(3):
        services.shift_category(actor_id=moderator, category_id=last.pk, by=1)
    assert names() == ["A", "B", "C"]


def test_a_category_with_something_in_it_is_not_removed(moderator):
    home, garden = a_category("Home"), a_category("Garden")
    a_category("Mugs", below=home)
    a_product(category=garden)

    for category in (home, garden):
        with pytest.raises(CategoryNotEmpty) as raised:
            services.remove_category(actor_id=moderator, category_id=category.pk)
        assert raised.value.field == "move_to"


def test_what_is_in_a_removed_category_goes_where_it_is_told(moderator):
    home, garden = a_category("Home"), a_category("Garden")
    mugs = a_category("Mugs", below=home)
    own, below = a_product(category=home), a_product(category=mugs)

    assert services.remove_category(actor_id=moderator, category_id=home.pk, move_to=garden.pk)

    assert categories.get(mugs.pk).path == ["Garden", "Mugs"]
    assert products.get(own.pk).category_ids == [garden.pk]
    assert products.get(below.pk).category_ids == [garden.pk, mugs.pk]
    with pytest.raises(CategoryNotFound):
        categories.get(home.pk)


def test_an_empty_category_can_go(moderator):
    home = a_category("Home")

    services.remove_category(actor_id=moderator, category_id=home.pk)

    assert categories.in_order(hidden=True) == []


def test_nothing_goes_into_what_is_removed_or_what_is_not_there(moderator):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)

    with pytest.raises(CategoryCycle):
        services.remove_category(actor_id=moderator, category_id=home.pk, move_to=mugs.pk)
    with pytest.raises(Invalid) as raised:
        services.remove_category(actor_id=moderator, category_id=home.pk, move_to=a_user().id)
    assert raised.value.field == "move_to"


def test_a_category_with_many_products_is_hidden_until_the_last_has_moved(moderator, monkeypatch):
    monkeypatch.setattr(tree, "AT_ONCE", 1)
    home, garden = a_category("Home"), a_category("Garden")
    shop = a_shop()
    made = [a_product(category=home, shop=shop) for _ in range(3)]

    assert not services.remove_category(actor_id=moderator, category_id=home.pk, move_to=garden.pk)
    assert not categories.get(home.pk).shown
    services.empty_category(home.pk)

    assert {tuple(products.get(one.pk).category_ids) for one in made} == {(garden.pk,)}
    with pytest.raises(CategoryNotFound):
        categories.get(home.pk)


def test_only_moderators_change_the_tree():
    buyer, home = a_user().id, a_category("Home")

    for change in (
        lambda: services.create_category(name="Mugs", actor_id=buyer),
        lambda: edited(home, buyer),
        lambda: services.move_category(category_id=home.pk, parent_id=None, actor_id=buyer),
        lambda: services.shift_category(category_id=home.pk, by=1, actor_id=buyer),
        lambda: services.remove_category(category_id=home.pk, actor_id=buyer),
    ):
        with pytest.raises(NotYourRole):
            change()


# Rebuilding


def test_what_derives_from_the_tree_is_put_right_and_told():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    product = a_product(category=mugs)
    Category.objects(pk=mugs.pk).update_one(ancestors=[], path=["Cups"])
    Product.objects(pk=product.pk).update_one(category_ids=[mugs.pk])

    said = list(services.rebuild_tree())

    assert categories.get(mugs.pk).path == ["Home", "Mugs"]
    assert products.get(product.pk).category_ids == [home.pk, mugs.pk]
    assert len(said) == 2
    assert list(services.rebuild_tree()) == []


def test_categories_in_a_ring_or_without_their_parent_come_to_the_first_level():
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    lost = a_category("Lost")
    Category.objects(pk=home.pk).update_one(parent_id=mugs.pk)
    Category.objects(pk=lost.pk).update_one(parent_id=a_user().id)

    said = list(services.rebuild_tree())

    assert {one.name for one in categories.siblings(None)} == {"Home", "Lost"}
    assert categories.get(mugs.pk).path == ["Home", "Mugs"]
    assert any("its parent is not there" in line for line in said)
    assert list(services.rebuild_tree()) == []


def test_a_category_that_lies_too_deep_is_told():
    deepest = services.category_path(["1", "2", "3", "4", "5"])
    extra = a_category("6")
    Category.objects(pk=extra.pk).update_one(parent_id=deepest.pk)

    assert any("too deep" in line for line in services.rebuild_tree())


def test_facts_and_what_follows_from_them_are_stated_anew():
    home = a_category("Home")
    an_attribute()
    asking(home, "weight")
    product = a_product(category=home, specs=[SpecificationDraft("weight", "1.5 kg")])
    Product.objects(pk=product.pk).update_one(__raw__={"$set": {"num": {}, "specs.0.norm": 5.0}})
    connections.database()["attributes"].update_one({}, {"$set": {"used": False}})

    said = list(services.rebuild_tree())

    assert products.get(product.pk).num == {"weight": 1500}
    assert said == ["Weight: products use it.", "1 products state their facts as the attributes say now."]


def test_the_command_says_what_it_put_right(app):
    mugs = a_category("Mugs", below=a_category("Home"))
    Category.objects(pk=mugs.pk).update_one(path=["Cups"])
    runner = app.test_cli_runner()

    first, second = (runner.invoke(args=["catalog", "rebuild-tree"]) for _ in range(2))

    assert "Home › Mugs: its place follows from its parent again." in first.output
    assert second.output == "Everything follows from the tree.\n"


@pytest.mark.real
def test_two_moves_at_once_make_no_ring(app):
    home, garden = a_category("Home"), a_category("Garden")
    start = threading.Barrier(2)

    def move(category, parent):
        with app.app_context():
            start.wait()
            try:
                services.move_category(category_id=category.pk, parent_id=parent.pk)
            except CategoryCycle:
                refused.append(category.name)

    refused: list[str] = []
    both = [threading.Thread(target=move, args=pair) for pair in ((home, garden), (garden, home))]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert len(refused) == 1
    assert sorted(len(one.path) for one in categories.in_order()) == [1, 2]


@pytest.mark.real
def test_a_category_made_in_one_that_is_removed_is_not_lost(app, moderator):
    home, garden = a_category("Home"), a_category("Garden")
    start = threading.Barrier(2)
    said: list[str] = []

    def make():
        with app.app_context():
            start.wait()
            try:
                services.create_category(name="Mugs", parent_id=home.pk)
            except CategoryNotFound:
                said.append("gone")

    thread = threading.Thread(target=make)
    thread.start()
    start.wait()
    services.remove_category(actor_id=moderator, category_id=home.pk, move_to=garden.pk)
    thread.join()

    assert said == ["gone"] or categories.find(name="Mugs").path == ["Garden", "Mugs"]
    assert list(services.rebuild_tree()) == []
