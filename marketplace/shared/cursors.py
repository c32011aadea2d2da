"""Cursors: positions in a list as signed text, bound to the list that they were cut from."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from bson import json_util
from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from .errors import BadRequest
from .paging import Page, Position


class InvalidCursor(BadRequest):
    """The cursor is damaged, or was given by a list with other filters."""


def encode(position: Position | None, listing: str) -> str | None:
    """The cursor for a position in the listing; None where the list ends."""
    if position is None:
        return None
    values = json_util.dumps(position.values, json_options=json_util.CANONICAL_JSON_OPTIONS)
    return _signer().dumps([int(position.backwards), values, _fingerprint(listing)])


def decode(cursor: str | None, listing: str) -> Position | None:
    """The position that a cursor of this listing stands for; raises InvalidCursor."""
    if not cursor:
        return None
    try:
        backwards, values, fingerprint = _signer().loads(cursor)
    except (BadSignature, ValueError):
        raise InvalidCursor("This cursor is damaged. Start again without it.", field="cursor") from None
    if fingerprint != _fingerprint(listing):
        raise InvalidCursor("This cursor belongs to another list. Start again without it.", field="cursor")
    options = json_util.JSONOptions(tz_aware=True)
    return Position(tuple(json_util.loads(values, json_options=options)), bool(backwards))


def listing_of(arguments: dict[str, Any]) -> str:
    """The name of the list that this request asks for: its address and filters without the page."""
    filters = {name: value for name, value in arguments.items() if name not in ("cursor", "limit")}
    return f"{request.path}?{sorted((name, str(value)) for name, value in filters.items())}"


def page_json(page: Page[Any], listing: str, limit: int) -> dict[str, Any]:
    """The body of a list's answer: rows and the cursors around them."""
    return {
        "data": page.items,
        "page": {
            "next": encode(page.next, listing),
            "previous": encode(page.previous, listing),
            "limit": limit,
        }
        | page.extra,
    }


def page_links(page: Page[Any], listing: str) -> dict[str, str | None]:
    """The addresses of the pages around this one, for the `pager` macro: `next_url` and `prev_url`."""
    address = url_for(request.endpoint or "", **request.view_args or {})
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]

    def link(position: Position | None) -> str | None:
        cursor = encode(position, listing)
        return f"{address}?{urlencode([*kept, ('cursor', cursor)])}" if cursor else None

    return {"next_url": link(page.next), "prev_url": link(page.previous)}


def _signer() -> URLSafeSerializer:
    return _signer_with(current_app.config["SECRET_KEY"])


@lru_cache(1)
def _signer_with(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="cursor")


def _fingerprint(listing: str) -> str:
    return hashlib.blake2b(listing.encode(), digest_size=8).hexdigest()
