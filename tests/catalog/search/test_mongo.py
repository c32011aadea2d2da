"""The search on MongoDB: it keeps the contract, and ranks as decision 0019 says."""

from __future__ import annotations

from sys import modules

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.repositories import agreement, hits, products
from marketplace.catalog.search import MongoSearch
from marketplace.catalog.services import rebuild_dictionary
from marketplace.catalog.values import ProductFilter, ProductSpecification, SuggestionKind
from tests.builders import a_category, a_product, a_shop, a_user, a_variant

from .contract import SearchContract

pytestmark = pytest.mark.real


class TestMongoSearch(SearchContract):
    @pytest.fixture
    def engine(self):
        return MongoSearch()

    @pytest.fixture
    def settle(self):
        return rebuild_dictionary


@pytest.fixture
def engine(app):
    return MongoSearch()


def found(engine, q, **options):
    return [row["title"] for row in engine.find(ProductFilter(q=q), **options).page]


def sell(*titles, category=None, **parts):
    """Products with these titles in one shop, which the dictionary knows."""
    shop = parts.pop("shop", None) or a_shop()
    for title in titles:
        a_product(shop=shop, title=title, category=category, **parts)
    rebuild_dictionary()
    return shop


def test_the_category_that_is_named_comes_first(engine):
    sell("Blue printer paper", "Printer ink")
    sell("Laserjet 100 prints as printers do", category=a_category("Inkjet printer"))

    assert found(engine, "printer")[0].startswith("Laserjet")


def test_synonyms_find_each_other_and_what_was_typed_comes_first(engine):
    sell("Laptop sleeve", "Elegant notebook 14 inch")
    sell("Laptop 13 inch", category=a_category("Computers"))

    assert set(found(engine, "laptop")) == {"Laptop 13 inch", "Laptop sleeve", "Elegant notebook 14 inch"}
    assert found(engine, "laptop 13") == ["Laptop 13 inch"]


def test_the_thing_itself_comes_before_what_goes_with_it(engine):
    sell(
        "Case for Phonex 7",
        "Phonex 7 charger",
        "Phonex 7 64 GB silver with two cameras and a long battery life",
    )

    assert found(engine, "phonex 7")[0].startswith("Phonex 7 64 GB")
    assert found(engine, "phonex case") == ["Case for Phonex 7"]


def test_words_that_are_written_as_one_or_two_find_each_other(engine):
    sell("Smart watch blue", "Smart watch red", "Smart watch black", "Smartwatch white")

    assert len(found(engine, "smart watch")) == len(found(engine, "smartwatch")) == 4


def test_an_exact_number_comes_before_all_else(engine):
    shop = a_shop()
    a_product(a_variant("TN-2110"), shop=shop, title="Black toner")
    sell("Toner tn 2110 tn 2110 compatible", shop=shop)

    assert found(engine, "TN2110")[0] == "Black toner"


def test_the_fuller_listing_wins_where_words_fit_alike(engine):
    sell("Blue mug", "Blue mug", brand=None)
    shop = sell("Blue mug", brand="Kiln", description="x" * 100)

    assert engine.find(ProductFilter(q="blue mug")).page.items[0]["shop_id"] == shop.id


def test_what_was_typed_stays_where_it_finds_enough(engine):
    sell(*["Blue mugg"] * 3, *["Blue mug"] * 30)

    assert engine.find(ProductFilter(q="mugg")).correction is None


def test_a_correction_prefers_the_more_frequent_word(engine):
    sell("Lamp", "Lamp", "Lamp", "Lump", "Lump")

    assert engine.find(ProductFilter(q="limp")).correction.searched == "lamp"


def test_two_words_that_were_written_as_one_are_cut(engine):
    sell("Hard drive 1 TB", "Hard drive 2 TB", "Hard drive 3 TB")

    answer = engine.find(ProductFilter(q="harddrive"))

    assert answer.total == 3


def test_frequent_words_are_read_from_an_index_in_order(engine, monkeypatch):
    sell("Usb cable", "Usb hub", "Usb stick")
    monkeypatch.setattr(modules["marketplace.catalog.repositories.hits"], "FREQUENT", 2)

    assert set(found(engine, "usb")) == {"Usb cable", "Usb hub", "Usb stick"}
    assert _stages(engine, "usb") & {"IXSCAN"}


@pytest.mark.parametrize("q", ["usb", "usb cable", "kb-100", "laptop stand"])
def test_a_search_is_planned_on_indexes(engine, q):
    sell("Usb cable", "Laptop stand")

    stages = _stages(engine, q)

    assert stages & {"TEXT_MATCH", "TEXT", "IXSCAN"}
    assert "COLLSCAN" not in stages


def _stages(engine, q):
    criteria = products.criteria(ProductFilter(), hits.matching(engine.understand(q)))
    rows = products.all().filter(__raw__=criteria)
    return _named(rows.explain()["queryPlanner"]["winningPlan"])


def _named(plan):
    if isinstance(plan, list):
        return set().union(*map(_named, plan))
    if not isinstance(plan, dict):
        return set()
    return ({plan["stage"]} if "stage" in plan else set()) | _named(list(plan.values()))


def test_an_edit_of_the_synonyms_is_in_force_with_the_next_search(engine):
    moderator = a_user(roles=("moderator",)).id
    sell("Glorious settee")
    assert found(engine, "davenport") == []

    made = services.add_synonyms(moderator_id=moderator, terms=["davenport", "settee"])
    assert found(engine, "davenport") == ["Glorious settee"]

    services.remove_synonyms(moderator_id=moderator, set_id=made.pk)
    assert found(engine, "davenport") == []


def test_new_words_are_learnt_without_a_rebuild(engine):
    sell("Mug")
    a_product(title="Zampogna bagpipe")

    assert services.follow_catalogue() > 0
    assert engine.find(ProductFilter(q="zampogan")).correction.searched == "zampogna"


def test_neither_a_suspended_shop_nor_its_products_are_suggested(engine):
    shop = sell("Zampogna bagpipe")
    sell("Zampone")
    moderator = a_user(roles=(Role.MODERATOR,)).id

    accounts.suspend_shop(moderator_id=moderator, slug=shop.slug, reason="Look at this.")

    found = [one.text for one in engine.suggest("zamp", 8) if one.kind is SuggestionKind.PRODUCT]
    assert found == ["Zampone"]
    assert shop.slug not in {one.slug for one in engine.suggest(shop.name, 8)}


def test_a_hidden_listing_is_not_suggested_until_the_next_rebuild(engine):
    shop = sell("Mug", "Zampogna bagpipe")
    moderator = a_user(roles=(Role.MODERATOR,)).id
    hidden = products.find(shop_id=shop.id, title="Zampogna bagpipe")
    services.moderate_listing(moderator_id=moderator, product_id=hidden.pk, step="hide", reason="A fake.")

    services.follow_catalogue()

    assert engine.suggest("zampo", 8) == []
    assert [one.text for one in engine.suggest("mu", 8)] == ["Mug"]


def test_the_same_catalogue_makes_the_same_dictionary(engine, app):
    sell("Mug", "Jug")
    before = services.rebuild_dictionary()

    assert services.rebuild_dictionary() == before


def test_hits_are_sorted_by_price_like_any_list(engine):
    shop = a_shop()
    for title, price in (("Mug B", 20), ("Mug A", 10), ("Jug", 5)):
        a_product(a_variant(price=price), shop=shop, title=title)

    listing = services.find_products(ProductFilter(q="mug"), sort="price")

    assert [card.title for card in listing.page] == ["Mug A", "Mug B"]


@pytest.fixture
def german(app):
    """The application with listings and searches in German."""
    app.config["SEARCH_LANGUAGE"] = "german"
    yield
    app.config["SEARCH_LANGUAGE"] = "english"


def test_another_language_has_its_own_endings(engine, german):
    sell("Blaue Lampen")

    assert found(engine, "blauer Lampe") == ["Blaue Lampen"]


@pytest.mark.parametrize("typed", ["4006381333931", "04006381333931", "4006381 333931"])
def test_a_bar_code_finds_its_product_with_or_without_zeros_before_it(engine, typed):
    a_product(a_variant(barcode="4006381333931"), title="Highlighter")

    assert found(engine, typed) == ["Highlighter"]


def test_a_product_is_found_by_its_facts_as_they_are_stated_anew(engine):
    product = a_product(title="Mug", specs=[ProductSpecification("Colour", "text", "Teal")])
    product.specify([ProductSpecification("Colour", "text", "Turquoise")])
    product.follow_facts()
    products.restate(product)

    assert (found(engine, "turquoise"), found(engine, "teal")) == (["Mug"], [])


def test_a_product_without_its_search_entry_is_told_of(app):
    product = a_product()
    products.all().filter(pk=product.pk).update(__raw__={"$unset": {"search": ""}})

    assert [row["_id"] for row in agreement.without_search()] == [product.pk]
    assert services.rewrite_search() == 1
    assert list(agreement.without_search()) == []
