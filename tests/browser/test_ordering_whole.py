"""An order's whole life: bought from three shops, also on a telephone without scripts, and its ways on."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.operations.worker import Worker
from marketplace.ordering.repositories import orders
from tests.browser.conftest import OpenPage
from tests.browser.layout import fits
from tests.browser.test_buying import fill_in_address, put_into_cart
from tests.browser.test_selling import sign_in
from tests.builders import a_shop, a_user, goods

pytestmark = [pytest.mark.real, pytest.mark.browser]

#: Each shop's owner, what it sells, and what that costs.
SHOPS = {"Kiln": ("Stoneware mug", 2400), "Kettle": ("Green tea", 900), "Press": ("Ruled notebook", 1200)}


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_one_shop_declines_one_sends_two_parcels_and_one_delivers(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    for name, (title, price) in SHOPS.items():
        owner = a_user(email=f"{name.lower()}@example.com")
        goods(a_shop(owner=owner, name=name, slug=name.lower()), title=title, price=price)
    guest = open_page("/", width=width, javascript=javascript)
    _buy_everything(guest)
    numbers = {order.shop.name: order.number for order in orders.all()}
    pages = {name: guest.get_by_role("link", name=number).first for name, number in numbers.items()}
    links = {name: str(link.get_attribute("href")) for name, link in pages.items()}

    kiln = _shop_page(open_page, "kiln", numbers["Kiln"], width, javascript)
    kiln.get_by_text("Decline the order").click()
    kiln.get_by_label("Reason").first.fill("The last one broke in the kiln.")
    kiln.get_by_role("button", name="Decline order").click()
    Worker(app).once()
    kettle = _shop_page(open_page, "kettle", numbers["Kettle"], width, javascript)
    _send(kettle, pieces="1", tracking="TEA-1")
    _send(kettle, pieces="1", tracking="TEA-2")
    press = _shop_page(open_page, "press", numbers["Press"], width, javascript)
    _send(press, pieces="1", tracking="BOOK-1")

    guest.goto(links["Kiln"])
    expect(guest.get_by_role("heading", name="Refunds")).to_be_visible()
    expect(guest.get_by_text("The last one broke in the kiln.").first).to_be_visible()
    expect(guest.get_by_text("$24.00 – ").first).to_be_visible()
    guest.goto(links["Kettle"])
    expect(guest.get_by_text("TEA-1", exact=True).first).to_be_visible()
    expect(guest.get_by_text("TEA-2", exact=True).first).to_be_visible()
    guest.goto(links["Press"])
    guest.get_by_role("button", name="I have received it").click()
    guest.get_by_role("button", name="All good").click()
    expect(guest.get_by_text("Completed").first).to_be_visible()
    assert {order.shop.name: order.status.value for order in orders.all()} == {
        "Kiln": "cancelled",
        "Kettle": "shipped",
        "Press": "completed",
    }
    for page in (guest, kiln, kettle, press):
        assert fits(page, width)


def _buy_everything(page: Page) -> None:
    for title, _ in SHOPS.values():
        put_into_cart(page, title)
    put_into_cart(page, "Green tea")
    page.goto("/checkout")
    page.get_by_label("E-mail").fill("ada@example.com")
    fill_in_address(page)
    page.get_by_label("I order from these 3 shops").check()
    page.get_by_role("button", name="Buy for $54.00").click()
    page.get_by_role("button", name="Pay $54.00").click()
    expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible()


def _shop_page(open_page: OpenPage, shop: str, number: str, width: int, javascript: bool) -> Page:
    page = open_page(f"/signin?next=/sell/{shop}/orders/{number}", width=width, javascript=javascript)
    sign_in(page, f"{shop}@example.com")
    expect(page.get_by_role("heading", name=re.compile(number))).to_be_visible()
    return page


def _send(page: Page, *, pieces: str, tracking: str) -> None:
    """Send a parcel with so many pieces of the order's one line."""
    page.get_by_role("spinbutton").first.fill(pieces)
    page.get_by_label("Tracking number").fill(tracking)
    page.get_by_role("button", name="Mark shipped").click()
    expect(page.get_by_text(tracking, exact=True).first).to_be_visible()
