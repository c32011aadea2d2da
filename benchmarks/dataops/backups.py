"""How fast backups are made, restored and verified, beside the naive ways in the same run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import bson
from bson import Decimal128, ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from benchmarks.measures import Measure
from marketplace.operations import backup, digests

ORDERS = 60_000


def measure(client: MongoClient[dict[str, Any]], orders: int = ORDERS) -> list[Measure]:
    """Make a database of orders, back it up, restore it and verify it; everything made is dropped."""
    name = f"bench_{uuid4().hex[:8]}"
    db, other = client[name], client[f"{name}_other"]
    try:
        for start in range(0, orders, 2000):
            db.orders.insert_many(_order(number) for number in range(start, start + 2000))
        with tempfile.TemporaryDirectory() as folder:
            return _figures(db, other, Path(folder))
    finally:
        client.drop_database(db)
        client.drop_database(other)


def _figures(db: Database[dict[str, Any]], other: Database[dict[str, Any]], folder: Path) -> list[Measure]:
    def decode_and_encode() -> None:
        with (folder / "naive.bson").open("wb") as file:
            for order in db.orders.find():
                file.write(bson.encode(order))

    def restore_decoded() -> None:
        with (folder / "naive.bson").open("rb") as file:
            some: list[dict[str, Any]] = []
            for order in bson.decode_file_iter(file):
                some.append(order)
                if len(some) == 1000:
                    other.orders.insert_many(some)
                    some = []

    digests.of_collection(db.orders)  # so that nobody is the first to read them
    naive = best(decode_and_encode)
    numbers = iter(range(9))
    ours = best(lambda: backup.back_up(db, folder / str(next(numbers))))
    made = folder / "0"
    size = (made / "orders.bson").stat().st_size
    verify = best(lambda: backup.opened(made))
    source = backup.opened(made)
    naive_restore = best(restore_decoded, before=lambda: db.client.drop_database(other))
    restore = best(lambda: backup.restore(other, source), before=lambda: db.client.drop_database(other))
    return [
        Measure("backup: as fast as decoding and encoding, times", naive / ours, at_least=4),
        Measure("restore: as fast as insert_many of decoded, times", naive_restore / restore, at_least=1),
        Measure("verify a backup", size / 1e6 / verify, "MB/s", at_least=150),
    ]


def best(work: Callable[[], object], *, before: Callable[[], object] = lambda: None) -> float:
    """The seconds of the best of three runs."""
    took = []
    for _ in range(3):
        before()
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def _order(number: int) -> dict[str, Any]:
    """An order as large and as nested as those of the marketplace."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return {
        "_id": ObjectId(f"{number:024x}"),
        "number": f"M-{number:08}",
        "buyer": {"id": ObjectId(f"{number % 997:024x}"), "name": "Ada Lovelace", "email": "ada@example.com"},
        "address": {
            "street": "12 St James’s Square",
            "city": "London",
            "postcode": "SW1Y 4JH",
            "country": "GB",
        },
        "lines": [
            {
                "product": ObjectId(f"{line:024x}"),
                "title": f"Thing number {line} of the shop",
                "quantity": line + 1,
                "price": {"amount": Decimal128("12.50"), "currency": "EUR"},
                "tax": {"rate": Decimal128("0.19"), "amount": Decimal128("2.38")},
                "options": ["blue", "large"],
            }
            for line in range(5)
        ],
        "total": {"amount": Decimal128("187.50"), "currency": "EUR"},
        "state": "paid",
        "history": [{"state": state, "at": at} for state in ("held", "placed", "paid")],
        "created_at": at,
        "updated_at": at,
    }
