"""How the commands of db-migrate end: each refusal of a migration has its exit code."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from ...migrations import Interrupted, MigrationError, Stopped, Unexpected
from ...migrations.errors import Unnameable
from ..output import Exit, Refused, answering

T = TypeVar("T")

CODES: dict[type[MigrationError], Exit] = {
    Interrupted: Exit.INTERRUPTED,
    Unexpected: Exit.DRIFT,
    Stopped: Exit.PENDING,
    Unnameable: Exit.USAGE,
}


def migrating(function: Callable[..., T]) -> Callable[..., T]:
    """Make a command of the function: `answering`, with the sentences of migrations."""

    @functools.wraps(function)
    def ending(*args: Any, **kwargs: Any) -> T:
        try:
            return function(*args, **kwargs)
        except MigrationError as error:
            raise Refused(str(error), CODES.get(type(error), Exit.FAILED)) from None

    return answering(ending)
