from __future__ import annotations

import time

import pytest
from pymongo.errors import PyMongoError

from marketplace.shared import transactions
from marketplace.shared.transactions import on_commit, transactional
from tests.shared.things import Jar, jars

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


# Commits that the server does not answer well


class FlakySession:
    """A driver's session whose commits fail as told, then succeed."""

    def __init__(self, *labels: str) -> None:
        self.failures = [PyMongoError("No.") for _ in labels]
        for failure, label in zip(self.failures, labels, strict=True):
            failure._add_error_label(label)
        self.commits = 0

    def start_transaction(self, **_: object) -> None:
        """Begin."""

    def abort_transaction(self) -> None:
        """Give up."""

    def commit_transaction(self) -> None:
        """Fail as long as there are failures left."""
        self.commits += 1
        if self.failures:
            raise self.failures.pop(0)


def attempts_of(session: FlakySession, seconds: float = 5) -> int:
    """How often the work ran until the session committed."""
    attempts = []
    transactions._attempt(session, lambda: attempts.append(1), [], time.monotonic() + seconds)
    return len(attempts)


def test_a_commit_of_unknown_outcome_is_sent_again_without_the_work():
    session = FlakySession("UnknownTransactionCommitResult", "UnknownTransactionCommitResult")

    assert attempts_of(session) == 1
    assert session.commits == 3


def test_a_commit_that_failed_over_runs_the_work_again():
    session = FlakySession("TransientTransactionError")

    assert attempts_of(session) == 2


@pytest.mark.parametrize("label", ["TransientTransactionError", "UnknownTransactionCommitResult"])
def test_a_commit_that_fails_past_the_deadline_goes_through(label):
    with pytest.raises(PyMongoError):
        attempts_of(FlakySession(label), seconds=-1)


def test_a_commit_that_failed_for_good_goes_through():
    with pytest.raises(PyMongoError):
        attempts_of(FlakySession("SomethingElse"))
