"""Finding something in lists: suggestions by keyboard, filters without scripts, on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import expect

from marketplace.catalog import services
from marketplace.catalog.values import AttributeRule, SpecificationDraft
from tests.browser.conftest import OpenPage
from tests.browser.layout import fits
from tests.builders import a_category, a_product, a_shop, a_variant, an_attribute, asking

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def shelf(app: Flask) -> None:
    """Mugs in two colours."""
    an_attribute("colour", options=("Blue", "Green"))
    mugs = asking(a_category("Mugs"), AttributeRule("colour", filter=True))
    shop = a_shop(slug="kiln", name="Kiln")
    for title, colour in (("Harbour mug", "blue"), ("Meadow mug", "green")):
        specs = [SpecificationDraft("colour", colour)]
        a_product(a_variant(on_hand=3), shop=shop, category=mugs, title=title, specs=specs)
    services.rebuild_dictionary()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("width", [360, 1280])
def test_suggestions_are_chosen_by_the_keyboard_alone(open_page: OpenPage, width: int) -> None:
    page = open_page("/", width=width)
    box = page.get_by_role("combobox", name="Search all shops")

    box.press_sequentially("mug")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.filter(has_text="Category")).to_have_text(["Mugs Category"])
    assert Axe().run(page, context="#suggestions").violations_count == 0
    for _ in range(options.count()):
        box.press("ArrowDown")
        if "Category" in (page.locator("[role=option][aria-selected=true]").text_content() or ""):
            break
    active = page.locator("[role=option][aria-selected=true]").get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", active or "")
    box.press("Enter")

    expect(page).to_have_url("/c/mugs")


@pytest.mark.usefixtures("shelf")
def test_escape_leaves_what_was_typed_and_enter_searches_for_it(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox", name="Search all shops")

    box.press_sequentially("mug")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("mug")
    box.press("Enter")

    expect(page).to_have_url("/s?q=mug")


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(("width", "javascript"), [(360, False), (360, True), (1280, False), (1280, True)])
def test_a_list_is_narrowed_and_widened_again(open_page: OpenPage, width: int, javascript: bool) -> None:
    page = open_page("/c/mugs", width=width, javascript=javascript)

    if width < 960:
        page.get_by_text("Categories and filters").click()
    page.get_by_label("Blue 1 product").check()
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url("/c/mugs?price_min=&price_max=&f.colour=blue")
    expect(page.get_by_role("link", name="Harbour mug")).to_be_visible()
    expect(page.get_by_role("link", name="Meadow mug")).to_have_count(0)
    assert fits(page, width)
    page.get_by_role("link", name="Remove the filter Colour: Blue").click()

    expect(page.get_by_role("link", name="Meadow mug")).to_be_visible()
