"""What exactly once costs, and what a kill costs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
from pymongo.database import Database

from benchmarks.measures import Measure
from marketplace.operations import drift, embedded
from marketplace.operations.migrations import migrate

Db = Database[dict[str, Any]]

#: The lease of the killed run, in seconds.
LEASE = 2.0

COUNTING = '''"""Count every document up, once."""

from marketplace.operations.migrations.steps import each

phase = "migrate"
steps = [each("things", {}, {"$inc": {"n": 1}}, down={"$inc": {"n": -1}})]
'''

RUN = """
import sys
from pathlib import Path
import pymongo
from marketplace.operations import lease
from marketplace.operations.migrations import migrate
lease.LEASE_SECONDS = float(sys.argv[4])
migrate(pymongo.MongoClient(sys.argv[1])[sys.argv[2]], folder=Path(sys.argv[3]), wait=60)
"""


def measure(servers: embedded.Servers) -> list[Measure]:
    """Chunks against one update, a run that was killed against one that was not, and a look for drift."""
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client, _folder() as folder:
        ratios = sorted(_chunks_to_one_update(_filled(client), Path(folder)) for _ in range(5))
        return [
            Measure("migration by `each`: as long as one update_many, times", ratios[2], at_most=3),
            _after_a_kill(_filled(client), Path(folder), servers),
            _look_for_drift(client),
        ]


def _folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    (Path(folder.name) / "0001_count.py").write_text(COUNTING, encoding="utf-8")
    return folder


def _filled(client: pymongo.MongoClient[dict[str, Any]], documents: int = 100_000) -> Db:
    db = client[f"bench_{uuid4().hex[:8]}"]
    db.things.insert_many({"_id": number, "n": 0, "text": "x" * 100} for number in range(documents))
    return db


def _chunks_to_one_update(db: Db, folder: Path) -> float:
    began = time.perf_counter()
    db.things.update_many({}, {"$inc": {"n": 1}})
    one = time.perf_counter() - began
    began = time.perf_counter()
    migrate(db, folder=folder)
    chunks = time.perf_counter() - began
    db.client.drop_database(db)
    return chunks / one


def _after_a_kill(db: Db, folder: Path, servers: embedded.Servers) -> Measure:
    """The seconds that one kill adds beyond the lease, whatever the documents take."""

    def start() -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", RUN, servers.mongodb_uri, db.name, str(folder), str(LEASE)]
        return subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(Path.cwd())})

    began = time.perf_counter()
    start().wait()
    whole = time.perf_counter() - began
    db.client.drop_database(db)
    db.things.insert_many({"_id": number, "n": 0, "text": "x" * 100} for number in range(100_000))

    began = time.perf_counter()
    first = start()
    while db.things.count_documents({"n": 1}, limit=20_000) < 20_000:
        time.sleep(0.02)
    first.kill()
    start().wait()
    killed = time.perf_counter() - began
    counted = db.things.count_documents({"n": 1})
    db.client.drop_database(db)
    if counted != 100_000:
        raise AssertionError(f"{counted} documents were counted once, of 100,000.")
    return Measure("killed and resumed: beyond the lease", killed - whole - LEASE, "seconds", at_most=2)


def _look_for_drift(client: pymongo.MongoClient[dict[str, Any]]) -> Measure:
    db = client[f"bench_{uuid4().hex[:8]}"]
    migrate(db)
    began = time.perf_counter()
    found = drift.drift(db)
    seconds = time.perf_counter() - began
    client.drop_database(db)
    if found:
        raise AssertionError(f"A migrated database has drift: {found}")
    return Measure("drift of every collection", seconds, "seconds", at_most=1.5)
