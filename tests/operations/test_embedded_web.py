"""The embedded servers under the programs that really use them: gunicorn and the reloader."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from marketplace.operations.embedded import locks, running
from marketplace.operations.embedded.files import read_json
from marketplace.operations.embedded.processes import free_port

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]

SITE = """
import os
from pathlib import Path

import pymongo
import redis
from flask import Flask
from marketplace.operations.embedded import ensure

servers = ensure(Path(__file__).with_name("servers"), linger=0.1)
app = Flask(__name__)
clients = []

@app.get("/")
def visit():
    if not clients:
        clients.extend([pymongo.MongoClient(servers.mongodb_uri), redis.Redis.from_url(servers.redis_url)])
    mongodb, cache = clients
    mongodb.shop.visits.insert_one({})
    cache.incr("visits")
    return str(os.getpid())
"""


@contextmanager
def site(folder: Path, *command: str) -> Iterator[Callable[[], str | None]]:
    """Serve a small site by a command; gives a visit to it, which returns the worker's process id."""
    port = free_port()
    (folder / "site_of_test.py").write_text(SITE)
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *(word.format(port=port) for word in command)],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
        )

    def visit() -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            return response.read().decode() if response.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    try:
        yield visit
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        locks.wait_until_free(folder / "servers" / "stack.lock")


def until(fact: Callable[[], Any]) -> Any:
    """Wait for a fact to become true and return it; fail when it does not."""
    deadline = time.monotonic() + 20
    while not (found := fact()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
    return found


def supervisor_of(folder: Path) -> int:
    return int((read_json(folder / "servers" / "stack.json") or {}).get("supervisor", 0))


@pytest.mark.parametrize("way", [[], ["--preload"]], ids=["each loads", "forked after loading"])
def test_four_gunicorn_workers_share_the_servers_and_survive_every_kill(tmp_path, way):
    gunicorn = ["gunicorn", "site_of_test:app", "-w", "4", "-b", "127.0.0.1:{port}", *way]
    with site(tmp_path, *gunicorn) as visit:
        workers: set[str] = set()
        until(lambda: workers.add(visit() or "") or len(workers - {""}) == 4)

        os.kill(running(tmp_path / "servers")[0].pid, signal.SIGKILL)
        until(visit)
        supervisor = supervisor_of(tmp_path)
        os.kill(supervisor, signal.SIGKILL)
        until(lambda: supervisor_of(tmp_path) not in {0, supervisor})
        until(visit)

        assert (tmp_path / "servers" / "supervisor.log").read_text().count("started") == 2
    assert running(tmp_path / "servers") == []


def test_the_reloader_and_its_child_share_the_servers(tmp_path):
    flask = ["flask", "--app", "site_of_test", "run", "--debug", "--port", "{port}"]
    with site(tmp_path, *flask) as visit:
        before = until(visit)
        supervisor = supervisor_of(tmp_path)

        (tmp_path / "site_of_test.py").write_text(SITE + "\n# changed\n")
        until(lambda: visit() not in {None, before})

        assert supervisor_of(tmp_path) == supervisor
        assert (tmp_path / "servers" / "supervisor.log").read_text().count("started") == 1
    assert running(tmp_path / "servers") == []
