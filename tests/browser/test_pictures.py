"""A seller's pictures: chosen, sent, described and arranged, with and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.catalog.repositories import products
from tests.browser.conftest import OpenPage
from tests.browser.layout import fits
from tests.browser.test_selling import sign_in
from tests.builders import a_product, a_shop, a_user
from tests.catalog.photos import a_photo, drawing

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos on the seller's disk, and a drawing that is refused."""
    bodies = {
        "front.jpg": a_photo(1200, 900),
        "back.png": a_photo(300, 600, kind="PNG"),
        "plan.svg": drawing(),
    }
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    return [tmp_path / name for name in bodies]


def editor_of(open_page: OpenPage, **how: object) -> tuple[Page, object]:
    """The editor of a listing, opened by its seller."""
    seller = a_user(email="seller@example.com")
    product = a_product(shop=a_shop(owner=seller, slug="kiln"), title="Blue mug")
    page = open_page(f"/signin?next=/sell/kiln/listings/{product.pk}", **how)
    sign_in(page, seller.email)
    return page, product


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (360, False)])
def test_a_seller_adds_describes_and_arranges_pictures(
    app: Flask, open_page: OpenPage, photos: list[Path], width: int, javascript: bool
) -> None:
    page, product = editor_of(open_page, width=width, javascript=javascript)
    typed = "For two hands." if javascript else ""
    page.get_by_label("Description").fill(typed)

    page.get_by_label("Add pictures").set_input_files(photos[:2])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("button", name="Remove picture 2")).to_be_visible()
    page.get_by_label("What picture 2 shows").fill("The back of the mug")
    page.get_by_role("button", name="Save words of picture 2").press("Enter")
    expect(page.get_by_role("img", name="The back of the mug")).to_be_visible()
    page.get_by_role("button", name="Show picture 2 first").press("Enter")
    expect(page.get_by_label("What picture 1 shows")).to_have_value("The back of the mug")

    assert fits(page, width)
    if javascript:  # nothing that was typed is lost, and the listing can still be saved
        expect(page.get_by_label("Description")).to_have_value(typed)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved.").first).to_be_visible()
    page.goto(f"/p/kiln/{product.slug}")
    expect(page.locator(".gallery__large img").first).to_have_attribute("alt", "The back of the mug")
    assert page.locator(".gallery__large img").first.evaluate("image => image.naturalWidth") > 0
    assert fits(page, width)


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_refused_is_named_beside_what_is_added(
    app: Flask, open_page: OpenPage, photos: list[Path], javascript: bool
) -> None:
    page, product = editor_of(open_page, javascript=javascript)

    page.get_by_label("Add pictures").set_input_files([photos[0], photos[2]])
    page.get_by_role("button", name="Upload").click()

    expect(page.get_by_role("alert")).to_contain_text("plan.svg: This is an SVG drawing")
    expect(page.get_by_role("button", name="Remove picture 1")).to_be_visible()
    assert len(products.get(product.pk).pictures) == 1


def test_chosen_pictures_are_shown_before_they_are_sent(
    app: Flask, open_page: OpenPage, photos: list[Path]
) -> None:
    page, _ = editor_of(open_page)

    page.get_by_label("Add pictures").set_input_files(photos)

    chosen = page.locator("[data-chosen] li")
    expect(chosen).to_have_count(3)
    expect(chosen.first.locator("canvas")).to_be_visible()
