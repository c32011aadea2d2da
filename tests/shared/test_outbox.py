from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from marketplace.shared import connections, outbox
from marketplace.shared.clock import at, now
from marketplace.shared.outbox import ClaimLost, Delivery, claims, registry, rows, workers
from marketplace.shared.transactions import run, transactional
from tests.shared.things import Jar, jars

real = pytest.mark.real

TOPIC = "jar.filled"


@pytest.fixture(autouse=True)
def topic(monkeypatch) -> None:
    """A topic that somebody delivers."""
    monkeypatch.setitem(registry.handlers, TOPIC, lambda told: None)


@transactional
def fill(jar: Jar, **payload: Any) -> None:
    outbox.tell(TOPIC, about=jar, **payload)


def stored() -> list[dict[str, Any]]:
    return list(connections.database()["outbox"].find(sort=[("_id", 1)]))


def a_claim(stream: str | None = None) -> claims.Claim:
    """A claim on the stream that is due, or on this one."""
    streams = connections.database()["outbox_streams"]
    found = claims.claim(streams, stream or claims.due(streams, 1)[0], "somebody")
    assert found is not None
    return found


def end_the_lease(claim: claims.Claim) -> None:
    claim.collection.update_one(
        {"_id": claim.document["_id"]}, [{"$set": {"due_at": {"$subtract": ["$$NOW", 1]}}}]
    )


def begun(claim: claims.Claim) -> Delivery:
    """The next row of the claimed stream, begun."""
    db = connections.database()
    return rows.begin(db, claim, next(rows.waiting(db, claim)))


# Telling


def test_what_is_told_waits_under_its_aggregate_and_a_number(app):
    jar = Jar(id="0" * 24)
    with at(now() - timedelta(days=1)):
        moment = now()
        fill(jar, spoons=3)

    assert stored() == [
        {
            "_id": f"jar:{jar.id}#1",
            "stream": f"jar:{jar.id}",
            "sequence": 1,
            "topic": TOPIC,
            "payload": {"spoons": 3},
            "state": "waiting",
            "told_at": moment,
            "attempts": 0,
            "version": 0,
        }
    ]


def test_each_aggregate_has_numbers_of_its_own(app):
    one, other = Jar(id="1" * 24), Jar(id="2" * 24)
    for jar in (one, other, one):
        fill(jar)

    assert [row["_id"] for row in stored()] == [f"jar:{one.id}#1", f"jar:{one.id}#2", f"jar:{other.id}#1"]


def test_telling_outside_of_a_transaction_is_refused(app):
    with pytest.raises(RuntimeError, match=r"jar.filled was told outside of a transaction\. Make"):
        outbox.tell(TOPIC, about=Jar(id="1" * 24))

    assert stored() == []


def test_a_topic_that_nobody_delivers_is_refused(app):
    with pytest.raises(LookupError, match=r"Nobody delivers the topic jar.broken"):
        run(lambda: outbox.tell("jar.broken", about=Jar(id="1" * 24)))


def test_nothing_is_told_while_it_is_silent(app):
    with outbox.silent():
        fill(Jar(id="1" * 24))

    assert stored() == []


@real
def test_a_transaction_that_is_rolled_back_leaves_no_word(app):
    jar = jars.add(Jar(size=1))

    @transactional
    def spill() -> None:
        fill(jar)
        raise LookupError

    with pytest.raises(LookupError):
        spill()

    assert stored() == []
    assert connections.database()["outbox_streams"].find_one() is None


@real
def test_numbers_have_no_gaps_however_many_tell_at_once(app):
    jar = jars.add(Jar())

    def tell(number: int) -> None:
        with app.app_context():
            if number % 3:
                fill(jar)
            else:
                with pytest.raises(LookupError):
                    run(lambda: (fill(jar), {}["spilled"]))

    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(tell, range(30)))

    assert sorted(row["sequence"] for row in stored()) == list(range(1, 21))


# Claiming


@real
def test_of_two_who_claim_a_stream_one_gets_it(app):
    fill(Jar(id="1" * 24))
    a_claim()

    assert claims.claim(connections.database()["outbox_streams"], f"jar:{'1' * 24}", "another") is None


@real
def test_a_stream_on_which_nothing_waits_is_not_due(app):
    fill(Jar(id="1" * 24))
    claim = a_claim()
    rows.mark_delivered(connections.database(), claim, begun(claim))
    rows.release(claim)

    assert claims.due(claim.collection, 9) == []
    assert claims.claim(claim.collection, claim.document["_id"], "another") is None


@real
def test_what_was_told_while_a_stream_was_held_makes_it_due_again(app):
    jar = Jar(id="1" * 24)
    fill(jar)
    claim = a_claim()
    rows.mark_delivered(connections.database(), claim, begun(claim))
    fill(jar)

    assert claims.due(claim.collection, 9) == []
    rows.release(claim)
    assert claims.due(claim.collection, 9) == [f"jar:{jar.id}"]


@real
def test_being_told_something_more_does_not_end_a_lease_or_a_pause(app):
    jar = Jar(id="1" * 24)
    fill(jar)
    a_claim().put_back(60)

    fill(jar)

    assert claims.due(connections.database()["outbox_streams"], 9) == []


@real
def test_who_slept_through_the_end_of_the_lease_marks_nothing(app):
    fill(Jar(id="1" * 24))
    slept = a_claim()
    row = begun(slept)
    end_the_lease(slept)
    awake = a_claim()
    begun(awake)

    with pytest.raises(ClaimLost):
        rows.mark_delivered(connections.database(), slept, row)
    with pytest.raises(ClaimLost):
        rows.mark_attempt(connections.database(), slept, row, "late", last=True)
    with pytest.raises(ClaimLost):
        rows.release(slept)
    with pytest.raises(ClaimLost):
        begun(slept)
    assert [row["state"] for row in stored()] == ["waiting"]


@real
def test_a_lease_is_renewed_in_time_and_only_while_it_is_held(app, monkeypatch):
    monkeypatch.setattr(claims, "LEASE_SECONDS", 0)
    fill(Jar(id="1" * 24))
    first = a_claim()
    first.lease = 60

    first.keep()

    assert claims.due(first.collection, 9) == []
    end_the_lease(first)
    second = a_claim()
    first._good_until = 0
    with pytest.raises(ClaimLost, match="was claimed by somebody else meanwhile"):
        first.keep()
    second.put_back()


@real
def test_the_queries_of_the_worker_use_their_indexes(app):
    fill(Jar(id="1" * 24))
    db = connections.database()
    next_rows = {"stream": "x", "state": "waiting", "sequence": {"$gt": 0}}
    for find, index in (
        (db["outbox_streams"].find(claims.DUE).sort("due_at", 1), "due_at"),
        (db["outbox"].find(next_rows).sort("sequence", 1), "waiting"),
        (db["outbox"].find({"state": "waiting"}).sort("told_at", 1), "state_told"),
    ):
        plan = str(find.explain()["queryPlanner"]["winningPlan"])
        assert f"'indexName': '{index}'" in plan
        assert "'SORT'" not in plan


# Failing and retrying


def test_pauses_grow_with_jitter_up_to_an_hour():
    pauses = [rows.pause_after(attempts) for attempts in range(1, 31)]

    assert 1 <= pauses[0] <= 2
    assert all(2**n / 2 <= pause <= 2**n for n, pause in enumerate(pauses[:11], start=1))
    assert all(1800 <= pause <= 3600 for pause in pauses[11:])
    assert len(set(pauses)) == 30


@real
def test_a_failed_row_is_waiting_again_when_it_is_retried(app):
    for number in "12":
        fill(Jar(id=number * 24))
        claim = a_claim()
        rows.mark_attempt(connections.database(), claim, begun(claim), "no", last=True)
        rows.release(claim)
    db = connections.database()

    assert rows.retry(db, f"jar:{'1' * 24}#1") == 1
    assert [(row["state"], row["attempts"]) for row in stored()] == [("waiting", 0), ("failed", 1)]
    assert claims.due(db["outbox_streams"], 9) == [f"jar:{'1' * 24}"]
    assert rows.retry(db) == 1
    assert len(claims.due(db["outbox_streams"], 9)) == 2


@real
def test_a_row_that_is_retried_while_its_stream_is_held_is_not_overlooked(app):
    jar = Jar(id="1" * 24)
    fill(jar)
    claim = a_claim()
    rows.mark_attempt(connections.database(), claim, begun(claim), "no", last=True)

    rows.retry(connections.database())

    with pytest.raises(ClaimLost):
        rows.release(claim)
    assert claims.due(claim.collection, 9) == [f"jar:{jar.id}"]


# Forgetting


def test_what_was_told_about_a_thing_is_forgotten_and_nothing_else(app):
    jar, other = Jar(id="1" * 24), Jar(id="2" * 24)
    fill(jar)
    fill(other)

    outbox.forget(jar, mentions="ada@example.com")

    (left,) = connections.database()["outbox"].find()
    assert left["stream"] == f"jar:{other.pk}"


def test_an_error_that_mentions_somebody_is_forgotten(app):
    fill(Jar(id="2" * 24))
    rows = connections.database()["outbox"]
    rows.update_many({}, {"$set": {"state": "failed", "error": "550 <ADA@example.com>: unknown"}})

    outbox.forget(Jar(id="1" * 24), mentions="ada@example.com")

    assert "error" not in rows.find_one()


def test_streams_of_what_is_long_gone_are_forgotten_where_nothing_waits(app):
    moment = now()
    old, waits, fresh = (Jar(id=ObjectId.from_datetime(moment - timedelta(days=days))) for days in (9, 9, 1))
    waits.id = ObjectId(str(waits.id)[:-1] + "1")
    for jar in (old, waits, fresh):
        fill(jar)
    heads = connections.database()["outbox_streams"]
    heads.update_many({"_id": {"$ne": f"jar:{waits.pk}"}}, {"$unset": {"due_at": ""}})

    assert outbox.forget_idle(Jar, made_before=moment - timedelta(days=8)) == 1
    assert {head["_id"] for head in heads.find()} == {f"jar:{waits.pk}", f"jar:{fresh.pk}"}


# How it stands


@real
def test_an_empty_outbox_stands_at_nothing(app):
    assert outbox.standing(connections.database()) == outbox.Standing(0, 0.0, 0, 0)


@real
def test_how_it_stands_counts_what_waits_what_failed_and_who_works(app):
    with at(now() - timedelta(hours=1)):
        fill(Jar(id="1" * 24))
    fill(Jar(id="2" * 24))
    db = connections.database()
    db["outbox"].update_one({"sequence": 1, "stream": f"jar:{'2' * 24}"}, {"$set": {"state": "failed"}})
    workers.here(db, "alive")
    workers.here(db, "dead")
    db["workers"].update_one({"_id": "dead"}, [{"$set": {"seen_at": {"$subtract": ["$$NOW", 16_000]}}}])

    found = outbox.standing(db)

    assert (found.waiting, found.failed, found.workers) == (1, 1, 1)
    assert 3600 <= found.oldest_seconds < 3700


# Declaring


def test_a_topic_has_one_handler(app):
    with pytest.raises(ValueError, match=r"The topic jar.filled has a handler already"):
        outbox.delivers(TOPIC)(lambda told: None)


def test_a_timer_has_a_name_of_its_own(monkeypatch):
    monkeypatch.setitem(registry.timers, "stir", registry.Timer("stir", 1, lambda: None))

    with pytest.raises(ValueError, match="There is a timer stir already"):
        outbox.timer("stir", every=2)(lambda: None)
