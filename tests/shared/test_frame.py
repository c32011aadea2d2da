"""The header and the footer of pages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from marketplace.shared import frame

LINKS = [{"name": "Lamps & more", "url": "/c/lamp"}]


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context():
        yield


def header(searched="", links=LINKS, pieces=0, member=None, inbox=None):
    return frame.header("Sundry", searched, links, pieces, member, inbox)


def test_visitors_get_the_header_that_was_drawn_before():
    assert header() is header(links=[dict(one) for one in LINKS])
    assert frame.footer("Sundry") is frame.footer("Sundry", None)


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"searched": '"><b>'}, 'value="&#34;&gt;&lt;b&gt;"'),
        ({"links": [{"name": "<Vases>", "url": "/c/vase"}]}, '<a href="/c/vase">&lt;Vases&gt;</a>'),
        ({"pieces": 3}, ", 3 in it"),
    ],
)
def test_what_a_header_shows_is_its_own(changed, shown):
    plain = header()

    assert shown not in plain
    assert shown in header(**changed)
    assert header() == plain


def test_a_header_leads_to_where_the_marketplace_is(app):
    here = header()
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/market"}):
        assert header() is not here


def test_nobody_gets_the_header_of_a_member():
    member = SimpleNamespace(
        display_name="Ada",
        unread_notifications=2,
        is_staff=False,
        is_moderator=False,
    )

    theirs = header(member=member, inbox=SimpleNamespace(url="/inbox", unread=1, label="My messages"))

    assert "Ada" in theirs
    assert "Ada" not in header()
    assert header(member=member) is not header(member=member)
    assert "Register" not in frame.footer("Sundry", member)
    assert "Register" in frame.footer("Sundry")
