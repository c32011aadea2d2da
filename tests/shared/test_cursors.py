from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from bson import ObjectId

from marketplace.shared import cursors
from marketplace.shared.cursors import InvalidCursor, decode, encode, page_json, page_links
from marketplace.shared.paging import Page, Position
from tests.builders import a_shop

LIST = "/things?[]"


@pytest.fixture(autouse=True)
def in_app(app):
    """Cursors are signed with the application's key."""


@pytest.mark.parametrize(
    "values",
    [
        (1, ObjectId("0" * 24)),
        (datetime(2024, 2, 29, 12, 30, 1, 123_000, tzinfo=UTC), ObjectId("f" * 24)),
        ("Käse & \u2028 'quotes'", 5),
        (2**53 + 1, -1.5),
        (None, True),
        ("$where", {"a": 1}),
    ],
)
@pytest.mark.parametrize("backwards", [True, False])
def test_a_position_comes_back_as_it_was(values, backwards):
    position = Position(values, backwards)

    assert decode(encode(position, LIST), LIST) == position


def test_the_end_of_a_list_has_no_cursor():
    assert encode(None, LIST) is None
    assert decode(None, LIST) is None
    assert decode("", LIST) is None


@pytest.mark.parametrize("cursor", ["x", "a.b.c", "WzEsMl0.x", "ü", "\x00", "." * 99, "'; drop", "{'$gt':1}"])
def test_a_cursor_that_we_did_not_give_is_refused(cursor):
    with pytest.raises(InvalidCursor, match="damaged") as refusal:
        decode(cursor, LIST)

    assert refusal.value.field == "cursor"


def test_a_cursor_that_was_changed_anywhere_is_refused():
    cursor = encode(Position((1, 2)), LIST)

    for place in range(len(cursor) - 1):
        other = "A" if cursor[place] != "A" else "B"
        with pytest.raises(InvalidCursor):
            decode(cursor[:place] + other + cursor[place + 1 :], LIST)


def test_a_cursor_of_another_list_is_refused():
    cursor = encode(Position((1,)), "/things?[('shop', 'a')]")

    with pytest.raises(InvalidCursor, match="another list"):
        decode(cursor, "/things?[('shop', 'b')]")


def test_a_list_is_named_by_its_address_and_filters(app):
    with app.test_request_context("/things"):
        first = cursors.listing_of({"q": "usb", "limit": 5})

        assert first == cursors.listing_of({"limit": 9, "q": "usb", "cursor": "x"})
        assert first != cursors.listing_of({"q": "hub"})


def test_a_page_over_json_has_rows_and_cursors(app):
    body = page_json(Page([1], next=Position((1,)), extra={"about": 40}), LIST, 1)

    assert body["data"] == [1]
    assert decode(body["page"]["next"], LIST) == Position((1,))
    assert (body["page"]["previous"], body["page"]["about"]) == (None, 40)


# Links of pages


def links(app, address: str) -> dict:
    with app.test_request_context(address):
        return page_links(Page([1], next=Position((1,))), LIST)


def test_a_link_keeps_the_filters_and_replaces_the_cursor(app):
    found = links(app, "/signin?q=a+b&tag=x&tag=y&cursor=old")

    address = urlsplit(found["next_url"])
    assert address.path == "/signin"
    assert parse_qsl(address.query)[:-1] == [("q", "a b"), ("tag", "x"), ("tag", "y")]
    assert decode(parse_qsl(address.query)[-1][1], LIST) == Position((1,))
    assert found["prev_url"] is None


def test_a_link_leads_nowhere_else_whatever_the_parameters_are_called(app):
    found = links(app, "/signin?_external=1&_scheme=javascript&_anchor=x&endpoint=static&_method=POST")

    assert found["next_url"].startswith("/signin?_external=1&_scheme=javascript&")


def test_a_link_keeps_the_place_in_the_path(app):
    shop = a_shop()

    assert links(app, f"/sell/{shop.slug}/settings")["next_url"].startswith(f"/sell/{shop.slug}/settings?")


# Over the API


def test_a_walk_through_the_api_shows_every_shop_once(client):
    slugs = [a_shop().slug for _ in range(5)]

    seen, cursor = [], ""
    while cursor is not None:
        answer = client.get(
            "/api/v1/shops", query_string={"limit": 2} | ({"cursor": cursor} if cursor else {})
        )
        seen += [shop["slug"] for shop in answer.json["data"]]
        cursor = answer.json["page"]["next"]

    assert seen == slugs[::-1]


def test_a_damaged_cursor_is_named_in_the_answer(client):
    answer = client.get("/api/v1/shops?cursor=xyz")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_cursor")
    assert answer.json["errors"][0]["pointer"] == "/cursor"
