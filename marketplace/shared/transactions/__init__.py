"""The one way in which several documents change together or not at all.

    @transactional
    def place_orders(...): ...

MongoEngine knows nothing of transactions; pymongo's `ClientSession.bind()` makes its calls take part.
The driver's own `with_transaction` does not retry here, because MongoEngine wraps the driver's error and
so hides the label that says "try again"; this runner looks for the label along the exception's chain.
What runs inside must load what it changes inside, since it may run again: a document that was saved in a
transaction which came to nothing is stale, and refuses to be saved until it is loaded again (`tracking`).
"""

from __future__ import annotations

import functools
import inspect
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any, ParamSpec, TypeVar

import pymongo
from mongoengine.connection import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure, PyMongoError
from pymongo.write_concern import WriteConcern

from .reaper import Reaper
from .tracking import Open, StaleDocument, current, forget_staleness, is_open, opened, touch

__all__ = [
    "StaleDocument",
    "forget_staleness",
    "is_mongomock",
    "is_open",
    "on_commit",
    "run",
    "touch",
    "transactional",
]

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

MAJORITY = WriteConcern("majority")

#: How long a transaction may take with all its retries, in seconds.
DEADLINE = 5.0

#: How long its commit or its roll-back may take beyond that, in seconds.
FINISH_WITHIN = 0.3

_TRANSIENT, _UNKNOWN = "TransientTransactionError", "UnknownTransactionCommitResult"

_reaper = Reaper()


def run(work: Callable[[], T], *, seconds: float = DEADLINE) -> T:
    """The answer of `work`, run in one transaction with majority concerns.

    Joins the transaction that is open already, if any. Retries from the start on conflicts with other
    transactions and on fail-over, for at most `seconds` and within the deadline of the request; then the
    driver's error goes through. On mongomock, which has no transactions, the work simply runs: without
    isolation and without rollback, which is logged once.
    """
    if is_open():
        return work()
    transaction = Open()
    with opened(transaction):
        client = get_connection()
        if is_mongomock(client):
            _say_that_nothing_is_isolated()
            answer = work()
        else:
            with pymongo.timeout(seconds):
                answer = _until_done(client, work, transaction, time.monotonic() + seconds)
    for callback in transaction.callbacks:
        callback()
    return answer


def transactional(function: Callable[P, T]) -> Callable[P, T]:
    """Make every call of the function one transaction, or a part of the one that is open.

    Raises TypeError for a generator, whose body would run after the transaction.
    """
    if inspect.isgeneratorfunction(function):
        raise TypeError(f"{function.__name__} is a generator, so it would run outside of its transaction.")

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(lambda: function(*args, **kwargs))

    return wrapped


def on_commit(callback: Callable[[], Any]) -> None:
    """Call back once the open transaction is committed, or at once when none is open."""
    transaction = current()
    if transaction is None:
        callback()
    else:
        transaction.callbacks.append(callback)


def _until_done(client: Any, work: Callable[[], T], transaction: Open, until: float) -> T:
    pauses = _pauses()
    while True:
        pause = next(pauses)
        try:
            return _attempt(client, work, transaction, until)
        except BaseException as error:
            if not _labelled(error, _TRANSIENT) or _timed_out(error) or time.monotonic() + pause > until:
                raise
        time.sleep(pause)


def _attempt(client: Any, work: Callable[[], T], transaction: Open, until: float) -> T:
    """One attempt, in a session of its own: one whose end is in doubt is never used again."""
    session = client.start_session()
    try:
        with session.bind(end_session=False):
            session.start_transaction(write_concern=MAJORITY)
            answer = work()
        _commit(session, until)
    except BaseException as error:
        transaction.came_to_nothing(known=not _labelled(error, _UNKNOWN))
        _give_up(client, session, error)
        raise
    session.end_session()
    return answer


def _commit(session: ClientSession, until: float) -> None:
    """Commit, again as long as nobody knows whether it took effect, and once more after the deadline."""
    while True:
        try:
            session.commit_transaction()
        except PyMongoError as error:
            if not _labelled(error, _UNKNOWN):
                raise
            if error.timeout or time.monotonic() > until:
                break
        else:
            return
    _finish(session.commit_transaction)


def _give_up(client: Any, session: ClientSession, error: BaseException) -> None:
    """Roll back. What stays open on the server would block others for a minute.

    The driver does not tell whether it could roll back. Where the server was away or slow it is in doubt,
    and the reaper ends the session, so that nobody has to wait for it.
    """
    if not _lost_the_server(error):
        started = time.monotonic()
        if session.in_transaction:
            _finish(session.abort_transaction)
        if time.monotonic() - started < FINISH_WITHIN * 0.9:
            session.end_session()
            return
    _reaper.end(client, session.session_id)


def _finish(end: Callable[[], None]) -> None:
    """Commit or roll back also when the deadline is over.

    The empty context knows of no deadline, and gets one of its own.
    """

    def within_a_moment() -> None:
        with pymongo.timeout(FINISH_WITHIN):
            end()

    Context().run(within_a_moment)


def _chain(error: BaseException | None) -> Iterator[PyMongoError]:
    """The driver's errors among this one and those that led to it."""
    while error is not None:
        if isinstance(error, PyMongoError):
            yield error
        error = error.__cause__ or error.__context__


def _labelled(error: BaseException, label: str) -> bool:
    """Whether the driver put this label on the error or on one that led to it."""
    return any(one.has_error_label(label) for one in _chain(error))


def _timed_out(error: BaseException) -> bool:
    """Whether a deadline is over, perhaps one around this transaction: another attempt has no time."""
    return any(one.timeout for one in _chain(error))


def _lost_the_server(error: BaseException) -> bool:
    """Whether the server did not answer, so that nobody knows what it did."""
    return any(isinstance(one, ConnectionFailure) for one in _chain(error))


def _pauses() -> Iterator[float]:
    """Seconds to wait before each further attempt: doubling, with jitter, at most a quarter second."""
    longest = 0.005
    while True:
        yield random.uniform(0, longest)  # noqa: S311 - jitter, not a secret
        longest = min(longest * 2, 0.25)


def is_mongomock(client: Any) -> bool:
    """Whether this stands in for a database in tests, and knows less than one."""
    return type(client).__module__.partition(".")[0] == "mongomock"


@functools.cache
def _say_that_nothing_is_isolated() -> None:
    log.warning("mongomock has no transactions: nothing is isolated, and nothing is rolled back.")
