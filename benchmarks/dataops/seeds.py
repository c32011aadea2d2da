"""How fast a load writes, beside saving the same aggregates one by one in the same run.

Loads are the whole scenario, with making and checking their documents.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Flask
from pymongo import MongoClient
from pymongo.database import Database

from app import create_app
from benchmarks.measures import Measure
from marketplace.operations.migrations import migrate
from marketplace.shared import connections
from seeds.load import blocks, load, templates
from seeds.plan import Plan

#: Products of a load, and how many of the same documents are saved one by one.
SCALE, SAVED = 5_000, 2_000

#: A large load: 100,000 products with 300,000 orders.
LARGE = Plan(scale=100_000, orders=30)


def measure(client: MongoClient[dict[str, Any]], scale: int = SCALE, saved: int = SAVED) -> list[Measure]:
    """Fill databases in bulk and by saves; each is dropped."""
    loading = _speed(client, lambda: _loaded(Plan(scale=scale)))
    saving = _speed(client, lambda: _saved(Plan(scale=scale), saved))
    large = 1 / _speed(client, lambda: _loaded(LARGE) and 1)
    orders = LARGE.scale * LARGE.orders // 10
    return [
        Measure("seed load: as fast as a loop of save(), times", loading / saving, at_least=5),
        Measure(f"seed load: {LARGE.scale:,} products and {orders:,} orders", large, "s", at_most=120),
    ]


def _speed(client: MongoClient[dict[str, Any]], work: Callable[[], int]) -> float:
    """How much a second the work does, on a database of its own."""
    db = client[f"bench_{uuid4().hex[:8]}"]
    migrate(db)
    try:
        with _application(client, db).app_context():
            return _per_second(work)
    finally:
        client.drop_database(db)


def _application(client: MongoClient[dict[str, Any]], db: Database[dict[str, Any]]) -> Flask:
    """The application on this database, with a connection of its own."""
    address = "{}:{}".format(*client.address or ())
    return create_app(
        {
            "ENV": "testing",
            "SECRET_KEY": "benchmarks-benchmarks-benchmarks-secret",
            "MONGODB_URI": f"mongodb://{address}/?directConnection=true",
            "MONGODB_DATABASE": db.name,
            "REDIS_URL": "redis://unused",
        }
    )


def _per_second(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - began)


def _loaded(plan: Plan) -> int:
    for _ in load(plan):
        pass
    db = connections.database()
    return sum(db[name].estimated_document_count() for name in templates.KINDS)


def _saved(plan: Plan, limit: int) -> int:
    """Save so many of the documents in the mixture that a load has, each with its validation."""
    done = 0
    for documents in blocks(plan):
        step = max(1, sum(map(len, documents.values())) // limit)
        for name, rows in documents.items():
            for row in rows[::step]:
                templates.KINDS[name](**_fields(name, row)).save(force_insert=True)
                done += 1
                if done >= limit:
                    return done
    return done


def _fields(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """What the aggregate is made of, as one that was made by hand."""
    aggregate = templates.KINDS[name]._from_son(row)
    return {field: aggregate[field] for field in aggregate._fields_ordered}
