"""Storing the drawings of sample data, which are trusted. What people upload goes through `pictures`."""

from __future__ import annotations

import hashlib

from ...shared.errors import Invalid
from ..documents import Media
from ..repositories import drawings

#: What a picture may be, and how its name ends.
ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

#: The largest picture, in bytes.
LARGEST = 1_048_576


def store_picture(*, body: bytes, content_type: str) -> str:
    """The name of the stored picture, which its content gives it: the same picture is stored once.

    Trusts its caller: pictures of strangers do not come this way. Raises Invalid for other types and
    for more than one megabyte.
    """
    name = named(body, content_type)
    drawings.keep(Media(name=name, content_type=content_type, body=body))
    return name


def named(body: bytes, content_type: str) -> str:
    """The name that a picture's content gives it; raises Invalid like `store_picture`."""
    if content_type not in ENDINGS:
        raise Invalid("A picture is a JPEG, PNG, WebP or SVG.", field="content_type")
    if not 0 < len(body) <= LARGEST:
        raise Invalid("A picture has at most one megabyte.", field="body")
    return f"{hashlib.sha256(body).hexdigest()[:32]}.{ENDINGS[content_type]}"
