"""Changes on a condition: what is changed is still what its editor saw (RFC 9110, `If-Match`).

The tag of a version is its number in quotes, `"7"`; a tag of the public API has a digest behind it,
`"7-9f3c…"`, and counts as that version too. A proxy that packs answers marks their tags as weak (`W/"7"`);
that is let through, since the version behind it is exact.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Response, g, request
from werkzeug.http import generate_etag

from .errors import PreconditionRequired, VersionConflict

#: The header in the API's documentation, for `@blueprint.doc(parameters=[IF_MATCH])`.
IF_MATCH: dict[str, Any] = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "example": '"7"',
    "description": "The ETag of the answer that you saw, or `*` to change it whatever it is by now.",
}

#: The same where it may be left out.
IF_MATCH_OPTIONAL = IF_MATCH | {"required": False}

_TAG = re.compile(r'^(?:W/)?"([0-9]{1,10})(?:-[0-9a-f]+)?"$')


def expected_version(*, required: bool = True) -> int | None:
    """The version that the request's `If-Match` names; None when any will do.

    Raises PreconditionRequired when there is no such header and it is `required`, and VersionConflict for
    a tag that no version has.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent and required:
        raise PreconditionRequired(
            "Send the ETag of what you saw as If-Match, so that nobody's changes are lost; * takes any."
        )
    if not sent or sent == "*":
        return None
    found = _TAG.match(sent)
    if found is None:
        raise VersionConflict("This If-Match is no ETag of what you change. Load it again, then save.")
    return int(found[1])


def tag_of(version: int) -> dict[str, str]:
    """The header that tells the version of what an answer shows."""
    return {"ETag": f'"{version}"'}


def show_version(version: int) -> None:
    """Let the tag that this answer gets by its content begin with the version of what it shows."""
    g.shown_version = version


def tag_by_content(response: Response) -> None:
    """Tag an answer by its content, behind the version that was shown, if any."""
    digest, version = generate_etag(response.get_data()), g.pop("shown_version", None)
    response.set_etag(digest if version is None else f"{version}-{digest}")
