"""Data in bulk: any number of products with their shops, stock, people and orders, in minutes.

The documents are copies of what the aggregates make (`templates`), filled in a thousand products at a time
and inserted as they are; one in a hundred goes through its aggregate again, which must store the same. A
block of products follows from the seed and its number alone, so a load that was broken off is finished by
the next, which leaves what is there as it is.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from marketplace.shared import connections

from ..indexes import built_last
from ..plan import Plan, hashed
from ..store import RECORDS, Store, Stored
from . import templates
from .catalogue import BLOCK, Block, Ground, block, explain, ground
from .opinions import review
from .sales import sell
from .talks import talk

#: Everybody's password.
PASSWORD = "load-market-2026"  # noqa: S105 - published on purpose

#: One document of so many goes through its aggregate again.
SAMPLE = 100

#: Threads that write a block's collections while the next block is made.
WRITERS = 2

#: Seconds between two lines that tell of the progress.
TELL_EVERY = 5.0


class OtherScale(Exception):
    """The database holds a load of the same seed at another scale."""


class Incomplete(Exception):
    """The database does not hold what it should after a load."""


def load(plan: Plan) -> Iterator[str]:
    """Store what is missing of the load, and tell how it goes.

    Raises OtherScale, Clash, and Incomplete when at the end the counts are not as planned, or a validator
    would refuse what is there.
    """
    db = connections.database()
    plan = replace(plan, moment=_begun(db, plan))
    store, planned = Store(db), Counter[str]()
    progress = _Progress(plan.scale)
    with built_last(db, templates.KINDS) as are_taken:
        with _rarely_collected(), ThreadPoolExecutor(WRITERS, thread_name_prefix="seeds") as writers:
            writing: list[Future[None]] = []
            for documents in blocks(plan):
                plan.check()
                planned.update({name: len(rows) for name, rows in documents.items()})
                for one in writing:
                    one.result()
                writing = [writers.submit(_write, store, name, rows) for name, rows in documents.items()]
                if line := progress.line(planned):
                    yield line
            for one in writing:
                one.result()
        store.settle()
        if are_taken:
            yield "All documents are there; their indexes are built now."
    for name, count in planned.items():
        stored = db[name].count_documents({})
        if stored < count or store.added[name] + store.found[name] != count:
            raise Incomplete(f"{name} holds {stored:,} documents, but {count:,} were planned.")
        yield f"{count:,} {name.replace('_', ' ')}"
    for name, validator in _validators(db).items():
        if count := db[name].count_documents({"$nor": [validator]}):
            raise Incomplete(f"{count:,} documents in {name} break its validator.")
    yield f"Sign in as buyer-{plan.seed}-0@example.com with the password {PASSWORD}."


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Have Python look for cycles among its objects seldom: millions are made here, and none is in one."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def blocks(plan: Plan) -> Iterator[dict[str, list[Stored]]]:
    """The documents by collection: those that all blocks share, then block by block."""
    base = ground(plan, templates.made(hashed(PASSWORD, plan.key("load"))))
    attributes = [one.to_mongo().to_dict() for one in base.kinds.all]
    yield {"categories": base.categories, "attributes": attributes, "media": base.media}
    for number in range(-(-plan.scale // BLOCK)):
        yield _filled(base, number, min(BLOCK, plan.scale - number * BLOCK)).documents


def _filled(base: Ground, number: int, size: int) -> Block:
    made = block(base, number, size)
    sell(base, made)
    review(base, made)
    explain(base, made)
    talk(base, made)
    return made


def _validators(db: Database[Stored]) -> dict[str, Any]:
    """What collections accept, for those that have a validator."""
    options = {info["name"]: info.get("options", {}) for info in db.list_collections()}
    return {name: found["validator"] for name, found in options.items() if found.get("validator")}


def _write(store: Store, name: str, rows: list[Stored]) -> None:
    for row in rows[::SAMPLE]:
        templates.check(name, row)
    store.put(name, rows)


def _begun(db: Database[Stored], plan: Plan) -> Any:
    """The moment at which the load of this seed ends, set by its first run."""
    mine = {"scale": plan.scale, "moment": plan.moment}
    record = db[RECORDS].find_one_and_update(
        {"_id": f"load {plan.seed}"}, {"$setOnInsert": mine}, upsert=True, return_document=True
    )
    if record["scale"] != plan.scale:
        raise OtherScale(
            f"This database has a load of seed {plan.seed} with {record['scale']:,} products. "
            f"Go on with --scale {record['scale']}, take another --seed, or start anew with --reset."
        )
    return record["moment"]


class _Progress:
    """How far a load is, how fast it goes, and when it will be done."""

    def __init__(self, products: int) -> None:
        self._products = products
        self._began = self._told = time.monotonic()

    def line(self, planned: Counter[str]) -> str | None:
        """A line now and then."""
        now, made = time.monotonic(), planned["products"]
        if now - self._told < TELL_EVERY or not made:
            return None
        self._told = now
        rate = made / (now - self._began)
        left = int((self._products - made) / rate)
        return (
            f"{made:,} of {self._products:,} products ({made * 100 // self._products} %), "
            f"{planned.total() / (now - self._began):,.0f} documents a second, "
            f"about {left // 60} min {left % 60} s to go"
        )
