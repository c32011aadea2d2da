"""What every search engine has to keep to: subclass it with a fixture `engine` that answers with yours.

The products stand in the fixture `shelf`; an engine that keeps an index of its own brings it up to date in
`settle`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marketplace.catalog.errors import PageTooDeep
from marketplace.catalog.search import SearchPort
from marketplace.catalog.values import ProductFilter, ProductSpecification, SuggestionKind
from tests.builders import a_category, a_product, a_shop, a_variant


class SearchContract:
    """The tests of the port."""

    @pytest.fixture
    def settle(self) -> Callable[[], None]:
        """What has to be done until what was written is found."""
        return lambda: None

    @pytest.fixture
    def shelf(self, app, settle):
        """A few products to search in."""
        shop, keyboards = a_shop(name="Forge"), a_category("Keyboard")
        a_product(a_variant("KB-100"), shop=shop, category=keyboards, title="USB keyboard", brand="Keyco")
        a_product(shop=shop, category=keyboards, title="Wireless keyboard", description="Types by radio.")
        a_product(shop=shop, title="Keyboard stand", specs=[ProductSpecification("port", "text", "USB")])
        a_product(shop=shop, title="Café cup", published=True)
        a_product(shop=shop, title="Secret keyboard", published=False)
        settle()
        return shop

    def _titles(self, engine: SearchPort, q: str, **options) -> list[str]:
        return [row["title"] for row in engine.find(ProductFilter(q=q), **options).page]

    def test_all_words_have_to_be_there_and_titles_come_first(self, engine, shelf):
        assert self._titles(engine, "usb keyboards") == ["USB keyboard", "Keyboard stand"]

    def test_what_is_not_for_sale_is_not_found(self, engine, shelf):
        assert engine.find(ProductFilter(q="secret")).total == 0

    def test_case_and_accents_do_not_matter(self, engine, shelf):
        assert self._titles(engine, "CAFE") == ["Café cup"]

    def test_a_number_finds_its_product_however_it_is_written(self, engine, shelf):
        assert self._titles(engine, "kb 100")[0] == "USB keyboard"

    def test_the_filter_narrows_the_hits(self, engine, shelf):
        found = engine.find(ProductFilter(q="keyboard", shop_id=a_shop().id))

        assert found.total == 0

    def test_a_misspelt_word_is_put_right_and_that_is_said(self, engine, shelf):
        found = engine.find(ProductFilter(q="wirelses keyboard"))

        assert found.correction is not None
        assert (found.correction.typed, found.correction.searched) == (
            "wirelses keyboard",
            "wireless keyboard",
        )

    def test_nothing_is_put_right_where_it_is_meant_exactly(self, engine, shelf):
        found = engine.find(ProductFilter(q="wirelses"), exact=True)

        assert (found.total, found.correction) == (0, None)

    def test_without_a_product_that_has_all_words_some_are_enough_and_that_is_said(self, engine, shelf):
        found = engine.find(ProductFilter(q="xyzzy cup"))

        assert (found.relaxed, [row["title"] for row in found.page]) == (True, ["Café cup"])

    def test_a_category_that_is_named_is_hinted_at(self, engine, shelf):
        hint = engine.find(ProductFilter(q="keyboards")).hint

        assert hint is not None
        assert hint.name == "Keyboard"

    def test_pages_show_each_hit_once_in_both_directions(self, engine, shelf):
        wanted = ProductFilter(q="keyboard")
        first = engine.find(wanted, limit=2).page
        second = engine.find(wanted, limit=2, at=first.next).page
        back = engine.find(wanted, limit=2, at=second.previous).page

        assert len({row["_id"] for row in [*first, *second]}) == 3
        assert (second.next, first.previous) == (None, None)
        assert [row["_id"] for row in back] == [row["_id"] for row in first]

    def test_the_criteria_match_what_is_found(self, engine, shelf):
        criteria, hits = engine.criteria(ProductFilter(q="keyboard"))

        assert (hits.total, bool(criteria)) == (3, True)

    def test_suggestions_are_of_several_kinds(self, engine, shelf):
        kinds = {one.kind for one in engine.suggest("keyb", 8)}

        assert {SuggestionKind.TERM, SuggestionKind.CATEGORY, SuggestionKind.PRODUCT} <= kinds

    @pytest.mark.parametrize("prefix", ["", "k", " ", "🚲", "\\", "zzzz"])
    def test_too_little_suggests_nothing(self, engine, shelf, prefix):
        assert engine.suggest(prefix, 8) == []

    @pytest.mark.parametrize(
        "q", ['"', '"usb', "-usb", "usb -keyboard", "$where", "{}", "a" * 200, "\\", "🚲", "\u0301", "a.b $c"]
    )
    def test_no_text_breaks_it(self, engine, shelf, q):
        assert engine.find(ProductFilter(q=q)).total >= 0


__all__ = ["PageTooDeep", "SearchContract"]
