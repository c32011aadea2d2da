"""Private files as downloads, for whoever was found to be allowed to see them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from flask import Response, current_app, request
from werkzeug.http import dump_options_header

#: The files come as they are, and nothing in them may run, load, or be shown inside another page.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


def private_file(body: Iterable[bytes], *, size: int, kind: str, name: str, tag: str) -> Response:
    """The answer that is a file of so many bytes; `kind` is its media type, and `tag` names what is in it."""
    response = current_app.response_class(body, mimetype=kind, direct_passthrough=True)
    response.content_length = size
    response.headers.update(HEADERS)
    response.headers["Content-Disposition"] = _as_download(name)
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def _as_download(name: str) -> str:
    """The header that has a browser save the file under its name (RFC 6266), in whatever letters it is."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    return dump_options_header("attachment", names)
