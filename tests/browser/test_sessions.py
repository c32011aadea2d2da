"""Somebody forgot to sign out elsewhere."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_selling import sign_in
from tests.builders import Person, a_user

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)])
def test_a_member_signs_out_where_they_forgot_to(
    app: Flask, open_page: OpenPage, person: Person, width: int, javascript: bool
) -> None:
    ada = a_user(email="ada@example.com")
    forgotten = [person.sign_in(ada) for _ in range(3)]
    page = open_page("/signin", width=width, javascript=javascript)
    sign_in(page, ada.email)

    page.get_by_role("link", name="Show my sessions").click()
    expect(page.get_by_text("This one")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Sign out of").first.click()
    expect(page.get_by_text("Signed out there.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out of")).to_have_count(2)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("button", name="Sign out of")).to_have_count(0)

    assert [one.get("/api/v1/me").status_code for one in forgotten] == [401] * 3
