"""A shop on its way through review, and a token for its program."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace.accounts.services import open_shop
from marketplace.accounts.values import Role
from tests.browser.conftest import OpenPage
from tests.browser.test_selling import sign_in
from tests.builders import a_user

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_shop_does_its_checklist_is_sent_back_and_opens(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    seller, moderator = a_user(email="seller@example.com"), a_user(roles=(Role.MODERATOR,))
    open_shop(owner_id=seller.id, name="Kiln", slug="kiln", currency="USD", approved=False)

    selling = open_page("/signin?next=/sell/kiln/start", width=width, javascript=javascript)
    sign_in(selling, seller.email)
    selling.get_by_role("link", name="Profile").click()
    selling.get_by_label("About the shop").fill("Stoneware, thrown and fired by hand.")
    selling.get_by_role("button", name="Save settings").click()
    selling.goto("/sell/kiln/start")
    selling.get_by_role("link", name="Shipping terms").click()
    selling.get_by_role("link", name="Edit").first.click()
    selling.get_by_role("button", name="Save", exact=True).click()
    selling.goto("/sell/kiln/start")
    selling.get_by_role("button", name="I have read and accept the seller terms").click()
    selling.get_by_role("button", name="Send in for review").click()
    expect(selling.get_by_role("heading", name="Your shop is being looked at")).to_be_visible()

    looking = open_page("/signin?next=/admin/shops", width=width, javascript=javascript)
    sign_in(looking, moderator.email)
    looking.get_by_role("link", name="Kiln", exact=True).click()
    looking.get_by_text("Send back").first.click()
    looking.get_by_label("Reason").fill("Say where you are.")
    looking.get_by_role("button", name="Send back").click()
    expect(looking.get_by_text("Kiln was sent back to its owner.")).to_be_visible()

    selling.goto("/sell/kiln/start")
    expect(selling.get_by_text("Say where you are.")).to_be_visible()
    selling.get_by_role("button", name="Send in again").click()
    looking.goto("/admin/shops/kiln")
    looking.get_by_role("button", name="Approve").click()
    expect(looking.get_by_text("Kiln may sell now.")).to_be_visible()
    looking.goto("/shop/kiln")
    expect(looking.get_by_role("heading", name="Kiln")).to_be_visible()


def test_a_token_is_made_and_shown_once_on_a_phone(app: Flask, open_page: OpenPage) -> None:
    seller = a_user(email="seller@example.com")
    open_shop(owner_id=seller.id, name="Kiln", slug="kiln", currency="USD", approved=True)
    page = open_page("/signin?next=/sell/kiln/developers", width=360)
    sign_in(page, seller.email)

    page.get_by_label("What it is for").fill("Stock robot")
    page.get_by_label("write:stock").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text("Copy it now: it is not shown again.")).to_be_visible()
    shown = page.locator("#token").inner_text()
    page.goto("/sell/kiln/developers")

    assert shown.startswith("mkt_")
    expect(page.locator("#token")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
