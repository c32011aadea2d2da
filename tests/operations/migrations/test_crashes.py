from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable

import pytest

from marketplace.operations.lease import COLLECTION, Locked, break_open, hold
from marketplace.operations.migrations import indexes, migrate

pytestmark = [pytest.mark.real, pytest.mark.slow]

COUNT = 'steps = [each("things", {}, {"$inc": {"n": 1}}, down={"$inc": {"n": -1}}, batch=%d)]'

#: A dead process blocks its documents for a minute, unless somebody ends its session.
BLOCKED = 45.0


def fill(db, count: int) -> None:
    db.things.insert_many([{"_id": number, "n": 0} for number in range(count)])


def until(condition: Callable[[], object], seconds: float = BLOCKED) -> None:
    """Wait until something holds; it is a failure when that takes so long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "This takes too long."
        time.sleep(0.005)


@pytest.fixture
def done(db):
    """How many documents the record of 0001_a says are done."""

    def ask() -> int:
        found = db["_migrations"].find_one({"_id": "0001_a"}) or {"steps": [{}]}
        return found["steps"][0].get("done", 0)

    return ask


def ended(process) -> int:
    """The exit code of a process that comes to its end by itself."""
    process.communicate(timeout=120)
    return process.returncode


def test_killed_twenty_times_it_changes_each_document_once(db, write, start, done):
    fill(db, 50_000)
    write("0001_a", COUNT % 200)
    dice = random.Random(7)  # noqa: S311 - the same crashes each time
    short = {"MARKETPLACE_LEASE_SECONDS": "0.8"}
    current, behind, killed = start("up", **short), 0, 0
    for _ in range(20):
        then = start("up", "--wait", "100", **short)  # begins to wait while the other works
        goal = behind + 200 * dice.randint(1, 9)
        until(lambda goal=goal, now=current: done() >= goal or now.poll() is not None)
        time.sleep(dice.uniform(0, 0.02))
        killed += current.poll() is None
        current.kill()
        assert done() >= behind
        current, behind = then, done()

    code = ended(current)

    if code != 0:  # on a machine that was too busy to renew a lease so short
        assert ended(start("up", "--wait", "100")) == 0
    assert db.things.distinct("n") == [1]
    assert done() == 50_000
    assert killed >= 15


def test_who_sleeps_through_the_end_of_the_lease_writes_nothing_more(db, write, start, done):
    fill(db, 20_000)
    write("0001_a", COUNT % 100)
    sleeper = start("up")
    until(lambda: done() >= 300)
    sleeper.send_signal(signal.SIGSTOP)

    other = start("up", "--wait", "60")
    taken_over = ended(other)
    sleeper.send_signal(signal.SIGCONT)
    output, _ = sleeper.communicate(timeout=60)

    assert (taken_over, sleeper.returncode) == (0, 3)
    assert "The lock was lost" in output
    assert db.things.distinct("n") == [1]
    assert db["_migrations"].find_one()["state"] == "applied"


def test_of_sixteen_processes_at_once_one_applies_each_migration(db, write, start):
    log = """
        import time
        def up(db): time.sleep(0.5); db.log.insert_one({"of": "%s"})
        steps = [opaque(up, down, idempotent=False)]
    """
    write("0001_a", log % "a")
    write("0002_b", log % "b")
    crowd = [start("up", *(("--wait", "100") if number % 2 else ())) for number in range(16)]

    codes = [ended(process) for process in crowd]

    assert sorted(one["of"] for one in db.log.find()) == ["a", "b"]
    assert set(codes[1::2]) == {0}
    assert set(codes[::2]) <= {0, 3}


@pytest.mark.parametrize("shift", [-600, 600])
def test_a_clock_that_is_wrong_by_ten_minutes_changes_nothing(db, monkeypatch, shift):
    right = time.time

    def hold_with_a_wrong_clock() -> None:
        monkeypatch.setattr(time, "time", lambda: right() + shift)
        with hold(db, "a test"):
            pass

    with hold(db, "a test"), pytest.raises(Locked):
        hold_with_a_wrong_clock()
    hold_with_a_wrong_clock()
    with hold(db, "a test"):  # taken by the wrong clock, judged by the right one
        monkeypatch.setattr(time, "time", right)
        with pytest.raises(Locked), hold(db, "a test"):
            pass


def test_a_transaction_that_was_killed_runs_again_at_once(db, write, start, tmp_path):
    write("0001_a", f"""
        import pathlib, time
        def up(db):
            db.log.insert_one({{"_id": 1}})
            db.things.update_one({{"_id": 1}}, {{"$inc": {{"n": 1}}}})
            if not pathlib.Path({str(tmp_path / "mended")!r}).exists():
                pathlib.Path({str(tmp_path / "began")!r}).touch()
                time.sleep(100)
        steps = [tx(up, down)]
    """)  # fmt: skip
    fill(db, 2)
    first = start("up")
    until(lambda: (tmp_path / "began").exists())
    first.kill()
    (tmp_path / "mended").touch()
    began = time.monotonic()

    assert migrate(db, wait=60) == ["0001_a"]

    assert time.monotonic() - began < BLOCKED
    assert db.things.find_one({"_id": 1})["n"] == 1
    assert db.log.count_documents({}) == 1


def test_an_index_whose_build_lost_its_client_is_waited_for(database, flask, write, start):
    dice = random.Random(7)  # noqa: S311 - the same crashes each time
    words = [f"{dice.randrange(10**6):x}" for _ in range(5000)]
    for _ in range(10):
        database.things.insert_many([{"text": " ".join(dice.choices(words, k=80))} for _ in range(2500)])
    write("0001_a", 'steps = [index.create("things", "text", [("text", "text")], default_language="none")]')
    first = start("up", database=database.name)
    until(lambda: indexes.building(database, "things"))
    first.kill()
    break_open(database)  # its lease might outlast the build

    status = flask("status")[1]
    code, lines = flask("up")

    assert "    1. index.create things.text: running; the server is building text" in status
    assert code == 0
    assert "    things: waiting for the build of text that runs already" in lines
    assert sorted(indexes.definitions(database, "things")) == ["_id_", "text"]
    assert database["_migrations"].find_one()["state"] == "applied"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_ends_with_6_between_two_chunks(db, write, start, done, sent):
    fill(db, 5_000)
    write("0001_a", COUNT % 100)
    process = start("up", "--throttle", "20")
    until(lambda: done() >= 300)

    process.send_signal(sent)
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 6
    assert "Stopped, as asked. What is done stays done" in output
    assert db.things.count_documents({"n": 1}) == done() < 5_000
    assert db[COLLECTION].find_one().get("owner") is None
    assert migrate(db) == ["0001_a"]
    assert db.things.distinct("n") == [1]


def test_among_other_writers_nothing_is_lost_on_either_side(db, write):
    fill(db, 3_000)
    write("0001_a", COUNT % 300)
    stop, counts = threading.Event(), [0, 0]

    def buy(who: int) -> None:
        dice = random.Random(who)  # noqa: S311 - not a secret
        while not stop.is_set():
            db.things.update_one({"_id": dice.randrange(3_000)}, {"$inc": {"bought": 1}})
            counts[who] += 1

    others = [threading.Thread(target=buy, args=(who,)) for who in (0, 1)]
    for other in others:
        other.start()
    migrate(db)
    stop.set()
    for other in others:
        other.join()

    assert db.things.distinct("n") == [1]
    assert sum(one.get("bought", 0) for one in db.things.find()) == sum(counts) > 0
