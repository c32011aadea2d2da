"""A client whose every write is acknowledged by the majority, inside of transactions and outside.

pymongo sends a client's write concern with every write of a bound session, and the server refuses it inside
a transaction. This write concern is therefore one thing outside of a transaction, and nothing inside of one.
"""

from __future__ import annotations

from typing import Any

import pymongo
from pymongo.synchronous import client_session
from pymongo.write_concern import WriteConcern

#: The session that `ClientSession.bind()` bound to the running context. pymongo does not show it otherwise;
#: should a later version keep it elsewhere, single writes follow the server's default as they would without.
_bound = getattr(client_session, "_SESSION", None)


def in_transaction() -> bool:
    """Whether a transaction is open in a session that is bound here."""
    session = _bound.get() if _bound is not None else None
    return session is not None and session.in_transaction


class MajorityOutsideTransactions(WriteConcern):
    """`w: majority` for single writes; a transaction's writes have the concern of its commit."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(w="majority")

    @property
    def document(self) -> dict[str, Any]:
        """What is sent with a write, if anything."""
        return {} if in_transaction() else super().document

    @property
    def is_server_default(self) -> bool:
        """Whether nothing is sent."""
        return in_transaction()


_CONCERN = MajorityOutsideTransactions() if _bound is not None else WriteConcern()


class Client(pymongo.MongoClient[dict[str, Any]]):
    """The driver's client with that write concern, which all its databases and collections take over."""

    @property
    def write_concern(self) -> WriteConcern:
        """Read by the driver, and by MongoEngine, for each write."""
        return _CONCERN
