"""Paying in the browser: waiting for a slow bank, being declined, and changing one's mind."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace.ordering import services
from marketplace.ordering.repositories import charges
from marketplace.shared.clock import now
from tests.browser.conftest import OpenPage
from tests.browser.layout import fits
from tests.builders import a_cart, checked_out, goods

pytestmark = [pytest.mark.real, pytest.mark.browser]


def _wait_page(done: services.CheckedOut) -> str:
    return f"/checkout/{done.purchase.id}/wait?key={services.key_of(done.purchase)}"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_page_that_waits_goes_on_by_itself(app: Flask, open_page: OpenPage, javascript: bool) -> None:
    done = checked_out(a_cart(goods()))
    services.decide_sandbox(done.payment, decision="pay_slowly")
    page = open_page(_wait_page(done), width=360, javascript=javascript)
    expect(page.get_by_role("heading", name="Waiting for your payment")).to_be_visible()

    charges.all().update(set__effective_at=now())

    expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible(timeout=15_000)


def test_who_is_declined_pays_by_transfer(app: Flask, open_page: OpenPage) -> None:
    done = checked_out(a_cart(goods(price=1000)))
    page = open_page(done.action.url, width=360)

    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", name="Payment declined")).to_be_visible()
    page.get_by_text("Bank transfer").click()
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="Transfer the money")).to_be_visible()
    assert fits(page, 360)
    expect(page.get_by_role("button", name="Print")).to_be_visible()
