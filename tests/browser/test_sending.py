"""How things are sent, on a telephone and without scripts: a seller says it, a buyer chooses."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts import services as accounts
from tests.browser.conftest import OpenPage
from tests.browser.test_buying import fill_in_address
from tests.builders import PASSWORD, a_shop, a_user, goods, usd

pytestmark = [pytest.mark.real, pytest.mark.browser]

WAYS = [
    {"name": "Standard", "first": usd(500), "additional": usd(100), "days_min": 2, "days_max": 4},
    {"name": "Express", "first": usd(1500), "additional": usd(0), "days_min": 1, "days_max": 1},
]


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_buyer_keeps_one_thing_for_later_and_has_the_other_sent_by_express(
    app: Flask, open_page: OpenPage, javascript: bool
) -> None:
    kiln = a_shop(name="Kiln", slug="kiln")
    zones = [{"name": "All", "methods": WAYS}]
    accounts.edit_shipping_profile(
        owner_id=kiln.owner_id, slug="kiln", profile_id=kiln.pk, name="Boxes", handling_days=1, zones=zones
    )
    goods(accounts.get_shop(kiln.pk), title="Stoneware mug", price=2000)
    goods(accounts.get_shop(kiln.pk), title="Stoneware bowl", price=3000)
    page = open_page("/shop/kiln", width=360, javascript=javascript)
    for title in ("Stoneware mug", "Stoneware bowl"):
        page.goto("/shop/kiln")
        page.get_by_role("link", name=title).first.click()
        assert fits(page)
        page.get_by_role("button", name="Add to cart").click()

    page.get_by_label("Sending to").select_option("DE")
    page.get_by_role("button", name="Change the country").click()
    page.get_by_role("button", name="Save Stoneware bowl for later").click()
    expect(page.get_by_role("heading", name="Saved for later")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("E-mail").fill("ada@example.com")
    fill_in_address(page)
    page.get_by_text("Express, $15.00").click()
    page.get_by_role("button", name="Update the total").click()
    expect(page.get_by_role("textbox", name="City")).to_have_value("Berlin")
    assert fits(page)
    page.get_by_label("I order from this shop").check()
    page.get_by_role("button", name="Buy for $35.00").click()
    page.get_by_role("button", name="Pay $35.00").click()

    expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible()
    page.goto("/cart")
    expect(page.get_by_role("button", name="Put into the cart: Stoneware bowl")).to_be_visible()


def test_a_seller_writes_a_zone_with_two_ways_and_tries_it(app: Flask, open_page: OpenPage) -> None:
    a_shop(owner=a_user(email="olga@example.com"), slug="kiln")
    page = open_page("/signin?next=/sell/kiln/shipping", width=360, javascript=False)
    page.get_by_label("E-mail").fill("olga@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    page.get_by_role("link", name="Add a profile").click()
    page.get_by_label("Name").first.fill("Letters")
    page.get_by_label("Countries", exact=False).first.fill("Germany, AT")
    page.get_by_label("First piece").fill("2.50")
    page.get_by_label("Each further piece").fill("0.50")
    page.get_by_role("button", name="Add a way to send to zone 1").click()
    page.locator("[name='zones.0.methods.1.name']").fill("Express")
    page.locator("[name='zones.0.methods.1.first']").fill("9")
    page.locator("[name='zones.0.methods.1.additional']").fill("0")
    assert fits(page)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", name="Letters")).to_be_visible()
    page.get_by_label("To", exact=True).select_option("DE")
    page.get_by_label("Pieces").fill("3")
    page.get_by_role("button", name="Show what it costs").click()

    expect(page.get_by_text("Standard, $3.50")).to_be_visible()
    expect(page.get_by_text("Express, $9.00")).to_be_visible()
    assert fits(page)
