from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pymongo
import pytest
from mongoengine import get_connection
from mongoengine.errors import NotUniqueError
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from marketplace.shared import transactions
from marketplace.shared.errors import Conflict
from marketplace.shared.transactions import on_commit, transactional
from tests.shared.things import Jar, jars

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("app")]


class Spilled(Conflict):
    """Something went wrong in the middle."""


@transactional
def add_two(*, spill: bool = False) -> None:
    jars.add(Jar(size=1))
    if spill:
        raise Spilled("Spilled.")
    jars.add(Jar(size=2))


def count() -> int:
    return len(list(jars.all()))


def test_what_happens_in_a_transaction_happens_together():
    add_two()

    assert count() == 2


def test_an_error_in_the_middle_leaves_no_trace():
    with pytest.raises(Spilled):
        add_two(spill=True)

    assert count() == 0


def test_a_rollback_restores_what_was_changed():
    jar = jars.add(Jar(size=1))

    def change() -> None:
        mine = jars.get(jar.id)
        mine.size = 9
        jars.save(mine)
        raise Spilled("Spilled.")

    with pytest.raises(Spilled):
        transactions.run(change)

    assert (jars.get(jar.id).size, jars.get(jar.id).version) == (1, 0)


def test_nothing_is_seen_from_outside_before_the_commit():
    def look() -> int:
        jars.add(Jar(size=1))
        with ThreadPoolExecutor(1) as somebody_else:
            return somebody_else.submit(count).result()

    assert transactions.run(look) == 0
    assert count() == 1


def test_a_transaction_within_another_is_a_part_of_it():
    def outer() -> None:
        add_two()
        raise Spilled("Spilled.")

    with pytest.raises(Spilled):
        transactions.run(outer)

    assert count() == 0


def test_two_hundred_contended_increments_are_two_hundred():
    jar = jars.add(Jar(size=0))

    def increment() -> None:
        mine = jars.get(jar.id)
        mine.size += 1
        jars.save(mine)

    def worker(_: int) -> None:
        for _ in range(25):
            transactions.run(increment, seconds=60)

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(worker, range(8)))

    assert (jars.get(jar.id).size, jars.get(jar.id).version) == (200, 200)


def test_a_callback_runs_after_the_commit():
    seen = []

    def work() -> None:
        jars.add(Jar(size=1))
        on_commit(lambda: seen.append(count()))
        assert seen == []

    transactions.run(work)

    assert seen == [1]


def test_a_callback_does_not_run_after_a_rollback():
    seen = []

    def work() -> None:
        on_commit(lambda: seen.append("called"))
        raise Spilled("Spilled.")

    with pytest.raises(Spilled):
        transactions.run(work)

    assert seen == []


def test_a_callback_of_an_inner_transaction_waits_for_the_outer_one():
    seen = []

    def outer() -> list[str]:
        transactions.run(lambda: on_commit(lambda: seen.append("called")))
        return list(seen)

    assert transactions.run(outer) == []
    assert seen == ["called"]


def test_a_callback_runs_once_however_often_the_work_did():
    jar = jars.add(Jar(size=0))
    attempts, seen = [], []

    def work() -> None:
        attempts.append(1)
        on_commit(lambda: seen.append("called"))
        mine = jars.get(jar.id)
        if len(attempts) == 1:
            with ThreadPoolExecutor(1) as somebody_else:
                somebody_else.submit(lambda: jars.save(jars.get(jar.id))).result()
        jars.save(mine)

    transactions.run(work)

    assert (len(attempts), seen) == (2, ["called"])


def test_outside_a_transaction_a_callback_runs_at_once():
    seen = []

    on_commit(lambda: seen.append("called"))

    assert seen == ["called"]


def test_a_conflict_that_does_not_end_goes_through_at_the_deadline():
    jar = jars.add(Jar(size=0))
    held = get_connection().start_session()
    held.start_transaction()
    Jar._get_collection().update_one({"_id": jar.id}, {"$set": {"size": 1}}, session=held)

    with pytest.raises(Exception) as conflict:  # noqa: PT011 - MongoEngine's or the driver's
        transactions.run(lambda: jars.save(jars.get(jar.id)), seconds=0.3)
    held.abort_transaction()
    held.end_session()

    assert transactions._labelled(conflict.value, "TransientTransactionError") or conflict.value.timeout


def test_an_error_that_is_no_conflict_is_not_tried_again():
    jar = jars.add(Jar(size=0))
    attempts = []

    def work() -> None:
        attempts.append(1)
        jars.add(Jar(id=jar.id))

    with pytest.raises(NotUniqueError):
        transactions.run(work)

    assert len(attempts) == 1


@pytest.fixture
def somebody_else(app) -> Iterator[Collection]:
    """The stored jars as another process sees them."""
    with pymongo.MongoClient(app.config["MONGODB_URI"]) as client:
        yield client[app.config["MONGODB_DATABASE"]]["jars"]


def test_a_transaction_that_ran_out_of_time_blocks_nobody(somebody_else):
    jar = jars.add(Jar(size=0))

    def dawdle() -> None:
        jars.save(jars.get(jar.id))
        time.sleep(0.3)  # outlives the deadline of 0.2
        jars.get(jar.id)

    with pytest.raises(PyMongoError):
        transactions.run(dawdle, seconds=0.2)

    with pymongo.timeout(3):  # left to itself the server would keep the jar locked for a minute
        assert somebody_else.update_one({"_id": jar.id}, {"$inc": {"size": 1}}).modified_count == 1


def test_work_that_is_done_at_the_last_moment_is_committed(somebody_else):
    def dawdle() -> None:
        jars.add(Jar(size=1))
        time.sleep(0.3)  # outlives the deadline of 0.2

    transactions.run(dawdle, seconds=0.2)

    assert somebody_else.count_documents({}) == 1
