"""What commands tell a person at a terminal when they cannot do their work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from mongoengine.connection import ConnectionFailure
from pymongo.errors import ConnectionFailure as ServerLost
from pymongo.errors import OperationFailure

from .errors import MarketplaceError

#: The server's codes for a user or a password that it does not know; the second is Atlas's own.
_REFUSED_LOGINS = (18, 8000)


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """End the command with one sentence when a rule says no, or when MongoDB is not to be had.

    Works as a decorator too. What nobody foresaw keeps its traceback.
    """
    try:
        yield
    except MarketplaceError as error:
        raise click.ClickException(str(error)) from None
    except (ConnectionFailure, ServerLost):
        raise click.ClickException("MongoDB does not answer. Check MARKETPLACE_MONGODB_URI.") from None
    except OperationFailure as error:
        if error.code not in _REFUSED_LOGINS:
            raise
        raise click.ClickException(
            "MongoDB refuses the user or the password of MARKETPLACE_MONGODB_URI."
        ) from None
