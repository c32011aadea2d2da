"""Routes that take files: how much may be sent at once, and what is said of more.

    @blueprint.post("/pictures")
    @uploads.takes(32 * MEGABYTE, "Send fewer pictures at once.")
    @access.seller("write:products")
    def add(...): ...

All other routes keep to `http.LARGEST_BODY`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from flask import current_app, request

MEGABYTE = 2**20

#: The code of a body with files that is larger than its route takes.
CODE = "file_too_large"

#: How much of a body that is too large is read and left aside, in bytes, and for how long, in seconds.
MOST_LEFT_ASIDE, PATIENCE = 128 * MEGABYTE, 10.0

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


def refused() -> Limit | None:
    """The limit of the route whose body was too large for it, or None where it takes no files.

    What is still on its way is read and left aside, within bounds: a browser that is cut off while it sends
    shows a broken connection in place of the answer.
    """
    limit = limit_of_request()
    if limit is not None:
        _leave_aside(request.environ["wsgi.input"], request.content_length or 0)
    return limit


def _leave_aside(body: IO[bytes], length: int) -> None:
    until, left = time.monotonic() + PATIENCE, min(length, MOST_LEFT_ASIDE)
    with suppress(OSError):
        while left > 0 and time.monotonic() < until:
            read = len(body.read(min(left, 2**16)))
            if not read:
                break
            left -= read


def limit_of_request() -> Limit | None:
    """The limit of the route that is asked, or None where it takes no files."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "body_limit", None)
