"""What can go wrong for a reason that a person can act on.

A rule that is broken raises a `MarketplaceError` of one of ten kinds. Contexts name their own facts as
subclasses (`InsufficientStock`); the stable `code` that API clients read derives from the class name.
Only `marketplace.shared.problems` knows which HTTP status a kind answers with.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class MarketplaceError(Exception):
    """A rule said no; `str(error)` is a sentence for the person who asked.

    `field` names the input to mend, in the dotted form of the request body (`ship_to.postal`).
    `details` are facts for programs, shown beside the code in API answers.
    """

    code: ClassVar[str] = "marketplace_error"

    def __init__(self, message: str, *, field: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.field = field
        self.details = details

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field, for a form; empty when the error is about no field."""
        return {self.field: [str(self)]} if self.field else {}


class Invalid(MarketplaceError):
    """What was sent breaks a rule, whoever sends it and whenever."""

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        errors: dict[str, list[str]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message, field=field, **details)
        self._errors = errors or {}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field, several at once where the whole input was looked at."""
        return self._errors or super().errors


class TooLarge(MarketplaceError):
    """More was sent than is taken."""


class BadRequest(MarketplaceError):
    """The question itself is malformed: an unknown parameter, a cursor of another list."""


class UnknownParameter(BadRequest):
    """The query has a parameter that is not documented; `allowed` names those that are."""


class Unauthenticated(MarketplaceError):
    """Nobody knows yet who is asking."""


class Forbidden(MarketplaceError):
    """Known, and not allowed."""


class NotYourRole(Forbidden):
    """Only somebody who looks after the marketplace, in the role for this, may do it."""


class NotFound(MarketplaceError):
    """It is not there, or not there for this person."""


class Conflict(MarketplaceError):
    """It was fine to ask, and the present state does not allow it."""


class Gone(MarketplaceError):
    """It was there once, and its time is over."""


class RateLimited(MarketplaceError):
    """It was tried too often; `retry_after` is how many seconds to wait."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class PreconditionRequired(MarketplaceError):
    """A change has to say which version it is meant for, in the header If-Match."""


class Unavailable(MarketplaceError):
    """A server that is needed does not answer now; the same request may work later."""


class VersionConflict(Conflict):
    """Someone else saved the same thing in between."""
