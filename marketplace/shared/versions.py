"""Versions over HTTP: an ETag says which version is shown, `If-Match` which one a change is made to."""

from __future__ import annotations

from flask import request

from .errors import PreconditionRequired, VersionConflict


def etag_of(version: int) -> dict[str, str]:
    """The header of an answer that shows this version."""
    return {"ETag": f'"{version}"'}


def asked_version() -> int:
    """The version that the request's `If-Match` names.

    Raises PreconditionRequired without one, and VersionConflict for a tag that names none of ours.
    """
    tags = list(request.if_match.as_set(include_weak=True))
    if not tags:
        raise PreconditionRequired("Send If-Match with the ETag of what you saw, so that no change is lost.")
    if len(tags) != 1 or not tags[0].isdecimal() or len(tags[0]) > 10:
        raise VersionConflict("This is not the present version. Load it again, then send your change.")
    return int(tags[0])
