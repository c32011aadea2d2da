from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo.errors import OperationFailure

from marketplace.operations import lease
from marketplace.operations.lease import COLLECTION, LeaseLost, Locked, hold

pytestmark = pytest.mark.real


def end_the_lease(db) -> None:
    """Set the end of the lease before the server's present."""
    db[COLLECTION].update_one({}, [{"$set": {"expires_at": {"$subtract": ["$$NOW", 1]}}}])


def take_a_turn(db, **options) -> int:
    """The token of a holder that waited for its turn."""
    with hold(db, "a turn", **options) as held:
        return held.token


def test_of_many_at_once_one_gets_the_lock(db):
    begin = threading.Barrier(8)

    def run(_: int) -> int:
        begin.wait()
        try:
            with hold(db, "a test") as held:
                time.sleep(0.3)
                return held.token
        except Locked:
            return 0

    with ThreadPoolExecutor(8) as crowd:
        tokens = sorted(crowd.map(run, range(8)))

    assert tokens == [0] * 7 + [1]


def test_who_is_refused_is_told_by_whom(db):
    with (
        hold(db, "a migration"),
        pytest.raises(Locked, match=r"locked by a migration \(process \d+ on "),
        hold(db, "seed"),
    ):
        pass


def test_the_lock_can_be_waited_for(db):
    told = []
    with ThreadPoolExecutor(1) as other:
        with hold(db, "first"):
            waiting = other.submit(take_a_turn, db, wait=10, report=told.append)
            while not told:
                time.sleep(0.01)
        assert waiting.result() == 2


def test_every_holder_has_a_larger_token_than_the_one_before(db):
    tokens = []
    for _ in range(3):
        with hold(db, "a test") as held:
            tokens.append(held.token)

    assert tokens == [1, 2, 3]


@contextmanager
def dying(db):
    """A holder of the lock whose lease ends at once; the lock is given back at the end of the test only."""
    with hold(db, "the dead") as died:
        end_the_lease(db)
        yield died


@pytest.mark.parametrize("uuids", [UuidRepresentation.STANDARD, UuidRepresentation.UNSPECIFIED])
def test_a_dead_holders_transaction_is_ended_by_who_takes_over(db, uuids):
    db = db.with_options(CodecOptions(tz_aware=True, uuid_representation=uuids))
    db.things.insert_one({"_id": 1})

    with dying(db) as died:
        died.session.start_transaction()
        db.things.update_one({"_id": 1}, {"$set": {"by": "the dead"}}, session=died.session)
        with hold(db, "the living") as held:
            db.things.update_one({"_id": 1}, {"$set": {"by": "the living"}}, comment="waits if blocked")
        with pytest.raises(OperationFailure):
            died.session.commit_transaction()

    assert held.took_over
    assert db.things.find_one()["by"] == "the living"


def test_a_dead_holder_is_ended_on_the_connection_of_the_application_too(db):
    like_the_application = db.with_options(CodecOptions(uuid_representation=UuidRepresentation.STANDARD))

    with dying(db), hold(like_the_application, "the living") as held:
        assert held.took_over


def test_who_lost_the_lock_is_told_so_and_leaves_the_next_holder_alone(db, monkeypatch):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.3)

    with hold(db, "first") as held:
        db[COLLECTION].update_one({}, {"$set": {"owner": "the next"}})
        time.sleep(0.5)
        with pytest.raises(LeaseLost):
            held.check()

    assert db[COLLECTION].find_one()["owner"] == "the next"


def test_a_holder_that_lives_keeps_the_lock_beyond_its_lease(db, monkeypatch):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.6)

    with hold(db, "first") as held:
        time.sleep(1.2)
        held.check()
        with pytest.raises(Locked), hold(db, "second"):
            pass


def test_while_a_restore_is_half_way_done_nobody_else_changes_the_database(db):
    db[lease.RESTORE_JOURNAL].insert_one({"_id": "restore"})

    with pytest.raises(Locked, match="Run the same flask db-restore again"), hold(db, "seed"):
        pass

    with hold(db, "restore") as held:
        held.check()


def test_a_copy_of_a_database_goes_on_where_its_records_stand(db):
    db["_migrations"].insert_one({"_id": "0001_a", "token": 41})

    with hold(db, "a migration") as held:
        assert held.token == 42
