"""The story that the marketplace is for: find something in two shops, buy it once, get two orders."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts.values import ShippingTerms
from tests.browser.conftest import OpenPage
from tests.builders import PASSWORD, a_shop, a_user, goods, usd

pytestmark = [pytest.mark.real, pytest.mark.browser]

WIDTHS_AND_SCRIPTS = pytest.mark.parametrize(
    ("width", "javascript"), [(360, True), (360, False), (1280, True), (1280, False)]
)


def put_into_cart(page: Page, words: str) -> None:
    """Search for something, open it and put it into the cart, as people do."""
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=words).first.click()
    page.get_by_role("button", name="Add to cart").click()


def fill_in_address(page: Page) -> None:
    """Write where the parcels go."""
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Street and number").fill("Hauptstr. 1")
    page.get_by_label("Postal code").fill("10115")
    page.get_by_label("City").fill("Berlin")
    page.get_by_label("Country").select_option("DE")


@WIDTHS_AND_SCRIPTS
def test_a_visitor_buys_from_two_shops_at_once(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    kiln = a_shop(name="Kiln", shipping=ShippingTerms(usd(500), 2))
    goods(kiln, title="Stoneware mug", price=2400)
    goods(a_shop(name="Kettle"), title="Green tea", price=900)
    page = open_page("/", width=width, javascript=javascript)

    put_into_cart(page, "Stoneware mug")
    put_into_cart(page, "Green tea")
    page.goto("/cart")
    expect(page.get_by_text("$38.00").first).to_be_visible()
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("E-mail").fill("ada@example.com")
    fill_in_address(page)
    page.get_by_label("I order from these 2 shops").check()
    page.get_by_role("button", name="Buy for $38.00").click()
    page.get_by_role("button", name="Pay $38.00").click()

    expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible()
    expect(page.get_by_role("heading", name="Kiln, order")).to_be_visible()
    expect(page.get_by_role("heading", name="Kettle, order")).to_be_visible()


def test_what_was_typed_at_checkout_is_kept_when_something_is_wrong(app: Flask, open_page: OpenPage) -> None:
    goods(title="Stoneware mug")
    page = open_page("/")
    put_into_cart(page, "Stoneware mug")
    page.goto("/checkout")

    page.get_by_label("E-mail").fill("ada@example.com")
    fill_in_address(page)
    page.get_by_label("Postal code").fill("1")
    page.get_by_role("button", name="Buy for").click()

    expect(page.get_by_role("alert")).to_contain_text("A postal code there looks like")
    expect(page.get_by_label("E-mail")).to_have_value("ada@example.com")
    expect(page.get_by_label("Street and number")).to_have_value("Hauptstr. 1")


def test_the_cart_of_a_visitor_comes_along_at_sign_in(app: Flask, open_page: OpenPage) -> None:
    goods(title="Stoneware mug")
    a_user(email="ada@example.com")
    page = open_page("/")
    put_into_cart(page, "Stoneware mug")

    page.goto("/signin?next=/cart")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("link", name="Stoneware mug")).to_be_visible()
