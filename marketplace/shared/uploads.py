"""Routes that take files: how much may be sent at once, and what is said of more.

    @blueprint.post("/pictures")
    @uploads.takes(32 * MEGABYTE, "Send fewer pictures at once.")
    @access.seller("write:products")
    def add(...): ...

All other routes keep to `http.LARGEST_BODY`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request

MEGABYTE = 2**20

#: The code of a body with files that is larger than its route takes.
CODE = "file_too_large"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest body of a route in bytes, and the sentence for who sends more."""

    size: int
    sentence: str


def takes(size: int, sentence: str) -> Callable[[View], View]:
    """A route whose body may have so many bytes."""

    def declare(view: View) -> View:
        view.body_limit = Limit(size, sentence)  # type: ignore[attr-defined]
        return view

    return declare


def limit_of_request() -> Limit | None:
    """The limit of the route that is asked, or None where it takes no files."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "body_limit", None)
