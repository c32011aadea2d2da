"""A buyer says what a product is like, a reader finds it helpful, and the shop answers."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.catalog import services as catalog
from tests.browser.conftest import OpenPage
from tests.builders import PASSWORD, a_bought_product, a_product, a_shop, a_user

pytestmark = [pytest.mark.real, pytest.mark.browser]


def sign_in(page: Page, email: str, then: str) -> None:
    """Sign in, and go there."""
    page.goto(f"/signin?next={then}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_review_is_written_found_helpful_and_answered(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    seller, buyer, reader = (
        a_user(email=f"{name}@example.com", display_name=name.title()) for name in ("kim", "bea", "carl")
    )
    product = a_bought_product(buyer, a_product(shop=a_shop(owner=seller, slug="kiln"), title="Mug"))
    address = f"/p/{catalog.details(product).shop.slug}/{product.slug}"

    page = open_page(address, width=width, javascript=javascript)
    sign_in(page, buyer.email, address)
    page.get_by_role("link", name="Write a review").click()
    page.get_by_role("button", name="Publish review").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose one to five stars.")
    page.get_by_label("In a few words").press("Shift+Tab")
    page.keyboard.press("Space")
    page.get_by_label("4 stars – Good").check()
    page.get_by_label("In a few words").fill("Keeps tea warm")
    page.get_by_label("Your review").fill("For an hour.")
    page.get_by_role("button", name="Publish review").click()
    expect(page.get_by_role("heading", name="Keeps tea warm")).to_be_visible()
    expect(page.get_by_text("4.0 out of 5, 1 review")).to_be_visible()

    other = open_page(address, width=width, javascript=javascript)
    sign_in(other, reader.email, address)
    other.get_by_role("button", name="Helpful: the review by Bea", exact=True).click()
    expect(other.get_by_text("1 of 1 found this helpful")).to_be_visible()
    other.get_by_role("link", name="4 stars").click()
    expect(other.get_by_role("heading", name="Keeps tea warm")).to_be_visible()

    shop = open_page("/", width=width, javascript=javascript)
    sign_in(shop, seller.email, "/sell")
    shop.get_by_role("link", name="Reviews").click()
    shop.get_by_role("link", name="Not answered").click()
    shop.get_by_text("Reply to Bea").click()
    shop.get_by_role("textbox", name="Your reply").fill("Thank you, Bea!")
    shop.get_by_role("button", name="Publish reply").click()
    expect(shop.get_by_role("heading", name="Every review has your reply")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Thank you, Bea!")).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0
