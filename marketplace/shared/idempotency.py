"""What is done once, however often it is sent: requests with the header `Idempotency-Key`.

    with idempotency.once(attempt, scope=f"checkout:{user_id}") as claim:
        if claim.result is not None:
            return what_it_names(claim.result)       # it was done before
        ... do it, and in the transaction that does it: claim.finish({"purchase_id": purchase.id})

The row is inserted before anything is done, so that of two requests with one key a single one goes on. The
other waits for a moment and gets what the first one got, or is told that it is in progress. What ended in a
refusal did nothing: its key is free again; a database that cannot be told so is told when it answers. A
process that died in the middle holds the key until its lease is over; whoever comes then goes on in its
place, so what is done has to bear being begun twice.

The key of a row is a digest of the scope (whose request, and what for) and the key: neither is stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, has_request_context, json, request
from mongoengine import DateTimeField, DictField, StringField
from pymongo.errors import DuplicateKeyError, PyMongoError

from . import connections
from .clock import now
from .documents import Aggregate
from .errors import BadRequest, Conflict, Invalid

#: The header, and the hidden field of a form that means the same.
HEADER, FIELD = "Idempotency-Key", "idempotency_key"

#: Added to an answer that was given before.
REPLAYED = {"Idempotent-Replayed": "true"}

#: How long a result is kept, and how long the twin of a request waits for it.
KEPT = timedelta(hours=24)
TWIN_WAITS_SECONDS = 0.8

_LOOK_EVERY_SECONDS = 0.05

#: The header in the API's documentation, for `@blueprint.doc(parameters=[KEY_HEADER])`.
KEY_HEADER: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
    "description": "New for each thing that is to be done, and the same when it is sent again: then it is "
    "done once, and the answer says `Idempotent-Replayed: true`. It is known for 24 hours.",
}


class IdempotencyKeyRequired(BadRequest):
    """The request has to carry the header Idempotency-Key, so that it is done once."""


class IdempotencyInProgress(Conflict):
    """The same request is being carried out right now; `retry_after` is how many seconds to wait."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class IdempotencyKeyReused(Invalid):
    """This Idempotency-Key came before with another request; take a new one."""


class IdempotentRequest(Aggregate):
    """A request that is done once: in progress under its lease, or done with its result."""

    id = StringField(primary_key=True)
    fingerprint = StringField(required=True)
    holder = StringField(required=True)
    state = StringField(required=True, choices=("in_progress", "done"))
    leased_until = DateTimeField(required=True)
    result = DictField()
    expires_at = DateTimeField(required=True)

    meta = {
        "collection": "idempotency",
        "indexes": [
            # What is over goes by itself.
            {"fields": ["expires_at"], "name": "expires_at", "expireAfterSeconds": 0},
        ],
    }


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that brings a key: the key, and a digest of everything that was asked."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry a request out, or with a `result` what it led to before."""

    row_id: str
    holder: str
    result: dict[str, Any] | None = None

    def finish(self, result: dict[str, Any]) -> None:
        """Store what it led to, of BSON's kinds; call it in the transaction that did it.

        Raises IdempotencyInProgress, which undoes the transaction, when it took so long that another
        process went on in its place.
        """
        done = {"$set": {"state": "done", "result": result}}
        if not _rows().update_one({"_id": self.row_id, "holder": self.holder}, done).matched_count:
            raise _in_progress()

    def give_back(self) -> None:
        """Free the key, unless it is done."""
        _rows().delete_one({"_id": self.row_id, "holder": self.holder, "state": "in_progress"})


#: The claims of requests of this process that are over and did not lead to anything.
_left_behind: set[Claim] = set()


@contextmanager
def once(attempt: Attempt, *, scope: str) -> Iterator[Claim]:
    """The claim to a request, whose key is free again when what is inside raises.

    Raises IdempotencyInProgress while it is being carried out elsewhere, and IdempotencyKeyReused when the
    key came with another request.
    """
    claim = _claimed(attempt, scope)
    if claim.result is not None:
        yield claim
        return
    try:
        yield claim
    except BaseException:
        _left_behind.add(claim)
        with suppress(PyMongoError):
            _give_back_what_was_left()
        raise


def attempt_of_request() -> Attempt:
    """The attempt that this request is, by its header or by the hidden field of its form.

    Raises IdempotencyKeyRequired when it brings no key of 1 to 255 plain characters.
    """
    key = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not re.fullmatch(r"[\x20-\x7e]{1,255}", key.strip()):
        raise IdempotencyKeyRequired(
            f"Send the header {HEADER} with 1 to 255 characters of your own choice, new for each request."
        )
    return Attempt(key.strip(), _fingerprint())


def hidden_key() -> str:
    """The key of a form on a page: the one that it was sent with, so that a second press does nothing new."""
    found: str = g.get(FIELD) or request.form.get(FIELD, "") or secrets.token_urlsafe(16)
    return found


def _fingerprint() -> str:
    """A digest of what the request asks, whatever order and spaces it is written in."""
    if request.is_json:
        body: Any = request.get_json()
    else:
        body = {
            name: request.form.getlist(name) for name in request.form if name not in ("csrf_token", FIELD)
        }
    text = json.dumps([request.method, request.path, body], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def _claimed(attempt: Attempt, scope: str) -> Claim:
    row_id = hashlib.blake2b(f"{scope}\n{attempt.key}".encode(), digest_size=20).hexdigest()
    holder, until = secrets.token_hex(8), time.monotonic() + TWIN_WAITS_SECONDS
    _give_back_what_was_left()
    while True:
        try:
            if _inserted(row_id, holder, attempt.fingerprint):
                return Claim(row_id, holder)
        except PyMongoError:  # the row may be there for all that
            _left_behind.add(Claim(row_id, holder))
            raise
        row = _rows().find_one({"_id": row_id})
        if row is not None:
            claim = _claim_to(row, holder, attempt.fingerprint)
            if claim is not None:
                return claim
            if time.monotonic() > until:
                raise _in_progress()
            time.sleep(_LOOK_EVERY_SECONDS)


def _give_back_what_was_left() -> None:
    """Free the keys of this process's requests that are over; the lease frees what it does not come to."""
    for claim in tuple(_left_behind):
        claim.give_back()
        _left_behind.discard(claim)


def _lease() -> timedelta:
    """How long a request may hold its key: beyond its deadline at the database, when it is dead."""
    return timedelta(seconds=2 * current_app.config["REQUEST_TIMEOUT"] + 1)


def _inserted(row_id: str, holder: str, fingerprint: str) -> bool:
    moment = now()
    row = {
        "_id": row_id,
        "fingerprint": fingerprint,
        "holder": holder,
        "state": "in_progress",
        "leased_until": moment + _lease(),
        "expires_at": moment + KEPT,
        "version": 0,
    }
    try:
        _rows().insert_one(row)
    except DuplicateKeyError:
        return False
    return True


def _claim_to(row: dict[str, Any], holder: str, fingerprint: str) -> Claim | None:
    """What the row gives: its result, or the place of a process that died; None while it is in progress."""
    if row["fingerprint"] != fingerprint:
        if has_request_context():
            setattr(g, FIELD, secrets.token_urlsafe(16))  # the page that says so can be sent
        raise IdempotencyKeyReused(
            "This was sent before with something else in it. Look whether it was done, then send it anew."
        )
    if row["state"] == "done":
        return Claim(row["_id"], row["holder"], row["result"])
    died = {
        "_id": row["_id"],
        "holder": row["holder"],
        "state": "in_progress",
        "leased_until": {"$lt": now()},
    }
    taken_over = {"$set": {"holder": holder, "leased_until": now() + _lease()}}
    return Claim(row["_id"], holder) if _rows().update_one(died, taken_over).modified_count else None


def _in_progress() -> IdempotencyInProgress:
    return IdempotencyInProgress(
        "This is being carried out right now. Send it again in a second to see what came of it.",
        retry_after=1,
    )


def _rows() -> Any:
    return connections.database()["idempotency"]


def init_app(app: Flask) -> None:
    """Let templates write the key into their forms."""
    app.jinja_env.globals["idempotency_key"] = hidden_key
