"""The one way in which several documents change together or not at all.

    @transactional
    def place_orders(...): ...

MongoEngine knows nothing of transactions; pymongo's `ClientSession.bind()` makes its calls take part.
The driver's own `with_transaction` does not retry here, because MongoEngine wraps the driver's error and
so hides the label that says "try again"; this runner looks for the label along the exception's chain.
What runs inside must load what it changes inside, since it may run again.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextvars import Context, ContextVar
from typing import Any, ParamSpec, TypeVar

import pymongo
from mongoengine.connection import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

P = ParamSpec("P")
T = TypeVar("T")

#: The callbacks to run once the open transaction is committed; None outside a transaction.
_after_commit: ContextVar[list[Callable[[], Any]] | None] = ContextVar("after_commit", default=None)

MAJORITY = WriteConcern("majority")

#: How long a transaction may take with all its retries, in seconds.
DEADLINE = 5.0

#: How long its commit or its roll-back may take, if need be beyond that, in seconds.
FINISH_WITHIN = 1.0


def run(work: Callable[[], T], *, seconds: float = DEADLINE) -> T:
    """The answer of `work`, run in one transaction with majority concerns.

    Joins the transaction that is open already, if any. Retries from the start on conflicts with other
    transactions and on fail-over, for at most `seconds`; then the driver's error goes through. On
    mongomock, which has no transactions, the work simply runs: without isolation and without rollback.
    """
    if _after_commit.get() is not None:
        return work()
    callbacks: list[Callable[[], Any]] = []
    token = _after_commit.set(callbacks)
    try:
        client = get_connection()
        if _is_mongomock(client):
            answer = work()
        else:
            with (
                pymongo.timeout(seconds),
                client.start_session() as session,
                session.bind(end_session=False),
            ):
                answer = _attempt(session, work, callbacks, time.monotonic() + seconds)
    finally:
        _after_commit.reset(token)
    for callback in callbacks:
        callback()
    return answer


def transactional(function: Callable[P, T]) -> Callable[P, T]:
    """Make every call of the function one transaction, or a part of the one that is open."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(lambda: function(*args, **kwargs))

    return wrapped


def in_progress() -> bool:
    """Whether a transaction is open here."""
    return _after_commit.get() is not None


def on_commit(callback: Callable[[], Any]) -> None:
    """Call back once the open transaction is committed, or at once when none is open."""
    callbacks = _after_commit.get()
    if callbacks is None:
        callback()
    else:
        callbacks.append(callback)


def _attempt(
    session: ClientSession, work: Callable[[], T], callbacks: list[Callable[[], Any]], until: float
) -> T:
    pauses = _pauses()
    while True:
        pause = next(pauses)
        callbacks.clear()
        session.start_transaction(write_concern=MAJORITY)
        try:
            answer = work()
        except BaseException as error:
            _finish(session.abort_transaction)
            if not _labelled(error, "TransientTransactionError") or time.monotonic() + pause > until:
                raise
        else:
            try:
                _commit(session, until)
            except PyMongoError as error:
                if not _labelled(error, "TransientTransactionError") or time.monotonic() + pause > until:
                    raise
            else:
                return answer
        time.sleep(pause)


def _commit(session: ClientSession, until: float) -> None:
    """Commit, again as long as nobody knows whether it took effect."""
    while True:
        try:
            _finish(session.commit_transaction)
        except PyMongoError as error:
            if not _labelled(error, "UnknownTransactionCommitResult") or time.monotonic() > until:
                raise
        else:
            return


def _finish(end: Callable[[], None]) -> None:
    """Commit or roll back, also when the deadline is over: what stays open blocks others for a minute.

    The empty context knows of no deadline, and gets one of its own.
    """

    def within_a_moment() -> None:
        with pymongo.timeout(FINISH_WITHIN):
            end()

    Context().run(within_a_moment)


def _labelled(error: BaseException, label: str) -> bool:
    """Whether the driver put this label on the error or on one that led to it."""
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, PyMongoError) and chain.has_error_label(label):
            return True
        chain = chain.__cause__ or chain.__context__
    return False


def _pauses() -> Iterator[float]:
    """Seconds to wait before each further attempt: doubling, with jitter, at most a quarter second."""
    longest = 0.005
    while True:
        yield random.uniform(0, longest)  # noqa: S311 - jitter, not a secret
        longest = min(longest * 2, 0.25)


def _is_mongomock(client: Any) -> bool:
    return type(client).__module__.partition(".")[0] == "mongomock"
