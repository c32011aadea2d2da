"""What the address of a list says, and the tabs above it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from marshmallow import Schema


def known(schema: Schema, **plain: str) -> dict[str, str]:
    """What the query asks of the list, without what somebody else put into the address; else `plain`."""
    return plain | {name: request.args[name] for name in schema.fields if name in request.args}


def tabs(
    name: str, labels: dict[str, str], current: str | None, counts: dict[str, int | str] | None = None
) -> list[dict[str, Any]]:
    """The tabs of this list, each setting the query's `name`, with how many each holds where that is said."""
    return [
        {
            "label": label,
            "url": url_for(request.endpoint or "", **(request.view_args or {}) | {name: value}),
            "current": value == current,
            "count": (counts or {}).get(value),
        }
        for value, label in labels.items()
    ]
