"""A listing on its way through review: sent in, sent back with a reason, mended, approved."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace.accounts.values import Role
from tests.browser.conftest import OpenPage
from tests.browser.test_selling import sign_in
from tests.builders import a_product, a_shop, a_user

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)])
def test_a_listing_is_sent_back_with_a_reason_mended_and_goes_live(
    app: Flask, open_page: OpenPage, width: int, javascript: bool
) -> None:
    app.config["LISTING_REVIEW"] = "all"
    seller, moderator = a_user(email="seller@example.com"), a_user(roles=(Role.MODERATOR,))
    draft = a_product(shop=a_shop(owner=seller, slug="kiln"), title="Clockwork bird", published=False)
    address = f"/sell/kiln/listings/{draft.pk}"

    selling = open_page(f"/signin?next={address}", width=width, javascript=javascript)
    sign_in(selling, seller.email)
    selling.get_by_role("button", name="Save and send for review").click()
    expect(selling.get_by_text("“Clockwork bird” waits for a moderator.")).to_be_visible()

    looking = open_page("/signin?next=/admin/listings", width=width, javascript=javascript)
    sign_in(looking, moderator.email)
    looking.get_by_role("link", name="Clockwork bird", exact=True).click()
    looking.get_by_text("Ask for changes").first.click()
    looking.get_by_label("What has to change").fill("Say whether it sings.")
    looking.get_by_role("button", name="Ask for changes").click()
    expect(looking.get_by_text("“Clockwork bird” was sent back to its seller.")).to_be_visible()

    selling.goto(address)
    expect(selling.get_by_text("Say whether it sings.")).to_be_visible()
    selling.get_by_label("Description").fill("It sings at noon.")
    selling.get_by_role("button", name="Save and send for review").click()
    expect(selling.get_by_text("“Clockwork bird” waits for a moderator.")).to_be_visible()

    looking.goto(f"/admin/listings/{draft.pk}")
    looking.get_by_role("button", name="Approve").click()
    expect(looking.get_by_text("“Clockwork bird” is approved.")).to_be_visible()
    looking.goto("/p/kiln/clockwork-bird")
    expect(looking.get_by_role("heading", name="Clockwork bird")).to_be_visible()
