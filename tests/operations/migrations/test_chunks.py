from __future__ import annotations

import threading

import pytest
from bson import ObjectId
from pymongo.errors import OperationFailure

from marketplace.operations.migrations import Failed, Stopped, chunks, migrate, revert

pytestmark = pytest.mark.real

COUNT = """
steps = [each("things", {}, {"$inc": {"n": 1}}, down={"$inc": {"n": -1}}, batch=10)]
"""

ODD = """
def change(db, thing):
    if thing["_id"] % 2:
        db.seen.insert_one({"_id": thing["_id"]})
        return {"$set": {"odd": True}}
def back(db, thing): return [{"$unset": "odd"}]
steps = [each("things", {}, change, down=back, batch=7)]
"""


@pytest.fixture
def things(db):
    """A collection of 25."""
    db.things.insert_many([{"_id": number, "n": 0} for number in range(25)])
    return db.things


def step(record) -> dict:
    return record("0001_a")["steps"][0]


def test_each_document_is_changed_once_and_changed_back(db, things, write, record):
    write("0001_a", COUNT)

    migrate(db)
    once = things.distinct("n")
    revert(db)

    assert (once, things.distinct("n")) == ([1], [0])


def test_the_record_says_how_many_there_were(db, things, write, record):
    write("0001_a", COUNT)

    migrate(db)

    found = step(record)
    assert (found["total"], found["done"], found["changed"], found["cursor"]) == (25, 25, 25, 24)


def test_only_what_matches_is_changed(db, things, write, record):
    write("0001_a", 'steps = [each("things", {"_id": {"$gte": 20}}, {"$inc": {"n": 1}}, down={})]')

    migrate(db)

    assert things.count_documents({"n": 1}) == step(record)["total"] == 5


def test_a_pipeline_can_read_the_document(db, things, write):
    write("0001_a", 'steps = [each("things", {}, [{"$set": {"n": {"$multiply": ["$_id", 2]}}}], '
          'down=[{"$set": {"n": 0}}], batch=10)]')  # fmt: skip

    migrate(db)

    assert [one["n"] for one in things.find().sort("_id", 1)] == [2 * number for number in range(25)]


def test_a_function_says_what_changes_and_writes_elsewhere_in_the_same_transaction(db, things, write, record):
    write("0001_a", ODD)

    migrate(db)

    assert things.count_documents({"odd": True}) == db.seen.count_documents({}) == 12
    assert (step(record)["done"], step(record)["changed"]) == (25, 12)
    revert(db)
    assert things.count_documents({"odd": {"$exists": True}}) == 0


def test_an_empty_collection_is_done_at_once(db, write, record):
    write("0001_a", COUNT)

    assert migrate(db) == ["0001_a"]
    assert step(record)["total"] == 0
    assert revert(db) == ["0001_a"]


def test_ids_of_every_type_are_met(db, write):
    ids = [None, 3, 2.5, "b", {"a": 1}, ObjectId(), b"x", True]
    db.things.insert_many([{"_id": one} for one in ids])
    write("0001_a", COUNT.replace("batch=10", "batch=1"))

    migrate(db)

    assert db.things.count_documents({"n": 1}) == len(ids)


def fail_at(db, write, times: int) -> None:
    """A run fails after so many chunks of ten."""
    write("0001_a", """
        def change(db, thing):
            if thing["_id"] >= LIMIT and not db.mended.find_one(): 1 / 0
            return {"$inc": {"n": 1}}
        steps = [each("things", {}, change, down={"$inc": {"n": -1}}, batch=10)]
    """.replace("LIMIT", str(10 * times)))  # fmt: skip
    with pytest.raises(Failed, match=r"0001_a failed at each things\. ZeroDivisionError"):
        migrate(db)


def test_what_broke_off_goes_on_behind_its_last_chunk(db, things, write, record):
    fail_at(db, write, 2)
    assert things.count_documents({"n": 1}) == step(record)["done"] == 20
    db.mended.insert_one({})
    told = []

    migrate(db, report=told.append)

    assert things.distinct("n") == [1]
    assert "    things: going on after 20 of 25" in told


def test_what_broke_off_is_undone_as_far_as_it_came(db, things, write):
    fail_at(db, write, 2)

    revert(db)

    assert things.distinct("n") == [0]


def test_what_broke_off_in_its_first_chunk_has_nothing_to_undo(db, things, write):
    fail_at(db, write, 0)

    revert(db)

    assert things.distinct("n") == [0]


def test_asked_to_stop_it_stops_between_two_chunks(db, things, write, record, monkeypatch):
    write("0001_a", COUNT)
    stop = threading.Event()
    plain = chunks._next_size
    monkeypatch.setattr(chunks, "_next_size", lambda *given: (stop.set(), plain(*given))[1])

    with pytest.raises(Stopped, match="What is done stays done"):
        migrate(db, stop=stop, throttle=1000)

    assert things.count_documents({"n": 1}) == step(record)["done"] == 10
    assert migrate(db) == ["0001_a"]
    assert things.distinct("n") == [1]


def test_a_chunk_that_collides_with_another_writer_is_tried_with_half_of_it(db, things, write, monkeypatch):
    write("0001_a", COUNT.replace("batch=10", "batch=20"))
    sizes, plain = [], chunks._apply

    def colliding(database, collection, these, change):
        sizes.append(collection.count_documents(these))
        if len(sizes) < 3:
            raise OperationFailure(
                "WriteConflict", 112, {"errorLabels": ["TransientTransactionError"], "code": 112}
            )
        return plain(database, collection, these, change)

    monkeypatch.setattr(chunks, "_apply", colliding)

    migrate(db)

    assert sizes[:3] == [20, 10, 5]
    assert things.distinct("n") == [1]


def test_a_document_that_matches_no_more_is_left_alone(db, things, write, monkeypatch):
    write("0001_a", 'steps = [each("things", {"n": 0}, {"$set": {"n": 5}}, down={"$set": {"n": 0}})]')
    plain = chunks._change_these

    def meanwhile(work, collection, *rest):
        db.things.update_one({"_id": 3}, {"$set": {"n": 99}})
        return plain(work, collection, *rest)

    monkeypatch.setattr(chunks, "_change_these", meanwhile)

    migrate(db)

    assert things.find_one({"_id": 3})["n"] == 99
    assert things.count_documents({"n": 5}) == 24


@pytest.mark.parametrize(
    ("size", "seconds", "then"), [(100, 3, 50), (1, 3, 1), (100, 0.5, 100), (100, 0.1, 200), (900, 0.1, 1000)]
)
def test_chunks_shrink_when_they_take_long_and_grow_up_to_what_was_asked_for(size, seconds, then):
    assert chunks._next_size(size, 1000, seconds) == then


def test_progress_is_told_with_rate_and_time_left(db, things, write, monkeypatch):
    monkeypatch.setattr(chunks, "TELL_EVERY", 0)
    write("0001_a", COUNT)
    told = []

    migrate(db, report=told.append)

    assert any(line.startswith("    things: 10 of 25 (40 %), ") and line.endswith("s left") for line in told)
    assert told[-1] == "    things: 25 of 25 documents changed"


def test_progress_of_nothing_is_nothing():
    assert chunks.progress({}) == ""
    assert chunks.progress({"done": 0, "total": 5, "seconds": 0.0}) == "0 of 5 (0 %)"
