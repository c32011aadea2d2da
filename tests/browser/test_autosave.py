"""Drafts are saved by themselves, and say so."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.catalog.documents import Product
from marketplace.catalog.repositories import products
from tests.browser.conftest import OpenPage
from tests.browser.test_selling import sign_in
from tests.builders import a_product, a_shop, a_user, a_variant

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def writing(app: Flask, open_page: OpenPage) -> tuple[Page, Product]:
    """The editor of a draft, opened by its seller."""
    seller = a_user(email="seller@example.com")
    draft = a_product(a_variant("MUG"), shop=a_shop(owner=seller, slug="kiln"), published=False)
    page = open_page(f"/signin?next=/sell/kiln/listings/{draft.pk}", width=360)
    sign_in(page, seller.email)
    expect(page.get_by_label("Title")).to_be_visible()
    return page, draft


def test_a_draft_is_saved_while_one_writes_and_again_by_the_button(writing: tuple[Page, Product]) -> None:
    page, draft = writing
    said = page.locator("[data-autosave-said]")

    page.get_by_label("Title").fill("Clockwork bird")
    expect(said).to_contain_text("Saved at", timeout=15_000)
    assert page.get_by_label("Title").evaluate("element => element === document.activeElement")
    assert products.get(draft.pk).title == "Clockwork bird"
    page.get_by_label("Price", exact=True).fill("twelve")
    expect(said).to_contain_text("but not yet the variants (Write an amount", timeout=15_000)
    page.get_by_label("Price", exact=True).fill("12")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert products.get(draft.pk).variants[0].price.amount == 1200


def test_what_is_typed_without_a_connection_is_saved_when_it_is_back(writing: tuple[Page, Product]) -> None:
    page, draft = writing
    said = page.locator("[data-autosave-said]")
    page.evaluate("() => { window.send = fetch; window.fetch = () => Promise.reject(new TypeError()); }")

    page.get_by_label("Title").fill("Clockwork bird")
    expect(said).to_contain_text("there is no connection", timeout=15_000)
    page.evaluate("() => { window.fetch = window.send; window.dispatchEvent(new Event('online')); }")

    expect(said).to_contain_text("Saved at", timeout=15_000)
    assert products.get(draft.pk).title == "Clockwork bird"


def test_it_stops_when_somebody_else_saved(writing: tuple[Page, Product]) -> None:
    page, draft = writing
    products.save(products.get(draft.pk))

    page.get_by_label("Title").fill("Clockwork bird")
    expect(page.locator("[data-autosave-said]")).to_contain_text(
        "It was saved somewhere else.", timeout=15_000
    )
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("alert")).to_contain_text("Somebody else saved this listing")
    expect(page.get_by_label("Title")).to_have_value("Clockwork bird")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def test_what_was_typed_last_is_saved_on_leaving(writing: tuple[Page, Product]) -> None:
    page, draft = writing

    page.get_by_label("Title").fill("Clockwork bird")
    page.goto("/sell/kiln/listings")

    for _ in range(20):
        if products.get(draft.pk).title == "Clockwork bird":
            break
        page.wait_for_timeout(100)
    assert products.get(draft.pk).title == "Clockwork bird"
