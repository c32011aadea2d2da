"""Drive the site and the limit in turn, and print each ratio beside what it should be.

Both are asked the same by the same clients in the same run, in short rounds by turns: what else the machine
does shows in both. Cold requests never repeat one of the last second, repeated ones always do.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from bson import json_util

from app import create_app
from benchmarks.http.sites import Load, Site, serve
from benchmarks.measures import Measure, show
from marketplace.catalog.repositories.lists import CARD
from marketplace.catalog.values import COUNT_LIMIT
from marketplace.operations import embedded
from marketplace.operations.migrations import migrate
from marketplace.shared import connections
from seeds.load import load
from seeds.plan import Plan

#: What the site runs with, beside its servers.
SETTINGS = {
    "MARKETPLACE_ENV": "development",
    "MARKETPLACE_SECRET_KEY": "benchmarks-benchmarks-benchmarks-secret",
    "MARKETPLACE_MONGODB_DATABASE": "bench_http",
}

LIMIT, BARE = "benchmarks.http.limit:application", "benchmarks.http.bare:application"

#: Every which price a list of others begins at: between two of them lie as many products as it shows.
PRICES = 8

#: How many addresses a case has, where there are so many products: more than are asked for in a second.
DIFFERENT = 4_000


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request: its addresses here, what the limit does, and the bounds of both ratios."""

    name: str
    paths: list[str]
    limit: str
    cpu: float
    rate: float | None = None
    repeated_cpu: float | None = None
    repeated_rate: float | None = None


@click.command()
@click.option("--products", type=click.IntRange(1_000, 1_000_000), default=20_000, show_default=True)
@click.option("--requests", type=click.IntRange(40, 100_000), default=400, show_default=True,
              help="Requests in a round.")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option("--only", default="", help="Only the cases whose name contains this.")
def main(products: int, requests: int, rounds: int, only: str) -> None:
    """Measure on servers that are gone afterwards; 1 when a bound is missed."""
    folder = Path(tempfile.mkdtemp(prefix="market-benchmark-"))
    try:
        servers = embedded.ensure(folder)
        settings = SETTINGS | {
            "MARKETPLACE_MONGODB_URI": servers.mongodb_uri,
            "MARKETPLACE_REDIS_URL": servers.redis_url,
        }
        cases, asked = _prepare(settings, products)
        asking = settings | {"LIMIT": json_util.dumps(asked)}
        with (
            serve("wsgi:app", settings, config="gunicorn.conf.py") as site,
            serve(LIMIT, asking, config=os.devnull) as limit,
            serve(BARE, asking, config=os.devnull) as bare,
        ):
            chosen = [case for case in cases if only in case.name]
            holds = show(_figures(chosen, site, limit, requests, rounds))
            show(_figures_of_flask(chosen, bare, limit, requests, rounds))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not holds)


def _prepare(settings: dict[str, str], products: int) -> tuple[list[Case], dict[str, Any]]:
    """Fill the shop; the cases, and what the limit answers under which path."""
    app = create_app({name.removeprefix("MARKETPLACE_"): value for name, value in settings.items()})
    with app.app_context():
        db = connections.database()
        migrate(db)
        for _ in load(Plan(scale=products)):
            pass
        largest = next(iter(db.products.aggregate([
            {"$unwind": "$category_ids"},
            {"$sortByCount": "$category_ids"},
            {"$limit": 1},
        ])))["_id"]  # fmt: skip
        category = db.categories.find_one({"_id": largest}) or {}
        some = list(
            db.products.find({"visible": True}, {"slug": 1, "shop_id": 1, "title": 1}).limit(DIFFERENT)
        )
        prices_asked = sorted(db.products.distinct("price_min", {"visible": True}))[::PRICES]
        slugs = sorted(db.categories.distinct("slug"))
        shops = {shop["_id"]: shop["slug"] for shop in db.shops.find({}, {"slug": 1})}
    card = dict.fromkeys(CARD, 1)
    below = {"currency": "USD", "price_min": {"$lte": 10**8}}
    listed = {"filter": {"visible": True, "f": f"cat:{largest}"} | below, "projection": card, "limit": 20}
    word = max(some[0]["title"].lower().split(), key=len)
    listed["besides"] = {"of": "products", "filter": listed["filter"], "count": COUNT_LIMIT + 1}
    search = {"filter": {"$text": {"$search": word}, "visible": True} | below, "limit": 20}
    search |= {
        "projection": card | {"score": {"$meta": "textScore"}},
        "sort": [["score", {"$meta": "textScore"}]],
        "besides": {"of": "search_terms", "filter": {"key": word}},
    }
    left = {"of": "stock", "filter": {"product_id": some[0]["_id"]}}
    asked = {
        "/list": listed | {"sort": [["price_min", 1], ["_id", 1]]},
        "/product": {"filter": {"_id": some[0]["_id"]}, "limit": 1, "besides": left},
        "/search": search,
    }
    # A highest price above all others makes an address that was not asked for before, and changes nothing.
    prices = [str(1_000_000 + number) for number in range(DIFFERENT)]
    in_category = f"category={category['slug']}&sort=price"
    return [
        Case(
            "API list of 20 by category and price",
            [f"/api/v1/products?{in_category}&limit=20&price_max={price}" for price in prices],
            "/list", 1.4, 0.75, 0.5, 2.0,
        ),
        Case(
            "API list of 20 by category and price, each of others",
            [
                f"/api/v1/products?category={slug}&sort=price&limit=20&price_min={price / 100:.2f}"
                for price in prices_asked
                for slug in slugs
            ],
            "/list", 1.4, 0.75,
        ),
        Case("API product", [f"/api/v1/products/{one['_id']}" for one in some], "/product", 1.4, 0.75),
        Case(
            "API search, first page",
            [f"/api/v1/products?q={word}&limit=20&price_max={price}" for price in prices],
            "/search", 1.4, 0.75,
        ),
        Case(
            "category page",
            [f"/c/{category['slug']}?sort=price&price_max={price}" for price in prices],
            "/list", 3.5, None, 0.6,
        ),
        Case(
            "product page",
            [f"/p/{shops[one['shop_id']]}/{one['slug']}" for one in some],
            "/product", 3.5, None, 0.6,
        ),
    ], asked  # fmt: skip


def _figures(cases: list[Case], site: Site, limit: Site, requests: int, rounds: int) -> Iterator[Measure]:
    for case in cases:
        cold, base = _in_turn(site, case.paths, limit, [case.limit], requests, rounds)
        yield from _ratios(f"{case.name}, cold", cold, base, case.cpu, case.rate)
        if case.repeated_cpu is not None:
            again, base = _in_turn(site, case.paths[:1], limit, [case.limit], requests, rounds)
            yield from _ratios(f"{case.name}, repeated", again, base, case.repeated_cpu, case.repeated_rate)
    yield Measure("memory of a worker", site.memory(), "MB")
    yield Measure("memory of a worker of the limit", limit.memory(), "MB")


def _figures_of_flask(
    cases: list[Case], bare: Site, limit: Site, requests: int, rounds: int
) -> Iterator[Measure]:
    """What the framework alone costs, beside which the figures of the site are to be read."""
    for path in dict.fromkeys(case.limit for case in cases):
        for asked, what in ((path, "the same"), (f"/whole{path}", "one command more")):
            flask, base = _in_turn(bare, [asked], limit, [path], requests, rounds)
            yield from _ratios(f"a bare Flask view, {path} with {what}", flask, base, None, None)


def _in_turn(
    site: Site, paths: list[str], limit: Site, limits: list[str], requests: int, rounds: int
) -> tuple[list[Load], list[Load]]:
    site.load(paths, 40)
    limit.load(limits, 40)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(site.load(paths, requests))
        theirs.append(limit.load(limits, requests))
    return ours, theirs


def _ratios(
    name: str, ours: list[Load], theirs: list[Load], cpu: float | None, rate: float | None
) -> Iterator[Measure]:
    pairs = list(zip(ours, theirs, strict=True))
    by_cpu = statistics.median(one.cpu_each / other.cpu_each for one, other in pairs)
    yield Measure(f"{name}: CPU / limit", by_cpu, at_most=cpu)
    if rate is not None:
        yield Measure(f"{name}: req/s / limit", statistics.median(
            one.rate / other.rate for one, other in pairs
        ), at_least=rate)  # fmt: skip


if __name__ == "__main__":
    main()
