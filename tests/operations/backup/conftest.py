"""The directory that mongodump made, a database that holds it, and backups to damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from marketplace.operations import backup

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def golden() -> Path:
    """A directory that mongodump made of a database with everything that is hard."""
    return GOLDEN / "nasty"


@pytest.fixture
def expected() -> dict[str, Any]:
    """What mongorestore makes of it: options, counts, indexes and dbHash by collection."""
    return json.loads((GOLDEN / "expected.json").read_text())["collections"]


@pytest.fixture
def nasty(db: Database, golden: Path) -> Database:
    """A database that holds the golden directory."""
    backup.restore(db, backup.opened(golden))
    return db


@pytest.fixture
def shop(db: Database) -> Database:
    """A small database with an index and a view."""
    db.products.insert_many({"_id": number, "price": number * 100} for number in range(50))
    db.products.create_index("price")
    db.orders.insert_many({"_id": number, "total": number} for number in range(20))
    db.create_collection("dear", viewOn="products", pipeline=[{"$match": {"price": {"$gt": 3000}}}])
    return db


@pytest.fixture
def made(shop: Database, tmp_path: Path) -> Path:
    """A backup of that database."""
    backup.back_up(shop, tmp_path / "made")
    return tmp_path / "made"


@pytest.fixture
def other(db: Database) -> Database:
    """A second, empty database."""
    return db.client[f"{db.name}_other"]
