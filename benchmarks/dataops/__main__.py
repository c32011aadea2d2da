"""Print every figure beside its bound, on servers that are gone afterwards; 1 when one is missed."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pymongo

from benchmarks.dataops import backups, migrations, seeds, serving, transactions
from benchmarks.measures import Measure, show
from marketplace.operations import embedded


def figures(servers: embedded.Servers) -> Iterator[Measure]:
    """Each figure as it is measured; those that compare do so within this run."""
    yield from transactions.measure(servers)
    yield from migrations.measure(servers)
    yield from serving.measure(servers)
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client:
        yield from seeds.measure(client)
        yield from backups.measure(client)


def main() -> None:
    """Measure on a quiet machine: other work shows in every figure."""
    folder = Path(tempfile.mkdtemp(prefix="market-benchmark-"))
    try:
        holds = show(figures(embedded.ensure(folder)))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(not holds)


if __name__ == "__main__":
    main()
