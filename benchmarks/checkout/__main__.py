"""Orders a second and what one costs, each as a ratio to storing the same documents and doing nothing else.

Both are done by as many people in as many processes of this machine, by turns in one run, so that whatever
else it does shows in both. Buyers call the services as the routes do; no HTTP is measured.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import mongoengine
from bson import ObjectId
from pymongo.database import Database

from app import create_app
from benchmarks.checkout.crowd import STORED, Checkouts, Rush, buying, inserting
from benchmarks.measures import Measure, show
from marketplace.catalog.services import stock
from marketplace.operations import embedded
from marketplace.operations.migrations import migrate
from marketplace.shared import connections
from seeds.load import load
from seeds.plan import Plan

#: Products in the shop, how many of them are hot, and pieces of each: more than anybody buys.
PRODUCTS, HOT, PIECES = 2_000, 10, 100_000

#: The buyers at once; and what is to be reached at the largest crowd, uniform and hot.
CROWDS = (1, 16, 64)
UNIFORM, HOT_ONES, HOT_OF_UNIFORM = 0.25, 0.15, 0.5


@click.command()
@click.option("--purchases", type=click.IntRange(64, 100_000), default=640, show_default=True,
              help="Purchases in a round; one buyer alone makes a quarter.")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 100), default=3, show_default=True)
def main(purchases: int, rounds: int) -> None:
    """Measure on servers that are gone afterwards; 1 when a bound is missed or a piece oversold."""
    folder = Path(tempfile.mkdtemp(prefix="market-benchmark-"))
    try:
        servers = embedded.ensure(folder)
        settings = {
            "ENV": "development",
            "SECRET_KEY": "benchmarks-benchmarks-benchmarks-secret",
            "MONGODB_URI": servers.mongodb_uri,
            "MONGODB_DATABASE": "bench_checkout",
            "REDIS_URL": servers.redis_url,
        }
        holds = show(_figures(settings, purchases, rounds))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not holds)


def _figures(settings: dict[str, Any], purchases: int, rounds: int) -> Iterator[Measure]:
    variants, template, cost = _prepare(settings)
    for name, number in sorted(cost.items()):
        yield Measure(f"round trips of a checkout: {name}", number, "commands")
    yield Measure("round trips of a checkout, all", sum(cost.values()), "commands")
    for people in CROWDS:
        some = purchases if people > 1 else purchases // 4
        pairs = [
            (
                buying(settings, people, some, variants),
                buying(settings, people, some, variants[:HOT]),
                inserting(settings, people, some, template),
            )
            for _ in range(rounds)
        ]
        yield from _of_crowd(people, pairs)
    yield from _oversold(settings)


def _of_crowd(people: int, pairs: list[tuple[Rush, Rush, Rush]]) -> Iterator[Measure]:
    largest = people == CROWDS[-1]

    def ratio(one: int, other: int) -> float:
        return statistics.median(pair[one].rate / pair[other].rate for pair in pairs)

    buyers = f"{people} at once" if people > 1 else "1 buyer"
    for at, name in enumerate(("uniform", "ten hot products", "inserts alone")):
        rate = statistics.median(pair[at].rate for pair in pairs)
        yield Measure(f"{buyers}, {name}", rate, "orders/s")
    yield Measure(f"{buyers}, uniform / inserts", ratio(0, 2), at_least=UNIFORM if largest else None)
    yield Measure(f"{buyers}, hot / inserts", ratio(1, 2), at_least=HOT_ONES if largest else None)
    yield Measure(f"{buyers}, hot / uniform", ratio(1, 0), at_least=HOT_OF_UNIFORM if largest else None)
    refused = sum(sum(rush.refused.values()) for pair in pairs for rush in pair[:2])
    yield Measure(f"{buyers}, refused", refused, "orders", at_most=0)


def _prepare(
    settings: dict[str, Any],
) -> tuple[list[ObjectId], dict[str, list[dict[str, Any]]], Counter[str]]:
    """Fill the shop; variants with enough of each, what one purchase stores, and what one costs."""
    app = create_app(settings)
    with app.app_context():
        db = connections.database()
        migrate(db)
        for _ in load(Plan(scale=PRODUCTS)):
            pass
        found = db.products.find({"visible": True}, {"variants.id": 1})
        variants = [variant["id"] for one in found for variant in one["variants"]]
        full = {"on_hand": PIECES, "available": PIECES, "allocated": 0, "holds": [], "track": True}
        db.stock.update_many({"_id": {"$in": variants}}, {"$set": full})
        for name in STORED:
            db[name].delete_many({})
        cost = _cost(db, variants)
        template = {name: list(db[name].find()) for name in STORED}
    mongoengine.disconnect_all()
    return variants, template, cost


def _cost(db: Database[dict[str, Any]], variants: list[ObjectId]) -> Counter[str]:
    """The commands of one checkout of one piece by kind; the client counts them, the server names them."""
    check_out = Checkouts(variants).prepare()
    db.command("profile", 2)
    before = connections.gauges()["commands"]
    check_out()
    sent = connections.gauges()["commands"] - before
    db.command("profile", 0)
    rows = db["system.profile"].find({"command.profile": {"$exists": False}})
    found = Counter(_kind(row) for row in rows if not row["ns"].endswith("system.profile"))
    return found + Counter({"commit, and what else the server does not name": sent - sum(found.values())})


def _kind(row: dict[str, Any]) -> str:
    if row["op"] == "command":
        return next(iter(row["command"]))
    return {"query": "find"}.get(row["op"], row["op"])


def _oversold(settings: dict[str, Any]) -> Iterator[Measure]:
    """Whether the stock adds up, and holds exactly what was bought."""
    app = create_app(settings)
    with app.app_context():
        db = connections.database()
        wrong = len(stock.verify())
        held = next(iter(db.stock.aggregate([
            {"$group": {"_id": None, "n": {"$sum": {"$sum": "$holds.quantity"}}}},
        ])))["n"]  # fmt: skip
        bought = next(iter(db.carts.aggregate([
            {"$match": {"status": "converted"}}, {"$unwind": "$items"},
            {"$group": {"_id": None, "n": {"$sum": "$items.quantity"}}},
        ])))["n"]  # fmt: skip
    mongoengine.disconnect_all()
    yield Measure("variants whose stock does not add up", wrong, "variants", at_most=0)
    yield Measure("pieces held beyond what was bought", abs(held - bought), "pieces", at_most=0)


if __name__ == "__main__":
    main()
