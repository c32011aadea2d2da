"""The story that the marketplace is for: find something in two shops, buy it once, get two orders."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts import services as accounts
from marketplace.accounts.values import ShippingTerms
from tests.browser.conftest import OpenPage
from tests.browser.layout import fits
from tests.builders import PASSWORD, a_product, a_shop, a_user, a_variant, goods, usd

pytestmark = [pytest.mark.real, pytest.mark.browser]

WIDTHS_AND_SCRIPTS = pytest.mark.parametrize(
    ("width", "javascript"), [(360, True), (360, False), (1280, True), (1280, False)]
)


def put_into_cart(page: Page, words: str) -> None:
    """Search for something, open it and put it into the cart, as people do."""
    page.get_by_label("Search all shops").fill(words)
    page.get_by_label("Search all shops").press("Enter")
    page.get_by_role("link", name=words).first.click()
    page.get_by_role("button", name="Add to cart").click()


def fill_in_address(page: Page) -> None:
    """Write where the parcels go."""
    page.get_by_role("textbox", name="Full name").fill("Ada Lovelace")
    page.get_by_role("textbox", name="Street and number").fill("Hauptstr. 1")
    page.get_by_role("textbox", name="Postal code").fill("10115")
    page.get_by_role("textbox", name="City").fill("Berlin")
    page.get_by_role("combobox", name="Country").select_option("DE")


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
    page.get_by_role("textbox", name="Postal code").fill("1")
    page.get_by_role("button", name="Buy for").click()

    expect(page.get_by_role("alert")).to_contain_text("A postal code there looks like")
    expect(page.get_by_label("E-mail")).to_have_value("ada@example.com")
    expect(page.get_by_role("textbox", name="Street and number")).to_have_value("Hauptstr. 1")


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


def test_the_price_becomes_that_of_the_variant_that_one_chooses(app: Flask, open_page: OpenPage) -> None:
    small, large = (
        a_variant(price=1800, option_values=["Small"]),
        a_variant(price=2900, option_values=["Large"]),
    )
    mug = a_product(small, large, options=["Size"])
    page = open_page(f"/p/{accounts.get_shop(mug.shop_id).slug}/{mug.slug}")

    page.get_by_label("Large").check()

    expect(page.get_by_text("$29.00", exact=True).first).to_have_class("price__now money")
    expect(page.get_by_text("from", exact=True)).to_have_count(0)


def test_a_changed_quantity_leaves_one_at_its_line(app: Flask, open_page: OpenPage) -> None:
    goods(title="Stoneware mug")
    page = open_page("/", width=360)
    put_into_cart(page, "Stoneware mug")
    page.goto("/cart")

    page.get_by_role("button", name="One more").click()

    expect(page.get_by_text("$20.00").first).to_be_visible()
    assert page.evaluate("document.querySelector(':target input').value") == "2"
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="One fewer")).to_be_focused()


def test_a_word_longer_than_a_phone_is_wide_does_not_widen_the_page(app: Flask, open_page: OpenPage) -> None:
    mug = a_product(title="Rindfleischetikettierung" * 12, shop=a_shop(name="Kapitaensmuetzen" * 5))
    page = open_page(f"/p/{accounts.get_shop(mug.shop_id).slug}/{mug.slug}", width=360)

    page.get_by_role("button", name="Add to cart").click()
    page.goto("/cart")

    for path in ("/", "/cart", "/checkout", f"/p/{accounts.get_shop(mug.shop_id).slug}/{mug.slug}"):
        page.goto(path)
        assert fits(page, 360)


@pytest.mark.parametrize(("width", "shown"), [(360, 4), (1280, 5)])
def test_the_rows_of_the_start_page_are_full(app: Flask, open_page: OpenPage, width: int, shown: int) -> None:
    shop = a_shop()
    for number in range(5):
        goods(shop, title=f"Mug {number}")

    page = open_page("/", width=width)

    expect(page.locator(".card").filter(visible=True)).to_have_count(shown)
