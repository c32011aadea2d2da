from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext

import pytest
from pymongo.errors import AutoReconnect, PyMongoError

from marketplace.shared import transactions
from marketplace.shared.transactions import StaleDocument, on_commit, tracking, transactional
from tests.shared.things import Jar, jars

TRANSIENT, UNKNOWN = "TransientTransactionError", "UnknownTransactionCommitResult"

pytestmark = pytest.mark.usefixtures("app")


@transactional
def add(size: int) -> Jar:
    return jars.add(Jar(size=size))


def test_without_transactions_the_work_simply_runs():
    jar = add(3)

    assert jars.get(jar.id).size == 3


def test_without_transactions_callbacks_still_wait_for_the_end():
    seen = []

    def work() -> list[str]:
        on_commit(lambda: seen.append("called"))
        return list(seen)

    assert transactions.run(work) == []
    assert seen == ["called"]


def test_without_transactions_callbacks_of_failed_work_do_not_run():
    seen = []

    def work() -> None:
        on_commit(lambda: seen.append("called"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transactions.run(work)

    assert seen == []


def test_without_transactions_documents_that_failed_work_saved_stay_as_they_are():
    jar = jars.add(Jar(size=1))

    def work() -> None:
        jar.size = 2
        jars.save(jar)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transactions.run(work)
    jar.size = 3
    jars.save(jar)

    assert jars.get(jar.id).size == 3


def test_that_nothing_is_isolated_is_said_once(caplog):
    transactions._say_that_nothing_is_isolated.cache_clear()

    add(1)
    add(2)

    assert caplog.text.count("mongomock has no transactions") == 1


# Commits that the server does not answer well


class FlakySession:
    """A driver's session whose commits fail as told, then succeed."""

    def __init__(self, failures: list[PyMongoError]) -> None:
        self.failures = failures
        self.commits = 0
        self.ended = False
        self.in_transaction = False
        self.session_id = {"id": 1}

    def bind(self, *, end_session: bool) -> AbstractContextManager[None]:
        """Bind nothing."""
        return nullcontext(end_session)

    def start_transaction(self, **_: object) -> None:
        """Begin."""

    def commit_transaction(self) -> None:
        """Fail as long as there are failures left."""
        self.commits += 1
        if self.failures:
            raise self.failures.pop(0)

    def end_session(self) -> None:
        """Give it back."""
        self.ended = True


class FlakyClient:
    """A driver's client with such sessions; keeps those that it gave out, and what was killed."""

    def __init__(self, *failures: PyMongoError) -> None:
        self.failures = list(failures)
        self.sessions: list[FlakySession] = []

    def start_session(self) -> FlakySession:
        """One more."""
        self.sessions.append(FlakySession(self.failures))
        return self.sessions[-1]


def failure(label: str, kind: type[PyMongoError] = PyMongoError) -> PyMongoError:
    """An error that carries this label."""
    error = kind("No.")
    error._add_error_label(label)
    return error


def attempts_of(client: FlakyClient, seconds: float = 5) -> int:
    """How often the work ran until a session committed."""
    attempts: list[int] = []
    transactions._until_done(client, lambda: attempts.append(1), tracking.Open(), time.monotonic() + seconds)
    return len(attempts)


def test_a_commit_of_unknown_outcome_is_sent_again_without_the_work():
    client = FlakyClient(failure(UNKNOWN), failure(UNKNOWN))

    assert attempts_of(client) == 1
    assert [session.commits for session in client.sessions] == [3]


def test_a_commit_that_failed_over_runs_the_work_again_in_another_session():
    client = FlakyClient(failure(TRANSIENT))

    assert attempts_of(client) == 2
    assert [(session.commits, session.ended) for session in client.sessions] == [(1, True), (1, True)]


def test_a_commit_that_fails_past_the_deadline_goes_through():
    with pytest.raises(PyMongoError):
        attempts_of(FlakyClient(failure(TRANSIENT)), seconds=-1)


def test_a_commit_of_unknown_outcome_is_sent_once_more_past_the_deadline():
    client = FlakyClient(failure(UNKNOWN), failure(UNKNOWN), failure(UNKNOWN))

    with pytest.raises(PyMongoError):
        attempts_of(client, seconds=-1)

    assert [session.commits for session in client.sessions] == [2]


def test_a_commit_that_failed_for_good_goes_through():
    with pytest.raises(PyMongoError):
        attempts_of(FlakyClient(failure("SomethingElse")))


def test_nobody_knows_what_a_commit_of_unknown_outcome_stored(monkeypatch):
    reaped: list[object] = []
    monkeypatch.setattr(transactions._reaper, "end", lambda _, session_id: reaped.append(session_id))
    touched, new = tracking.Open(), Jar(size=1)
    touched.touch(new)
    client = FlakyClient(*(failure(UNKNOWN, AutoReconnect) for _ in range(2)))

    with pytest.raises(AutoReconnect):
        transactions._until_done(client, lambda: None, touched, time.monotonic() - 1)

    with pytest.raises(StaleDocument):
        new.save()
    assert (reaped, client.sessions[0].ended) == ([{"id": 1}], False)
