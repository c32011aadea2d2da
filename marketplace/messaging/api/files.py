"""Files of messages: sent as a form, and given to the two sides of their conversation alone."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote

from bson import ObjectId
from flask import Response, current_app, request
from werkzeug.http import dump_options_header

from ...catalog.services import private_files
from ...shared import access, http, identity, uploads
from ...shared.api import Problem
from .. import services
from ..schemas import SendFiles, SentSchema
from ..services import LARGEST_REQUEST, TOO_MUCH, Sent
from ..values import Attachment
from . import blueprint
from .conversations import status_of

_AT = "/conversations/<object_id:conversation_id>"
_OF_SHOP = f"/seller/<shop>{_AT}"

#: The files come as they are, and nothing in them may run, load, or be shown inside another page.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}

_FILE = {"type": "string", "format": "binary"}


@blueprint.post(f"{_AT}/files")
@blueprint.arguments(SendFiles, location="multipart")
@blueprint.response(201, SentSchema)
@blueprint.alt_response(200, schema=SentSchema, description="It was sent before under this `client_id`.")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`blocked` by yourself, or `cannot_message`.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(413, schema=Problem, description="A file is too large.")
@blueprint.alt_response(422, schema=Problem, description="A file is neither a picture nor a PDF.")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.signed_in
def send_files(said: dict[str, Any], conversation_id: ObjectId) -> tuple[Sent, int]:
    """Send the shop files, with or without words; all of them or, where one is refused, none."""
    seat = services.buyer_seat(identity.signed_in_user(), conversation_id)
    done = services.send_message(seat, attachments=said.pop("files"), kept=http.renew_deadline, **said)
    return done, status_of(done)


@blueprint.post(f"{_OF_SHOP}/files")
@blueprint.arguments(SendFiles, location="multipart")
@blueprint.response(201, SentSchema)
@blueprint.alt_response(200, schema=SentSchema, description="It was sent before under this `client_id`.")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`blocked` by yourself, or `cannot_message`.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(413, schema=Problem, description="A file is too large.")
@blueprint.alt_response(422, schema=Problem, description="A file is neither a picture nor a PDF.")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.seller("write:messages")
def send_shop_files(said: dict[str, Any], shop: str, conversation_id: ObjectId) -> tuple[Sent, int]:
    """Send the buyer files, with or without words; all of them or, where one is refused, none."""
    seat = services.shop_seat(identity.signed_in_user(), shop, conversation_id)
    done = services.send_message(seat, attachments=said.pop("files"), kept=http.renew_deadline, **said)
    return done, status_of(done)


@blueprint.get(f"{_AT}/attachments/<string:attachment_id>")
@blueprint.response(200, _FILE, content_type="application/octet-stream")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def download_attachment(conversation_id: ObjectId, attachment_id: str) -> Response:
    """A file of one of your conversations: a WebP or a PDF."""
    seat = services.buyer_seat(identity.signed_in_user(), conversation_id)
    return download_of(services.find_attachment(seat, attachment_id))


@blueprint.get(f"{_OF_SHOP}/attachments/<string:attachment_id>")
@blueprint.response(200, _FILE, content_type="application/octet-stream")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:messages")
def download_shop_attachment(shop: str, conversation_id: ObjectId, attachment_id: str) -> Response:
    """A file of one of your shop's conversations: a WebP or a PDF."""
    seat = services.shop_seat(identity.signed_in_user(), shop, conversation_id)
    return download_of(services.find_attachment(seat, attachment_id))


def download_of(attachment: Attachment) -> Response:
    """The file as a download, for whoever was found to be allowed to see it."""
    found = private_files.find(attachment.file)
    response = current_app.response_class(found.body, mimetype=attachment.type, direct_passthrough=True)
    response.content_length = found.size
    response.headers.update(_HEADERS)
    response.headers["Content-Disposition"] = _as_download(attachment.name)
    response.set_etag(attachment.id)
    response.make_conditional(request)
    return response


def _as_download(name: str) -> str:
    """The header that has a browser save the file under its name (RFC 6266), in whatever letters it is."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    return dump_options_header("attachment", names)
