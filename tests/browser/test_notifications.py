"""The bell and its page in Chromium: on a phone, without JavaScript, and for everybody."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from marketplace.accounts import services
from marketplace.accounts.repositories import users
from tests.browser.test_accessibility import GRAVE
from tests.builders import PASSWORD, a_user

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def ada(app):
    user = a_user(email="ada@example.com")
    for key, event in (("1", "order"), ("2", "message"), ("3", "moderation")):
        services.notify(
            user_id=user.pk, event=event, text=f"News of the {event}.", path="/seller-terms", key=key
        )
    return user


def at_the_page(open_page, **parts):
    page = open_page("/signin?next=/notifications", **parts)
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/notifications")
    return page


def test_somebody_opens_what_they_were_told_on_a_phone_without_javascript(ada, open_page):
    page = at_the_page(open_page, width=360, javascript=False)
    assert page.get_by_role("link", name="Notifications, 3 unread").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.get_by_role("button", name="Unread: News of the order.").click()

    page.wait_for_url("**/seller-terms")
    assert page.get_by_role("link", name="Notifications, 2 unread").is_visible()


def test_somebody_reads_all_and_turns_mail_off(ada, open_page):
    page = at_the_page(open_page, width=1280)

    page.get_by_role("button", name="Mark all as read").click()
    page.get_by_text("All read.").wait_for()
    page.get_by_label("Orders: by mail").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()

    assert not page.get_by_label("Orders: by mail").is_checked()
    assert page.get_by_label("Messages: here, always").is_disabled()
    stored = users.get(ada.pk)
    assert (stored.unread_notifications, stored.notifications_off) == (0, ["order:mail"])


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_keeps_nobody_out(ada, open_page, width):
    page = at_the_page(open_page, width=width)

    found = [fault["id"] for fault in Axe().run(page).response["violations"] if fault["impact"] in GRAVE]

    assert found == []
