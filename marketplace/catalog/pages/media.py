"""Where pictures are served from, and what pages show of them."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access
from ..errors import PictureNotFound
from ..repositories import drawings
from ..repositories.media import is_name
from ..services import pictures
from ..values import Picture
from .blueprint import blueprint

#: A drawing may hold styles, and neither it nor anything else may run or load.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get("/media/<name>")
@access.everyone
def show_picture(name: str) -> ResponseReturnValue:
    """A stored picture, which never changes under its name."""
    if not name.isascii() or len(name) > 80:
        raise PictureNotFound("There is no picture at this address.")
    response = _file(name) if is_name(name) else _drawing(name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(name)
    return response.make_conditional(request)


def address(name: str) -> str:
    """Where the file of a picture is served from."""
    return url_for("catalog_pages.show_picture", name=name)


def image(picture: Picture) -> dict[str, Any]:
    """What templates show of a picture: its addresses by size, its measures, and its words."""
    return {
        "file": picture.file,
        "url": address(picture.file),
        "small": address(picture.small),
        "large": address(picture.large),
        "srcset": ", ".join(f"{address(name)} {width}w" for name, width in picture.widths.items()),
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
    }


def _file(name: str) -> Response:
    found = pictures.find_file(name)
    response = current_app.response_class(found.body, mimetype="image/webp", direct_passthrough=True)
    response.content_length = found.size
    return response


def _drawing(name: str) -> Response:
    found = drawings.get(name)
    return current_app.response_class(found.body, content_type=found.content_type)
