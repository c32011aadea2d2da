"""What a session holds, as it is stored: msgpack, bounded, and never run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from time import time
from typing import Any

import msgspec
from bson import ObjectId

#: A session's value may not grow beyond this many bytes: it is no place for data.
LARGEST = 16_384

#: Under these names a session keeps when it began, whose it is, where that was, and for how many seconds
#: it lasts at most, where that is less than for others.
SINCE, USER, BROWSER, NETWORK, LONGEST = "_since", "user_id", "_browser", "_network", "_longest"


def encode(values: Mapping[str, Any]) -> bytes:
    """The bytes to store.

    Texts of special classes, such as Markup, and ObjectIds become plain texts; moments stay moments when
    they have a time zone. Raises TypeError for anything else, and ValueError beyond `LARGEST`.
    """
    parts = {name: _encoded(name, value) for name, value in values.items()}
    stored = msgspec.msgpack.encode({name: msgspec.Raw(part) for name, part in parts.items()})
    if len(stored) > LARGEST:
        name = max(parts, key=lambda name: len(parts[name]))
        raise ValueError(
            f"A session of {len(stored)} bytes is larger than {LARGEST}; {name!r} takes {len(parts[name])}. "
            "Keep the data in MongoDB and its id in the session."
        )
    return stored


def _encoded(name: str, value: Any) -> bytes:
    try:
        return msgspec.msgpack.encode(value, enc_hook=_plain)
    except TypeError as error:
        raise TypeError(f"{name!r} cannot be kept in a session: {error}.") from None


def _plain(value: Any) -> str:
    if isinstance(value, (str, ObjectId)):
        return "".join(value) if isinstance(value, str) else str(value)
    raise TypeError(f"a {type(value).__name__} is no text, number, moment, list or dict")


def decode(stored: Any, longest: timedelta) -> dict[str, Any] | None:
    """What a session holds that began no longer ago than `longest`; None for whatever else Redis has."""
    if stored is None:
        return None
    try:
        values = msgspec.msgpack.decode(stored, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None
    since = values.get(SINCE)
    own = values.get(LONGEST)
    bound = min(longest.total_seconds(), own if isinstance(own, int) else longest.total_seconds())
    if not isinstance(since, int) or time() - since > bound:
        return None
    return values
