"""How fast backups are made, restored and verified, beside other ways in the same run.

Where MongoDB's own mongodump and mongorestore are on PATH they are the measure. Where they are not, what
they do at best is done here: bytes are copied from a cursor into a file, and from a file into inserts of a
thousand, with nothing decoded, checked or sealed.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import bson
from bson import Decimal128, ObjectId
from bson.raw_bson import RawBSONDocument
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
    ways, numbers, made = _Ways(db, other, folder), iter(range(9)), folder / "0"
    digests.of_collection(db.orders)  # so that nobody is the first to read them
    naive = best(ways.decode_and_encode)
    ours, copied = in_turn(lambda: backup.back_up(db, folder / str(next(numbers))), ways.dump)
    verify = best(lambda: backup.opened(made))
    source = backup.opened(made)
    naive_restore = best(ways.insert_decoded, before=ways.forget)
    restored, inserted = in_turn(lambda: backup.restore(other, source), ways.undump, before=ways.forget)
    beside_decoded = naive_restore / min(restored)
    size = (made / "orders.bson").stat().st_size
    return [
        Measure("backup: as fast as decoding and encoding, times", naive / min(ours), at_least=4),
        Measure(f"backup: as fast as {ways.dumping}, times", _beside(copied, ours), at_least=0.7),
        Measure("restore: as fast as insert_many of decoded, times", beside_decoded, at_least=1),
        Measure(f"restore: as fast as {ways.restoring}, times", _beside(inserted, restored), at_least=1),
        Measure("verify a backup", size / 1e6 / verify, "MB/s", at_least=150),
    ]


class _Ways:
    """Other ways to get a collection into a file, and back into another database."""

    def __init__(self, db: Database[dict[str, Any]], other: Database[dict[str, Any]], folder: Path) -> None:
        self._db, self._other = db, other
        self._written, self._dumped = folder / "written.bson", folder / "dumped"
        self._uri = "--uri=mongodb://{}:{}/?directConnection=true".format(*db.client.address or ())
        tools = all(map(shutil.which, ("mongodump", "mongorestore")))
        self.dump, self.dumping = (self._mongodump, "mongodump") if tools else (self._copy, "copying bytes")
        self.undump, self.restoring = (
            (self._mongorestore, "mongorestore") if tools else (self._insert, "inserting bytes")
        )

    def decode_and_encode(self) -> None:
        with self._written.open("wb") as file:
            for order in self._db.orders.find():
                file.write(bson.encode(order))

    def insert_decoded(self) -> None:
        with self._written.open("rb") as file:
            orders = bson.decode_file_iter(file)
            while some := list(islice(orders, 1000)):
                self._other.orders.insert_many(some)

    def forget(self) -> None:
        self._db.client.drop_database(self._other)

    def _copy(self) -> None:
        with self._written.open("wb") as file:
            for batch in self._db.orders.find_raw_batches():
                file.write(batch)

    def _insert(self) -> None:
        with self._written.open("rb") as file:
            while some := [RawBSONDocument(one) for one in islice(_documents(file), 1000)]:
                self._other.orders.insert_many(some, ordered=False)

    def _mongodump(self) -> None:
        _run("mongodump", self._uri, f"--db={self._db.name}", f"--out={self._dumped}")

    def _mongorestore(self) -> None:
        names = (f"--nsFrom={self._db.name}.*", f"--nsTo={self._other.name}.*")
        _run("mongorestore", self._uri, *names, "--noIndexRestore", str(self._dumped))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _documents(file: IO[bytes]) -> Iterator[bytes]:
    """The documents of a file of BSON as they stand there."""
    while size := file.read(4):
        yield size + file.read(int.from_bytes(size, "little") - 4)


def best(work: Callable[[], object], *, before: Callable[[], object] = lambda: None, runs: int = 3) -> float:
    """The seconds of the best of some runs."""
    took = []
    for _ in range(runs):
        before()
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def in_turn(
    one: Callable[[], object], other: Callable[[], object], *, before: Callable[[], object] = lambda: None
) -> tuple[list[float], list[float]]:
    """The seconds of nine runs of each, taken by turns: what else the machine does shows in both."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(9):
        for seconds, work in zip(took, (one, other), strict=True):
            seconds.append(best(work, before=before, runs=1))
    return took


def _beside(theirs: list[float], ours: list[float]) -> float:
    """How many times as fast ours is, in the middle one of the turns."""
    return statistics.median(their / our for their, our in zip(theirs, ours, strict=True))


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
