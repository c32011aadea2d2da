"""The other side of the story: open a shop, list something, send what was ordered."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.ordering.values import CartOwner
from tests.browser.conftest import OpenPage
from tests.builders import PASSWORD, a_placed_order, a_shop, a_user, goods

pytestmark = [pytest.mark.real, pytest.mark.browser]

WIDTHS_AND_SCRIPTS = pytest.mark.parametrize(
    ("width", "javascript"), [(360, True), (360, False), (1280, True), (1280, False)]
)


def sign_in(page: Page, email: str) -> None:
    """Sign in on the page that is open."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@WIDTHS_AND_SCRIPTS
def test_somebody_opens_a_shop_and_lists_a_product_in_two_sizes(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    goods(title="Something else")  # brings the category along
    seller = a_user(email="seller@example.com")
    page = open_page("/signin?next=/sell", width=width, javascript=javascript)
    sign_in(page, seller.email)

    page.get_by_label("Shop name").fill("Tinker & Co")
    page.get_by_role("button", name="Open shop").click()
    expect(page.get_by_text("Tinker & Co is open.")).to_be_visible()
    page.goto("/sell/tinker-co/listings/new")
    page.get_by_label("Title").fill("Clockwork bird")
    page.get_by_label("Category").select_option(label="Home › Mugs")
    page.get_by_label("Option 1").fill("Size")
    page.get_by_role("button", name="Use these options").click()
    page.get_by_role("button", name="Add a variant").click()
    for index, (size, price) in enumerate([("Small", "12.50"), ("Large", "19")]):
        variant = page.get_by_role("group", name=f"Variant {index + 1}")
        variant.get_by_label("Size").fill(size)
        variant.get_by_label("SKU").fill(f"BIRD-{index}")
        variant.get_by_label("Price", exact=True).fill(price)
        variant.get_by_label("Pieces on hand").fill("7")
    page.get_by_role("button", name="Save and publish").click()

    page.goto("/s?q=clockwork")
    expect(page.get_by_role("link", name="Clockwork bird").first).to_be_visible()
    expect(page.get_by_text("$12.50").first).to_be_visible()


@WIDTHS_AND_SCRIPTS
def test_a_shop_ships_and_the_buyer_sees_the_tracking_number(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    seller = a_user(email="seller@example.com")
    buyer = a_user(email="buyer@example.com")
    shop = a_shop(owner=seller, slug="kiln")
    order = a_placed_order(goods(shop), owner=CartOwner(user_id=buyer.id))
    page = open_page("/signin?next=/sell/kiln/orders", width=width, javascript=javascript)
    sign_in(page, seller.email)

    page.get_by_role("link", name=order.number).first.click()
    page.get_by_label("Carrier").fill("DHL")
    page.get_by_label("Tracking number").fill("JD014600003828")
    page.get_by_role("button", name="Mark shipped").click()
    expect(page.get_by_text("Shipped").first).to_be_visible()

    other = open_page(f"/signin?next=/order/{order.number}", width=width, javascript=javascript)
    sign_in(other, buyer.email)
    expect(other.get_by_text("JD014600003828", exact=True)).to_be_visible()
    other.get_by_role("button", name="I have received it").click()
    expect(other.get_by_text("Delivered").first).to_be_visible()


def test_a_wrong_price_is_named_and_nothing_that_was_typed_is_lost(app: Flask, open_page: OpenPage) -> None:
    goods(title="Something else")
    seller = a_user(email="seller@example.com")
    a_shop(owner=seller, slug="kiln")
    page = open_page("/signin?next=/sell/kiln/listings/new")
    sign_in(page, seller.email)

    page.get_by_label("Title").fill("Clockwork bird")
    page.get_by_label("SKU").fill("BIRD")
    page.get_by_label("Price", exact=True).fill("twelve")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("alert")).to_contain_text("Write an amount as digits, such as 12.50.")
    expect(page.get_by_label("Title")).to_have_value("Clockwork bird")
    expect(page.get_by_label("Price", exact=True)).to_have_value("twelve")


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_shop_sends_a_part_and_gives_back_what_it_cannot_send(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    seller = a_user(email="seller@example.com")
    buyer = a_user(email="buyer@example.com")
    shop = a_shop(owner=seller, slug="kiln")
    mug, bowl = goods(shop, title="Blue mug"), goods(shop, title="Oak bowl", price=700)
    order = a_placed_order(mug, bowl, owner=CartOwner(user_id=buyer.id), quantity=2)
    page = open_page(f"/signin?next=/sell/kiln/orders/{order.number}", width=width, javascript=javascript)
    sign_in(page, seller.email)

    page.get_by_label("Oak bowl").first.fill("0")
    page.get_by_label("Tracking number").fill("JD01")
    page.get_by_role("button", name="Mark shipped").click()
    expect(page.get_by_text("Marked as shipped.")).to_be_visible()
    page.get_by_text("Cancel what you cannot send").click()
    page.get_by_role("button", name="Cancel what is left").click()
    expect(page.get_by_role("link", name="Reason: Please fill this in.")).to_be_visible()
    page.get_by_label("Reason").first.fill("Both bowls broke in the kiln.")
    page.get_by_role("button", name="Cancel what is left").click()
    expect(page.get_by_text("Those pieces are called off.")).to_be_visible()

    other = open_page(f"/signin?next=/order/{order.number}", width=width, javascript=javascript)
    sign_in(other, buyer.email)
    expect(other.get_by_text("2 cancelled, $14.00 refunded")).to_be_visible()
    expect(other.get_by_text("$14.00 – Being sent")).to_be_visible()
    expect(other.get_by_text("JD01")).to_be_visible()
    other.get_by_role("button", name="I have received it").click()
    expect(other.get_by_text("Delivered").first).to_be_visible()
