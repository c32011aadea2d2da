"""Lists among two hundred thousand products: which index each is planned on, and how much it reads."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pymongo
import pytest

from marketplace.catalog.repositories import facets
from marketplace.operations.migrations import migrate
from marketplace.shared import connections
from tests.catalog import shelves

#: One worker lays everything out, for all of them.
pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("lists at scale")]

#: A list may read so many products for each that it shows.
MOST_READ = 2


@pytest.fixture(scope="module")
def shelf(servers):
    """A database with everything laid out, for all tests of this module."""
    name = f"test_{uuid4().hex[:12]}"
    with pymongo.MongoClient(servers.mongodb_uri) as client:
        migrate(client[name])
        shelves.fill(client[name])
        yield {"MONGODB_URI": servers.mongodb_uri, "MONGODB_DATABASE": name, "REDIS_URL": servers.redis_url}
        client.drop_database(name)


@pytest.fixture
def addresses(shelf):
    """Tests here share the database; they only read."""
    return shelf


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Facts are remembered as in production."""
    return settings | {"FRESH_SECONDS": 60}


def profiled(work) -> list[dict[str, Any]]:
    """What the database did for this work, command by command."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    other = {"$regex": "system.profile$"}
    return list(db["system.profile"].find({"command.profile": {"$exists": False}, "ns": {"$not": other}}))


def asked(client, address: str) -> list[dict[str, Any]]:
    """The commands for a page that was answered."""
    answers = []
    rows = profiled(lambda: answers.append(client.get(address)))
    assert answers[0].status_code == 200, answers[0].text
    return rows


def the_list(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The query for the rows of the list."""
    found = [row for row in rows if row["ns"].endswith(".products") and row["command"].get("find")]
    return next(row for row in found if "sort" in row["command"])


LISTS = [
    "",
    "category=branch-1",
    "category=leaf-1-3",
    "shop=shop-7",
    "f.colour=blue",
    "f.colour=blue&f.colour=red",
    "in_stock=true",
    "rating_min=4",
    "price_min=100&price_max=400",
    "category=branch-1&price_min=100&price_max=400",
    "category=branch-1&f.colour=blue",
    "category=leaf-2-2&f.colour=blue&f.colour=red&f.material=oak",
    "category=branch-1&f.colour=blue&f.material=oak&f.handmade=yes",
    "category=branch-3&rating_min=4&in_stock=true",
    "category=branch-1&in_stock=true&price_min=50&price_max=800",
    "shop=shop-7&f.colour=blue",
    "shop=shop-7&f.handmade=yes&in_stock=true&price_min=50",
    "f.colour=blue&f.material=oak",
    "f.colour=blue&price_max=600",
]


@pytest.mark.parametrize("sort", ["newest", "price", "-price", "rating"])
@pytest.mark.parametrize("narrowed", LISTS)
def test_a_list_reads_little_more_than_it_shows_and_sorts_nothing(client, narrowed, sort):
    row = the_list(asked(client, f"/api/v1/products?{narrowed}&sort={sort}"))

    assert "IXSCAN" in row["planSummary"]
    assert not row.get("hasSortStage")
    assert row["docsExamined"] <= MOST_READ * row["nreturned"]


@pytest.mark.parametrize("sort", ["newest", "price", "-price", "rating"])
@pytest.mark.parametrize(
    "narrowed", ["", "category=branch-1", "category=branch-1&f.colour=blue&in_stock=true"]
)
def test_a_page_deep_in_a_list_reads_no_more_than_the_first(client, narrowed, sort):
    address = f"/api/v1/products?{narrowed}&sort={sort}&limit=100"
    for _ in range(12):
        cursor = client.get(address).json["page"]["next"]
        address = f"/api/v1/products?{narrowed}&sort={sort}&limit=100&cursor={cursor}"

    rows = [row for row in asked(client, address) if "sort" in row["command"]]

    assert not any(row.get("hasSortStage") for row in rows)
    assert sum(row["docsExamined"] for row in rows) <= MOST_READ * 101
    assert sum(row["nreturned"] for row in rows) == 101


SEARCHES = ["q=lamp", "q=blue+lamp", "q=lamp&sort=price", "q=blue+oak+lamp&category=branch-1&f.colour=blue"]


@pytest.mark.parametrize("query", [*LISTS, *SEARCHES])
def test_nothing_that_the_list_asks_for_scans_a_collection(client, query):
    rows = asked(client, f"/api/v1/products?{query}&facets=category,price,rating,stock,colour,material")

    small = (".shops", ".categories", ".figures")
    scans = [row for row in rows if row.get("planSummary") == "COLLSCAN" and not row["ns"].endswith(small)]
    assert scans == []


def test_the_counts_of_a_list_read_a_bounded_number_of_products(client):
    rows = asked(client, "/api/v1/products?category=branch-2&facets=colour,material,price")

    counting = next(row for row in rows if "aggregate" in row["command"])
    assert counting["docsExamined"] <= facets.SAMPLE + 1
    assert client.get("/api/v1/products?category=branch-2&facets=colour").json["approximate"] is True


@pytest.mark.parametrize(
    "narrowed", ["category=branch-1", "category=branch-1&price_max=100000", "price_min=1"]
)
def test_long_lists_are_counted_up_to_a_thousand_by_the_index_alone(client, narrowed):
    rows = asked(client, f"/api/v1/products?{narrowed}")

    counted = next(row for row in rows if row["ns"].endswith(".products") and "sort" not in row["command"])
    assert counted["docsExamined"] == 0
    assert counted["keysExamined"] <= 1002
    assert client.get(f"/api/v1/products?{narrowed}").json["page"]["total"] == {
        "value": 1000,
        "relation": "gte",
    }


def test_a_page_counts_its_list_once(client):
    """Whether there are more than a thousand the counts of its facets tell."""
    rows = asked(client, "/c/branch-1?sort=price")

    on_products = [row for row in rows if row["ns"].endswith(".products")]
    assert len(on_products) <= 2
    assert "1000+" in client.get("/c/branch-1?sort=price&limit=7").text


#: How often a page may ask the database while it remembers what many pages show.
ROUND_TRIPS = {
    "/s": 4,
    "/s?q=lamp": 4,
    "/c/leaf-1-3": 4,
    "/c/branch-1?f.colour=blue&in_stock=1": 4,
    "/shop/shop-7": 5,
    "/api/v1/products": 4,
    "/api/v1/products?q=blue+lamp": 4,
    "/api/v1/products?category=leaf-1-3&sort=price": 4,
}


@pytest.mark.parametrize("address", ROUND_TRIPS)
def test_a_list_takes_few_round_trips(client, address):
    client.get(address)
    apart = "&" if "?" in address else "?"

    rows = asked(client, f"{address}{apart}limit=23")

    assert len(rows) <= ROUND_TRIPS[address], [(row["ns"], row["command"]) for row in rows]
