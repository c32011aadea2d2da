"""Ask the same of catalogues of several sizes, and print how much slower the largest answers.

Every request differs from the one before, so that nothing is answered out of a cache; servers and data are
gone afterwards. A million products take about half an hour to lay out.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from benchmarks.measures import Measure, show
from benchmarks.scale.shelves import Shelves, lay_out
from marketplace.operations import embedded

#: What the application runs with: nothing is remembered from one request to the next.
SETTINGS: dict[str, Any] = {
    "ENV": "testing",
    "SECRET_KEY": "benchmarks-benchmarks-benchmarks-secret",
    "FRESH_SECONDS": 0,
    "REQUEST_TIMEOUT": 30.0,
}

#: How much slower the largest may be, and what with the most frequent word of all.
GROWTH, FREQUENT_GROWTH = 2.0, 5.0

#: One request by the number of its round.
Ask = Callable[[int], str]


@click.command()
@click.argument("sizes", type=click.IntRange(1_000, 2_000_000), nargs=-1)
@click.option("--requests", type=click.IntRange(20, 10_000), default=200, show_default=True,
              help="Requests of each kind.")  # fmt: skip
def main(sizes: tuple[int, ...], requests: int) -> None:
    """Measure catalogues of these SIZES (10000 and 100000 unless given); 1 when one grows too slow."""
    folder = Path(tempfile.mkdtemp(prefix="market-benchmark-"))
    try:
        servers = embedded.ensure(folder)
        holds = show(_figures(servers, sorted(sizes or (10_000, 100_000)), requests))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not holds)


def _figures(servers: embedded.Servers, sizes: list[int], requests: int) -> Iterator[Measure]:
    slowest: dict[str, list[float]] = {}
    for size in sizes:
        app = create_app(
            SETTINGS
            | {
                "MONGODB_URI": servers.mongodb_uri,
                "REDIS_URL": servers.redis_url,
                "MONGODB_DATABASE": f"scale_{size}",
            }
        )
        with app.app_context():
            began = time.perf_counter()
            shelves = lay_out(app, size)
            yield Measure(f"{size:,} products: laid out in", time.perf_counter() - began, "s")
            for name, p95 in _measured(app, shelves, requests):
                slowest.setdefault(name, []).append(p95)
                yield Measure(f"{size:,} products: {name}, p95", p95, "ms")
    if len(sizes) > 1:
        for name, found in slowest.items():
            bound = FREQUENT_GROWTH if "most frequent" in name else GROWTH
            yield Measure(f"{name}: {sizes[-1]:,} / {sizes[0]:,}", found[-1] / found[0], at_most=bound)


def _measured(app: Flask, shelves: Shelves, requests: int) -> Iterator[tuple[str, float]]:
    client = app.test_client()
    for name, ask in _kinds(shelves).items():
        yield name, _p95(client, ask, requests)


def _kinds(shelves: Shelves) -> dict[str, Ask]:
    """Each kind of request; a price above all others makes an address new and changes nothing."""
    category = f"/api/v1/products?category={shelves.category}"
    search = "/api/v1/products?q="
    words, prefixes = shelves.words, shelves.prefixes
    pairs = [f"{one}+{other}" for one, other in zip(words, words[7:], strict=False)]
    return {
        "page 1 of a category": lambda at: f"{category}&sort=price&price_max={10**6 + at}",
        "page 1 of a category, narrowed": lambda at: (
            f"{category}&in_stock=true&f.{shelves.attribute}={shelves.options[at % len(shelves.options)]}"
            f"&price_max={10**6 + at}"
        ),
        "page 10,000, by its cursor": lambda at: shelves.deep[at % len(shelves.deep)],
        "one-word search": lambda at: f"{search}{words[at % len(words)]}&price_max={10**6 + at}",
        "two-word search": lambda at: f"{search}{pairs[at % len(pairs)]}&price_max={10**6 + at}",
        "search for the most frequent word": lambda at: f"{search}{shelves.frequent}&price_max={10**6 + at}",
        "suggestions": lambda at: f"/api/v1/search/suggest?q={prefixes[at % len(prefixes)]}",
        "facets of a category": lambda at: (
            f"{category}&facets=category,price,rating,stock,{shelves.attribute}&price_max={10**6 + at}"
        ),
    }


def _p95(client: FlaskClient, ask: Ask, requests: int) -> float:
    """Milliseconds that all but one in twenty requests stay below."""
    order = list(range(requests + 20))
    random.Random(1).shuffle(order)  # noqa: S311 - no secret
    taken = []
    for number in order:
        began = time.perf_counter()
        answer = client.get(ask(number))
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{ask(number)} answered {answer.status_code}: {answer.text[:500]}")
    warm = sorted(taken[20:])
    return warm[int(len(warm) * 0.95)]


if __name__ == "__main__":
    main()
