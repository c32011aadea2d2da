"""What is done once, however often it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from pymongo.errors import AutoReconnect

from marketplace.shared import clock, connections, idempotency
from marketplace.shared.idempotency import (
    Attempt,
    IdempotencyInProgress,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
)

ASKED = Attempt("key", "fingerprint")


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Twins that do not wait."""
    monkeypatch.setattr(idempotency, "TWIN_WAITS_SECONDS", 0)


@pytest.fixture
def outage(monkeypatch):
    """Lets the collection lose the answers of a method, or its questions, until it is `over`."""

    class Outage:
        def __call__(self, method, *, carried_out=False):
            collection = type(idempotency._rows())
            real = getattr(collection, method)

            def lost(*args, **named):
                if carried_out:
                    real(*args, **named)
                raise AutoReconnect("connection closed")

            monkeypatch.setattr(collection, method, lost)

        def over(self):
            monkeypatch.undo()
            monkeypatch.setattr(idempotency, "TWIN_WAITS_SECONDS", 0)

    return Outage()


def do(attempt=ASKED, scope="checkout:ada", result=None):
    """What came of the attempt, and whether it was done before."""
    with idempotency.once(attempt, scope=scope) as claim:
        if claim.result is not None:
            return claim.result, True
        claim.finish(result or {"done": 1})
        return result or {"done": 1}, False


def test_the_first_request_is_carried_out(app):
    assert do() == ({"done": 1}, False)


def test_the_same_request_gets_the_same_result(app):
    do()

    assert do(result={"done": 2}) == ({"done": 1}, True)


def test_the_key_with_another_request_is_refused(app):
    do()

    with pytest.raises(IdempotencyKeyReused):
        do(Attempt("key", "another"))


def test_the_same_key_of_somebody_else_is_another_one(app):
    do()

    assert do(scope="checkout:grace", result={"done": 2}) == ({"done": 2}, False)


def test_a_twin_is_told_to_wait(app):
    with idempotency.once(ASKED, scope="checkout:ada"), pytest.raises(IdempotencyInProgress) as refusal:
        do()

    assert refusal.value.retry_after == 1


def test_a_refused_request_frees_its_key(app):
    with pytest.raises(ZeroDivisionError), idempotency.once(ASKED, scope="checkout:ada"):
        raise ZeroDivisionError

    assert do(Attempt("key", "mended")) == ({"done": 1}, False)


def test_a_failure_after_it_was_done_frees_nothing(app):
    def do_and_fail():
        with idempotency.once(ASKED, scope="checkout:ada") as claim:
            claim.finish({"done": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do_and_fail()

    assert do() == ({"done": 1}, True)


def test_somebody_goes_on_where_a_process_died(app):
    _begun_and_died()

    with clock.at(clock.now() + timedelta(seconds=31)):
        assert do() == ({"done": 1}, False)


def test_a_key_that_could_not_be_given_back_in_an_outage_is_free_when_it_is_over(app, outage):
    with suppress(AutoReconnect), idempotency.once(ASKED, scope="checkout:ada"):
        outage("delete_one")
        raise AutoReconnect("connection closed")
    outage.over()

    assert do() == ({"done": 1}, False)


def test_a_key_that_was_taken_and_only_the_answer_was_lost_is_free_when_the_outage_is_over(app, outage):
    outage("insert_one", carried_out=True)
    with pytest.raises(AutoReconnect):
        do()
    outage.over()

    assert do() == ({"done": 1}, False)


def test_who_took_too_long_finishes_nothing(app):
    slow = _begun_and_died()
    with clock.at(clock.now() + timedelta(seconds=31)):
        do()

    with pytest.raises(IdempotencyInProgress):
        slow.finish({"done": 2})


def test_a_result_is_kept_for_a_day(app):
    do()

    row = connections.database()["idempotency"].find_one()
    assert timedelta(hours=23) < row["expires_at"].astimezone(clock.now().tzinfo) - clock.now()


def test_neither_key_nor_scope_is_stored(app):
    do(Attempt("a-secret-key", "f"), scope="checkout:a-secret-token")

    assert "secret" not in str(connections.database()["idempotency"].find_one())


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "ключ"])
def test_a_key_has_1_to_255_plain_characters(app, key):
    with (
        app.test_request_context("/", method="POST", data={"idempotency_key": key}),
        pytest.raises(IdempotencyKeyRequired),
    ):
        idempotency.attempt_of_request()


def _fingerprint(app, **request):
    with app.test_request_context("/x", method="POST", headers={"Idempotency-Key": "k"}, **request):
        return idempotency.attempt_of_request().fingerprint


def test_the_order_of_what_is_asked_does_not_matter(app):
    assert _fingerprint(app, json={"a": 1, "b": 2}) == _fingerprint(app, json={"b": 2, "a": 1})


def test_what_is_asked_matters(app):
    assert _fingerprint(app, json={"a": 1}) != _fingerprint(app, json={"a": 2})


def test_what_protects_a_form_is_not_what_it_asks(app):
    first = _fingerprint(app, data={"a": "1", "csrf_token": "x", "idempotency_key": "y"})

    assert first == _fingerprint(app, data={"a": "1"})


@pytest.mark.real
def test_of_twenty_at_once_one_is_carried_out(app):
    def send(_):
        with app.app_context():
            try:
                return do()[1]
            except IdempotencyInProgress:
                return "in progress"

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(send, range(20)))

    assert answers.count(False) == 1


@pytest.mark.real
def test_a_twin_waits_for_what_the_first_one_gets(app, monkeypatch):
    monkeypatch.setattr(idempotency, "TWIN_WAITS_SECONDS", 5)

    def twin():
        with app.app_context():
            return do()

    with ThreadPoolExecutor(1) as other, idempotency.once(ASKED, scope="checkout:ada") as claim:
        waiting = other.submit(twin)
        claim.finish({"done": 1})

        assert waiting.result() == ({"done": 1}, True)


def _begun_and_died():
    """The claim of a process that died in the middle."""
    return idempotency._claimed(ASKED, "checkout:ada")
