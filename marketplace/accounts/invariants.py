"""What must hold of the stored accounts; that each shop has its owner is seen by its `IdOf`."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.checks import Finding, Invariant
from .repositories import notifications, users


def _uneven_emails() -> Iterator[Finding]:
    for row in users.with_uneven_email():
        yield Finding("users", row["_id"], f"Its e-mail address {row.get('email')} is not in lower case.")


def _silent_bells() -> Iterator[Finding]:
    for row in notifications.uncounted():
        sentence = f"Of what it was told {row['unread']} are unread, and its bell shows {row['says']}."
        yield Finding("users", row["_id"], sentence)


INVARIANTS = (
    Invariant("E-mail addresses are in lower case, so that people can sign in.", "users", _uneven_emails),
    Invariant("The bell shows no less than what is unread.", "users", _silent_bells),
)
