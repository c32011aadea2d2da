"""Databases, servers that may be hurt, and commands as processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from marketplace.operations import embedded

ROOT = Path(__file__).parents[2]

Process = subprocess.Popen[str]


@pytest.fixture
def server(servers: embedded.Servers) -> Iterator[MongoClient]:
    """A client of the real server that drops the databases which a test made."""
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client:
        before = set(client.list_database_names())
        yield client
        for name in set(client.list_database_names()) - before:
            client.drop_database(name)


@pytest.fixture
def db(server: MongoClient) -> Database:
    """An empty database."""
    return server[f"test_{uuid4().hex[:12]}"]


@pytest.fixture
def own_servers() -> Iterator[embedded.Servers]:
    """A mongod and a Redis of this test alone, which it may freeze and kill."""
    folder = Path(tempfile.mkdtemp(prefix="market-own-"))
    yield embedded.ensure(folder)
    for found in embedded.running(folder):
        os.kill(found.pid, signal.SIGCONT)
    embedded.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def launch(servers: embedded.Servers) -> Iterator[Callable[..., Process]]:
    """Starts Python in a process of its own: `launch("-m", "flask", "db-migrate", database=db.name)`.

    It gets the suite's servers unless others are given; what still runs at the end is killed.
    """
    started: list[Process] = []

    def start(*words: str, database: str, at: embedded.Servers = servers, **environment: str) -> Process:
        known = {
            "MARKETPLACE_ENV": "testing",
            "MARKETPLACE_MONGODB_URI": at.mongodb_uri,
            "MARKETPLACE_REDIS_URL": at.redis_url,
            "MARKETPLACE_MONGODB_DATABASE": database,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=os.environ | known | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def flask(launch: Callable[..., Process], db: Database) -> Callable[..., tuple[int, str]]:
    """Runs a command of the application on `db` to its end: `code, output = flask("db-migrate")`."""

    def run(*words: str, **options: Any) -> tuple[int, str]:
        process = launch("-m", "flask", *words, **{"database": db.name} | options)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output

    return run
