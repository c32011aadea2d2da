"""A buyer reports a listing, and a moderator decides about it."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace.accounts.values import Role
from tests.browser.conftest import OpenPage
from tests.browser.test_reviews import sign_in
from tests.builders import a_product, a_shop, a_user

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_listing_is_reported_and_hidden(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    buyer = a_user(email="bea@example.com", display_name="Bea")
    moderator = a_user(email="mo@example.com", display_name="Mo", roles=(Role.MODERATOR,))
    product = a_product(shop=a_shop(slug="kiln"), title="Odd mug", description="Nearly real.")
    address = f"/p/kiln/{product.slug}"

    page = open_page(address, width=width, javascript=javascript)
    sign_in(page, buyer.email, address)
    page.get_by_role("link", name="Report this listing").click()
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what is wrong.")
    page.get_by_label("It is a fake").check()
    page.get_by_label("More about it").fill("The stamp below is wrong.")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Thank you. A moderator looks at it")).to_be_visible()
    expect(page.get_by_role("heading", name="Odd mug")).to_be_visible()

    desk = open_page("/", width=width, javascript=javascript)
    sign_in(desk, moderator.email, "/admin/reports")
    desk.get_by_role("link", name="Odd mug").click()
    expect(desk.get_by_text("The stamp below is wrong.")).to_be_visible()
    desk.locator("summary", has_text="Hide it").click()
    desk.get_by_role("textbox", name="Why nobody may see it").fill("It is a fake.")
    desk.get_by_role("button", name="Hide it").click()
    expect(desk.get_by_text("It is hidden.")).to_be_visible()
    expect(desk.get_by_text("Nothing to decide")).to_be_visible()

    page.goto(address)
    expect(page.get_by_text("Odd mug")).to_have_count(0)
