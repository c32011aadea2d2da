"""What the API and the page say of a search that was understood otherwise than it was typed."""

from __future__ import annotations

import pytest

from marketplace.catalog import services
from marketplace.shared import connections
from tests.builders import a_category, a_product, a_shop

pytestmark = pytest.mark.real


@pytest.fixture
def shelf(app):
    shop = a_shop()
    for title in ("Stoneware mug", "Stoneware bowl"):
        a_product(shop=shop, title=title, category=a_category(title.split()[1].title()))
    services.rebuild_dictionary()


def test_the_api_says_what_was_corrected(client, shelf):
    page = client.get("/api/v1/products?q=stonewrae+mug").json["page"]

    assert page["correction"] == {"from": "stonewrae mug", "to": "stoneware mug"}


def test_the_api_hints_at_the_category_that_is_named(client, shelf):
    hint = client.get("/api/v1/products?q=mugs").json["page"]["category_hint"]

    assert (hint["name"], hint["slug"]) == ("Mug", "mug")


def test_the_api_corrects_nothing_that_is_meant_exactly(client, shelf):
    page = client.get("/api/v1/products?q=stonewrae&exact=true").json["page"]

    assert (page["correction"], page["total"]["value"]) == (None, 0)


def test_the_page_says_what_it_shows_instead_and_leads_to_what_was_typed(client, shelf):
    page = client.get("/s?q=stonewrae").text

    assert "Results for <strong>stoneware</strong> instead of stonewrae." in page
    assert "exact=true" in page
    assert "instead of" not in client.get("/s?q=stonewrae&exact=true").text


def test_the_page_says_nothing_where_nothing_was_corrected(client, shelf):
    assert "instead of" not in client.get("/s?q=stoneware").text


def test_suggestions_take_one_command(client, shelf):
    assert _commands(lambda: services.suggest("stone")) == 1


@pytest.mark.parametrize("address", ["/api/v1/products?q=stoneware+mug", "/api/v1/products?q=mugs"])
def test_a_search_takes_four_commands(client, shelf, address):
    client.get("/api/v1/products?q=bowl")

    assert _commands(lambda: client.get(address)) <= 4


def _commands(work) -> int:
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    return db["system.profile"].count_documents(
        {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    )
