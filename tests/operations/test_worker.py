from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from marketplace.operations import worker
from marketplace.operations.worker import Worker
from marketplace.shared import connections, outbox
from marketplace.shared.outbox import Delivery, GiveUp, claims, registry, rows, timers, workers
from marketplace.shared.transactions import transactional
from tests.shared.things import Jar

pytestmark = pytest.mark.real

A, B = Jar(id="a" * 24), Jar(id="b" * 24)


@pytest.fixture(autouse=True)
def no_timers(monkeypatch) -> None:
    """No timer but those that a test declares."""
    monkeypatch.setattr(registry, "timers", {})


@pytest.fixture
def deliver(monkeypatch) -> Callable[..., list[Delivery]]:
    """Declares what delivers `jar.filled`, and answers the list of what it was called with."""

    def declare(handler: Callable[[Delivery], Any] = lambda told: None) -> list[Delivery]:
        calls: list[Delivery] = []

        def handle(told: Delivery) -> None:
            calls.append(told)
            handler(told)

        monkeypatch.setitem(registry.handlers, "jar.filled", handle)
        return calls

    return declare


@transactional
def fill(jar: Jar = A, times: int = 1, **payload: Any) -> None:
    for _ in range(times):
        outbox.tell("jar.filled", about=jar, **payload)


def fail(_: Any = None) -> None:
    raise OSError("The lid\nis stuck.")


def rows_by(state: str) -> list[str]:
    return [row["_id"][-2:] for row in connections.database()["outbox"].find({"state": state})]


def due_now() -> None:
    """Let every pause and every lease be over."""
    db = connections.database()
    for name in ("outbox_streams", "timers"):
        db[name].update_many({"due_at": {"$exists": True}}, [{"$set": {"due_at": claims.AT_ONCE}}])


# Delivering


def test_what_was_told_is_delivered_once_and_in_order(app, deliver):
    calls = deliver()
    fill(A, 3)
    fill(B, spoons=2)

    done = Worker(app).once()
    Worker(app).once()

    assert [told.sequence for told in calls if told.about == f"jar:{A.id}"] == [1, 2, 3]
    assert [told.payload for told in calls if told.about_id == B.id] == [{"spoons": 2}]
    assert (done.delivered, done.failed) == (4, 0)
    assert len(rows_by("delivered")) == 4


def test_a_row_that_fails_holds_its_stream_back_until_its_pause_is_over(app, deliver):
    calls = deliver(lambda told: fail() if told.about_id == A.id and told.attempt == 1 else None)
    fill(A, 2)
    fill(B)

    assert Worker(app).once().failed == 1
    assert rows_by("waiting") == ["#1", "#2"]
    row = connections.database()["outbox"].find_one({"state": "waiting", "sequence": 1})
    assert row["error"] == "OSError: The lid is stuck."

    due_now()
    Worker(app).once()

    assert [(told.sequence, told.attempt) for told in calls if told.about_id == A.id] == [
        (1, 1),
        (1, 2),
        (2, 1),
    ]
    assert "error" not in connections.database()["outbox"].find_one({"stream": f"jar:{A.id}", "sequence": 1})


def test_after_its_last_attempt_a_row_has_failed_and_its_stream_goes_on(app, deliver, monkeypatch):
    monkeypatch.setattr(rows, "MOST_ATTEMPTS", 2)
    deliver(lambda told: fail() if told.sequence == 1 else None)
    fill(A, 2)

    Worker(app).once()
    due_now()
    Worker(app).once()

    assert rows_by("failed") == ["#1"]
    assert rows_by("delivered") == ["#2"]


def test_a_handler_can_say_that_trying_again_is_of_no_use(app, deliver):
    def give_up(told: Delivery) -> None:
        raise GiveUp("There is no such address.")

    deliver(give_up)
    fill()

    Worker(app).once()

    assert rows_by("failed") == ["#1"]


def test_a_topic_that_this_worker_does_not_know_waits_for_one_that_does(app, deliver, monkeypatch):
    deliver()
    fill()
    monkeypatch.delitem(registry.handlers, "jar.filled")

    Worker(app).once()

    row = connections.database()["outbox"].find_one({"state": "waiting"})
    assert "This worker knows no topic jar.filled" in row["error"]


def test_a_worker_that_is_stopped_finishes_the_row_in_hand_and_leaves_the_rest_due(app, deliver):
    working = Worker(app)
    deliver(lambda told: working.stop.set())
    fill(A, 2)
    fill(B)

    working.once()

    assert len(rows_by("delivered")) == 1
    assert len(claims.due(connections.database()["outbox_streams"], 9)) == 2


def test_a_stream_longer_than_one_read_is_delivered_to_its_end(app, deliver, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 2)
    calls = deliver()
    fill(A, 5)

    Worker(app).once()

    assert [told.sequence for told in calls] == [1, 2, 3, 4, 5]


def test_a_worker_whose_claim_was_taken_leaves_the_stream_alone(app, deliver):
    def be_late(told: Delivery) -> None:
        connections.database()["outbox_streams"].update_one({}, {"$inc": {"token": 1}})
        connections.database()["outbox"].update_one({"_id": told.id}, {"$inc": {"token": 1}})

    calls = deliver(be_late)
    fill(A, 2)

    done = Worker(app).once()

    assert [told.sequence for told in calls] == [1]
    assert done.delivered == 0
    assert rows_by("waiting") == ["#1", "#2"]


# Working on


@pytest.fixture
def at_work(app, monkeypatch):
    """A worker that works in a thread of its own, and is stopped at the end."""
    monkeypatch.setattr(worker, "POLL", 0.02)
    connections.database()  # one client for all threads
    working = Worker(app)
    thread = threading.Thread(target=working.run)
    thread.start()
    yield working
    working.stop.set()
    thread.join(10)
    assert not thread.is_alive()


def until(fact: Callable[[], Any]) -> None:
    """Wait for something that happens soon."""
    for _ in range(1000):
        if fact():
            return
        time.sleep(0.01)
    raise AssertionError("It did not happen.")


def test_what_is_told_while_a_worker_runs_is_delivered_by_itself(deliver, at_work):
    calls = deliver()

    fill()

    until(lambda: calls)


def test_a_database_that_is_away_for_a_while_is_waited_for(deliver, at_work, monkeypatch, caplog):
    calls, gone = deliver(), threading.Event()
    found = claims.due

    def due(*given: Any, **named: Any) -> list[str]:
        if gone.is_set():
            raise AutoReconnect("secret.example:27017 is away")
        return found(*given, **named)

    monkeypatch.setattr(claims, "due", due)
    gone.set()
    until(lambda: "The database is away (AutoReconnect). Waiting for it." in caplog.text)
    fill()
    gone.clear()

    until(lambda: calls)
    until(lambda: "The database is back." in caplog.text)
    assert caplog.text.count("is away") == 1


def test_a_worker_is_known_while_it_runs(app, at_work):
    db = connections.database()

    until(lambda: [one["_id"] for one in workers.alive(db)] == [at_work.name])
    at_work.stop.set()
    until(lambda: workers.alive(db) == [])


# Timers


@pytest.fixture
def declare(monkeypatch) -> Callable[..., list[int]]:
    """Declares a timer, and answers a list that grows each time that it runs."""

    def declare(name: str, run: Callable[[], Any] = lambda: None, *, every: float = 60) -> list[int]:
        calls: list[int] = []

        def counted() -> None:
            calls.append(1)
            run()

        registry.timers[name] = registry.Timer(name, every, counted)
        return calls

    return declare


def test_a_timer_runs_when_it_is_due_and_not_before(app, declare):
    calls = declare("stir")

    assert Worker(app).once().ran == 1
    assert Worker(app).once().ran == 0
    due_now()
    Worker(app).once()

    assert len(calls) == 2


def test_a_timer_is_due_its_period_after_it_began(app, declare):
    declare("stir", every=60)

    Worker(app).once()

    state = connections.database()["timers"].find_one()
    assert (state["due_at"] - state["started_at"]).total_seconds() == 60
    assert (state["failures"], "owner" in state) == (0, False)


def test_a_timer_that_takes_longer_than_its_period_is_due_at_once(app, declare):
    declare("stir", lambda: time.sleep(0.02), every=0.01)

    Worker(app).once()

    assert timers.due(connections.database()) == ["stir"]


def test_a_timer_that_fails_is_noted_and_keeps_no_other_from_running(app, declare, caplog):
    declare("a fault", fail)
    fine = declare("stir")

    done = Worker(app).once()

    assert (done.ran, done.broken, len(fine)) == (1, 1, 1)
    state = connections.database()["timers"].find_one("a fault")
    assert (state["failures"], state["error"]) == (1, "OSError: The lid is stuck.")
    assert "The timer a fault failed." in caplog.text


def test_a_timer_that_works_again_has_no_failures(app, declare):
    declare("stir", fail)
    Worker(app).once()
    declare("stir")
    due_now()

    Worker(app).once()

    state = connections.database()["timers"].find_one()
    assert (state["failures"], "error" in state) == (0, False)


def test_a_timer_that_only_other_code_knows_is_left_alone(app, declare):
    timers.prepare(connections.database(), ["of tomorrow"])

    assert Worker(app).once().ran == 0


def test_of_three_workers_one_runs_a_timer_in_each_period(app, declare, monkeypatch):
    monkeypatch.setattr(worker, "POLL", 0.01)
    starts: list[Any] = []

    def note() -> None:
        starts.append(connections.database()["timers"].find_one()["started_at"])

    declare("stir", note, every=0.2)
    connections.database()
    crowd = [Worker(app) for _ in range(3)]
    threads = [threading.Thread(target=one.run) for one in crowd]
    for thread in threads:
        thread.start()
    until(lambda: len(starts) >= 5)
    for one in crowd:
        one.stop.set()
    for thread in threads:
        thread.join()

    apart = [(later - sooner).total_seconds() for sooner, later in pairwise(starts)]
    assert all(seconds >= 0.2 for seconds in apart), apart


def test_a_timer_whose_worker_died_runs_again_after_its_lease(app, declare):
    calls = declare("stir")
    db = connections.database()
    timers.prepare(db, ["stir"])
    dead = timers.claim(db, "stir", "the dead")

    Worker(app).once()
    assert calls == []
    due_now()
    Worker(app).once()

    assert calls == [1]
    timers.finish(dead, registry.timers["stir"], "of the dead")
    assert "error" not in db["timers"].find_one()


# At a terminal


@pytest.fixture
def terminal(app):
    """Runs a command: `code, output = terminal("worker", "--once")`."""

    def run(*words: str) -> tuple[int, str]:
        answer = app.test_cli_runner().invoke(args=words)
        return answer.exit_code, answer.output

    return run


def test_once_tells_what_it_did(terminal, deliver, declare):
    deliver()
    declare("stir")
    fill(A, 2)

    assert terminal("worker", "--once") == (0, "Deliveries: 2 done, 0 failed. Timers: 1 done, 0 failed.\n")


def test_once_fails_when_something_failed(terminal, deliver):
    deliver(fail)
    fill()

    code, output = terminal("worker", "--once")

    assert code == 1
    assert output.startswith("Deliveries: 0 done, 1 failed. Timers: 0 done, 0 failed.\n")
    assert output.endswith("Error: What failed is tried again later. See: flask worker status\n")


def test_once_refuses_a_database_that_is_behind(terminal):
    connections.database()["_migrations"].delete_many({})

    assert terminal("worker", "--once") == (
        6,
        "Error: The database is not up to date. Run: flask db-migrate\n",
    )


def test_the_status_of_nothing(terminal):
    assert terminal("worker", "status") == (
        0,
        "0 waiting; 0 failed.\nNo worker runs. Start one with: flask worker\n",
    )


def test_the_status_tells_of_failures_timers_and_workers(terminal, app, deliver, declare, monkeypatch):
    monkeypatch.setattr(rows, "MOST_ATTEMPTS", 1)
    deliver(lambda told: fail() if told.about_id == A.id else None)
    declare("a fault", fail)
    declare("stir")
    fill(A)
    Worker(app).once()
    declare("of tomorrow")
    timers.prepare(connections.database(), ["of tomorrow"])
    fill(B)
    workers.here(connections.database(), "host-1")

    code, output = terminal("worker", "status")

    assert code == 0
    for part in (
        "1 waiting, the oldest for 0 s; 1 failed.",
        f"  failed jar:{A.id}#1 jar.filled: OSError: The lid is stuck.",
        "Deliver them again with: flask worker retry",
        "  timer a fault ran last at ",
        "failed 1 times: OSError: The lid is stuck.",
        " UTC, fine",
        "  timer of tomorrow has not run yet",
        "Workers that run: 1.\n  host-1 since ",
    ):
        assert part in output

    told = json.loads(terminal("worker", "status", "--json")[1].partition("{")[2].join(["{", ""]))
    assert (told["failed"], told["failures"][0]["_id"]) == (1, f"jar:{A.id}#1")


def test_what_failed_is_delivered_again_on_demand(terminal, app, deliver, monkeypatch):
    monkeypatch.setattr(rows, "MOST_ATTEMPTS", 1)
    deliver(lambda told: fail() if told.attempt else None)
    fill(A)
    Worker(app).once()
    calls = deliver()

    assert terminal("worker", "retry", f"jar:{A.id}#1") == (0, "1 will be delivered again.\n")
    Worker(app).once()

    assert len(calls) == 1
    assert terminal("worker", "retry", "jar:x#1") == (
        1,
        "Error: No failed row is called jar:x#1. See: flask worker status\n",
    )
