from __future__ import annotations

import time

import pytest
from flask import render_template_string
from itsdangerous import TimestampSigner

from marketplace.shared.notices import COOKIE, notify

#: These add routes of their own.
pytestmark = pytest.mark.own_app

TEXT = "Saved & <sound>."


@pytest.fixture
def browser(app):
    """A browser of an application with a route that leaves a notice, and one that shows them."""
    show = "{% for notice in notices %}{{ notice.kind }}: {{ notice.text }};{% endfor %}"

    @app.get("/leave")
    def leave() -> str:
        notify(TEXT, "info")
        return "left"

    @app.get("/show")
    def shown() -> str:
        return render_template_string(show)

    @app.get("/both")
    def both() -> str:
        notify("At once.")
        return render_template_string(show)

    return app.test_client()


def test_a_notice_is_shown_on_the_next_page_once(browser):
    browser.get("/leave")

    assert browser.get("/show").text == "info: Saved &amp; &lt;sound&gt;.;"
    assert browser.get("/show").text == ""


def test_a_notice_waits_until_a_page_shows_it(browser):
    browser.get("/leave")

    browser.get("/api/v1/session")

    assert "Saved" in browser.get("/show").text


def test_a_notice_of_the_page_itself_is_shown_there_and_not_again(browser):
    assert browser.get("/both").text == "success: At once.;"
    assert browser.get("/show").text == ""


def test_a_notice_needs_no_session(browser):
    browser.get("/leave")

    assert browser.get_cookie("session") is None
    assert browser.get_cookie(COOKIE).http_only


@pytest.mark.parametrize("value", ["x", "W10.x.y", "ü", "[{}]"])
def test_a_notice_that_we_did_not_write_is_not_shown(browser, value):
    browser.set_cookie(COOKIE, value)

    assert browser.get("/show").text == ""


def test_a_notice_is_shown_within_a_minute_or_never(browser, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) - 62)
        browser.get("/leave")

    assert browser.get_cookie(COOKIE)
    assert browser.get("/show").text == ""
