"""Every page, looked over by axe-core: wide and light, narrow and dark."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.shared.access import Audience, policy_of
from seeds.plan import Plan
from seeds.scenarios import e2e
from tests.browser import places

pytestmark = [pytest.mark.real, pytest.mark.browser]

#: Who looks at the routes of an audience.
ACCOUNTS = {
    Audience.EVERYONE: None,
    Audience.SIGNED_IN: "e2e-buyer@example.com",
    Audience.SELLER: "e2e-seller@example.com",
    Audience.SUPPORT: "e2e-admin@example.com",
    Audience.MODERATOR: "e2e-moderator@example.com",
}

PASSWORD = "end-to-end-2026"

#: What keeps people out of a page, as axe-core weighs it.
GRAVE = ("serious", "critical")


@pytest.fixture
def world(app: Flask) -> Flask:
    """The application with the sample data for browser tests."""
    list(e2e(Plan()))
    return app


@pytest.mark.parametrize("audience", ACCOUNTS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_no_page_keeps_anybody_out(
    world: Flask, chromium: Browser, address: str, audience: Audience, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    if email := ACCOUNTS[audience]:
        _sign_in(page, email)

    found = [fault for path in pages_of(world, audience) for fault in _faults(page, path)]

    context.close()
    assert found == []


def test_every_page_is_looked_at(world: Flask) -> None:
    """A new page with something in its address says in `places` what to put there."""
    assert [endpoint for endpoint, path in places.of(world).items() if path is None] == []


def pages_of(app: Flask, audience: Audience) -> Iterator[str]:
    """The paths of the pages of an audience."""
    for endpoint, path in places.of(app).items():
        policy = policy_of(app.view_functions[endpoint])
        meant = Audience.SIGNED_IN if endpoint in places.BUYERS else policy and policy.audience
        if path is not None and meant is audience:
            yield path


def _sign_in(page: Page, email: str) -> None:
    page.goto("/signin")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _faults(page: Page, path: str) -> Iterator[str]:
    answer = page.goto(quote(path, safe="/?=&"))
    if answer is None or answer.status != 200:
        yield f"{path} answered {answer.status if answer else 'nothing'}"
        return
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        yield f"{path} is wider than the window"
    for fault in Axe().run(page).response["violations"]:
        if fault["impact"] in GRAVE:
            yield f"{path}: {fault['id']}, {fault['help']}: {fault['nodes'][0]['html'][:160]}"
