from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pymongo
import pytest
from mongoengine import get_connection
from mongoengine.errors import NotUniqueError
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, ExecutionTimeout, PyMongoError

from marketplace.shared import connections, transactions
from marketplace.shared.connections import concerns
from marketplace.shared.errors import Conflict
from marketplace.shared.transactions import StaleDocument, on_commit, transactional
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


def test_a_session_whose_end_is_in_doubt_is_ended_and_never_used_again(somebody_else):
    jar = jars.add(Jar(size=0))
    sessions: list[Any] = []

    def lose_the_server() -> None:
        sessions.append(concerns._bound.get().session_id)
        jars.save(jars.get(jar.id))
        raise AutoReconnect("connection closed")

    with pytest.raises(AutoReconnect):
        transactions.run(lose_the_server)

    with pymongo.timeout(3):
        assert somebody_else.update_one({"_id": jar.id}, {"$inc": {"size": 1}}).modified_count == 1
    transactions.run(lambda: sessions.append(concerns._bound.get().session_id))
    assert sessions[0] != sessions[1]


def test_what_a_transaction_writes_is_acknowledged_by_the_majority_as_single_writes_are(sent):
    jar = jars.add(Jar(size=0))
    single = [one.get("writeConcern") for one in sent("insert")]

    def change() -> None:
        mine = jars.get(jar.id)
        mine.size = 1
        jars.save(mine)

    transactions.run(change)

    assert single == [{"w": "majority"}]
    assert [one.get("writeConcern") for one in sent("update")] == [None]
    assert [one.get("writeConcern") for one in sent("commitTransaction")] == [{"w": "majority"}]


@pytest.fixture
def sent(app) -> Callable[[str], list[dict[str, Any]]]:
    """The commands of a name that this process sent so far."""
    seen: list[dict[str, Any]] = []
    observer = connections._connection.observer
    plain = observer.started

    def started(event: Any) -> None:
        seen.append(dict(event.command))
        plain(event)

    observer.started = started
    return lambda name: [command for command in seen if name in command]


# Documents that a rolled-back transaction touched


def spill_after(change: Callable[[], Any]) -> None:
    """Do it in a transaction that comes to nothing."""

    def work() -> None:
        change()
        raise Spilled("Spilled.")

    with pytest.raises(Spilled):
        transactions.run(work)


@pytest.fixture
def jar() -> Jar:
    """A stored jar, as somebody holds it in memory."""
    return jars.add(Jar(size=1, label="plum"))


def test_a_new_document_of_a_rolled_back_transaction_is_saved_whole():
    new = Jar(size=1, label="plum")
    spill_after(lambda: jars.add(new))

    new.size = 5
    new.save()

    stored = jars.get(new.id)
    assert (stored.size, stored.label) == (5, "plum")


def test_a_new_document_may_be_added_by_the_attempt_after_one_that_failed():
    new, attempts = Jar(size=1, label="plum"), []

    def work() -> None:
        attempts.append(1)
        jars.add(new)
        if len(attempts) == 1:
            raise transient()

    transactions.run(work)

    assert (len(attempts), jars.get(new.id).label) == (2, "plum")


def test_when_a_deadline_around_it_is_over_there_is_no_other_attempt():
    attempts = []

    def work() -> None:
        attempts.append(1)
        raise transient() from ExecutionTimeout("It took too long.")

    with pytest.raises(PyMongoError):
        transactions.run(work)

    assert len(attempts) == 1


def test_a_generator_is_no_transaction():
    with pytest.raises(TypeError, match="is a generator"):

        @transactional
        def work():
            yield 1


def transient() -> PyMongoError:
    """What the driver raises when another attempt may succeed."""
    error = PyMongoError("Try again.")
    error._add_error_label("TransientTransactionError")
    return error


@pytest.mark.parametrize(
    "touch",
    [lambda jar: jar.save(), lambda jar: jar.delete(), lambda jar: jar.modify(inc__size=1)],
    ids=["saved", "deleted", "modified"],
)
def test_a_document_of_a_rolled_back_transaction_refuses_to_be_saved(jar, touch):
    jar.size = 2
    spill_after(lambda: touch(jar))

    with pytest.raises(StaleDocument, match="Load it again"):
        jar.save()

    assert jars.get(jar.id).size == 1


def test_a_document_that_is_loaded_again_may_be_saved(jar):
    spill_after(jar.save)

    jar.reload()
    jar.size = 3
    jar.save()

    assert (jars.get(jar.id).size, jars.get(jar.id).label) == (3, "plum")


def test_a_document_that_is_loaded_in_part_may_not(jar):
    spill_after(jar.save)

    jar.reload("size")

    with pytest.raises(StaleDocument):
        jar.save()


def test_an_attempt_that_changes_what_another_changed_already_is_refused(jar):
    attempts = []

    def work() -> None:
        attempts.append(1)
        jar.size += 1
        jars.save(jar)
        raise transient()

    with pytest.raises(StaleDocument):
        transactions.run(work)

    assert len(attempts) == 2
    assert jars.get(jar.id).size == 1


def test_a_document_of_a_transaction_that_was_committed_may_be_saved_again(jar):
    def work() -> None:
        jar.size = 2
        jars.save(jar)

    transactions.run(work)
    jar.size = 3
    jars.save(jar)

    assert (jars.get(jar.id).size, jars.get(jar.id).version) == (3, 2)


def test_all_documents_are_counted_in_a_transaction():
    def work() -> tuple[int, int, int]:
        jars.add(Jar(size=1))
        jars.add(Jar(size=2))
        found = Jar.objects
        return found.count(), found.limit(1).count(with_limit_and_skip=True), found.filter(size=2).count()

    assert transactions.run(work) == (2, 1, 1)


def test_work_that_is_done_at_the_last_moment_is_committed(somebody_else):
    def dawdle() -> None:
        jars.add(Jar(size=1))
        time.sleep(0.3)  # outlives the deadline of 0.2

    transactions.run(dawdle, seconds=0.2)

    assert somebody_else.count_documents({}) == 1
