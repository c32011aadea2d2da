"""Workers as processes of their own: killed, frozen, stopped, left alone by their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from marketplace.operations.migrations import migrate
from marketplace.operations.worker import Worker
from marketplace.shared import connections, outbox
from marketplace.shared.outbox import claims, registry
from marketplace.shared.transactions import transactional
from tests.shared.things import Jar

pytestmark = [pytest.mark.real, pytest.mark.slow]

HERE = Path(__file__).parent

#: A worker whose handler notes that it began, does what the test says, and notes that it ended.
WORKER = """
import os, signal, sys, time
from app import create_app
from marketplace.operations import worker
from marketplace.shared import connections
from marketplace.shared.outbox import claims, delivers, registry

claims.LEASE_SECONDS = claims.ANSWER_WITHIN = 0.5

@delivers("jar.filled")
def handle(told):
    calls = connections.database()["calls"]
    calls.insert_one({"_id": "began"})
    ...  # ACT
    calls.insert_one({"_id": "ended"})

create_app()
registry.timers.clear()
"""

ZOMBIE = """
with create_app().app_context():
    print(worker.Worker(create_app()).once().delivered)
"""

COMMAND = """
sys.argv = ["flask", "worker"]
from flask.cli import main
main()
"""


@pytest.fixture(autouse=True)
def topic(app, monkeypatch) -> None:
    """The topic is known here too, and no timer runs here."""
    monkeypatch.setitem(registry.handlers, "jar.filled", lambda told: None)
    monkeypatch.setattr(registry, "timers", {})


@pytest.fixture
def start(launch, app) -> Callable[..., subprocess.Popen[str]]:
    """Starts a process on the database of the test."""
    name = app.config["MONGODB_DATABASE"]
    return lambda *words: launch(*words, database=name, MARKETPLACE_LOG_LEVEL="ERROR")


@transactional
def fill(jar: Jar, times: int = 1) -> None:
    for _ in range(times):
        outbox.tell("jar.filled", about=jar)


def until(fact: Callable[[], Any], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for something that happens soon, while the process runs."""
    for _ in range(1500):
        if fact():
            return
        if process is not None and process.poll() is not None:
            raise AssertionError(process.stdout.read())
        time.sleep(0.02)
    raise AssertionError("It did not happen.")


def a_row() -> dict[str, Any]:
    """Something that was told, as it is stored."""
    plain = {"stream": "jar:a", "sequence": 1, "topic": "jar.filled", "payload": {}, "state": "waiting"}
    return plain | {"_id": "jar:a#1", "attempts": 0, "told_at": datetime.now(UTC)}


def says(process: subprocess.Popen[str], words: str) -> bool:
    """Whether the process says this within a minute; what it says before is passed over."""
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    found = any(words in line for line in process.stdout)
    watchdog.cancel()
    return found


def began() -> bool:
    return connections.database()["calls"].find_one("began") is not None


def states() -> list[str]:
    return [row["state"] for row in connections.database()["outbox"].find(sort=[("sequence", 1)])]


def test_whoever_is_killed_every_row_is_delivered_and_in_order(start):
    jars = [Jar(id=f"{number:024x}") for number in range(20)]
    for jar in jars:
        fill(jar, 25)

    process = start(str(HERE / "worker_crowd.py"), "8")
    output, _ = process.communicate(timeout=120)

    assert (process.returncode, output) == (0, "[0, 0, 0]\n")
    calls = {one["_id"]: one["sequences"] for one in connections.database()["calls"].find()}
    assert set(calls) == {f"jar:{jar.id}" for jar in jars}
    for sequences in calls.values():
        assert sorted(set(sequences)) == list(range(1, 26))
        assert sequences == sorted(sequences)
    assert states() == ["delivered"] * 500


def test_a_worker_that_was_frozen_beyond_its_lease_marks_nothing(start, app):
    fill(Jar(id="a" * 24))
    zombie = start("-c", WORKER.replace("...  # ACT", "os.kill(os.getpid(), signal.SIGSTOP)") + ZOMBIE)
    until(began, zombie)

    until(lambda: Worker(app).once().delivered)
    row = connections.database()["outbox"].find_one()
    zombie.send_signal(signal.SIGCONT)
    output, _ = zombie.communicate(timeout=60)

    assert output == "0\n"
    assert connections.database()["calls"].find_one("ended")
    assert connections.database()["outbox"].find_one() == row


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_its_item(start, number):
    fill(Jar(id="a" * 24), 2)
    act = "while not calls.find_one('go'): time.sleep(0.01)"
    process = start("-c", WORKER.replace("...  # ACT", act) + COMMAND)
    until(began, process)

    process.send_signal(number)
    connections.database()["calls"].insert_one({"_id": "go"})
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 0, output
    assert output.endswith("The worker has ended. Deliveries: 1 done, 0 failed.\n")
    assert states() == ["delivered", "waiting"]
    assert outbox.standing(connections.database()).workers == 0


def test_a_worker_ends_with_the_process_that_started_it(start):
    flask = Path(sys.executable).with_name("flask")
    script = f"{flask} worker --with-parent $$ & wait"
    parent = start("-c", f"import os; os.execvp('sh', ['sh', '-c', '{script}'])")
    db = connections.database()
    until(lambda: db["workers"].find_one(), parent)
    pid = db["workers"].find_one()["pid"]

    parent.kill()

    until(lambda: not Path(f"/proc/{pid}").exists())
    assert db["workers"].find_one() is None


def test_a_worker_waits_for_migrations_and_for_a_frozen_database(own_servers, launch):
    with MongoClient(own_servers.mongodb_uri) as client:
        db = client["shop"]
        loud = {"MARKETPLACE_LOG_LEVEL": "WARNING"}
        process = launch("-c", WORKER + COMMAND, database="shop", at=own_servers, **loud)
        assert says(process, "not up to date. Waiting for: flask db-migrate")
        migrate(db)
        assert says(process, "delivers mail and runs timers")
        until(lambda: db["workers"].find_one(), process)
        mongod = int(client.admin.command("serverStatus")["pid"])

        os.kill(mongod, signal.SIGSTOP)
        assert says(process, "The database is away")
        os.kill(mongod, signal.SIGCONT)
        assert says(process, "The database is back")
        db["outbox"].insert_one(a_row())
        db["outbox_streams"].insert_one({"_id": "jar:a", "sequence": 1, "due_at": claims.AT_ONCE})
        until(lambda: db["outbox"].find_one({"state": "delivered"}), process)

        process.terminate()
        assert process.wait(60) == 0
