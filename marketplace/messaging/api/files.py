"""Files of messages: sent as a form, and given to the two sides of their conversation alone."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Response

from ...catalog.services import private_files
from ...shared import access, downloads, http, identity, uploads
from ...shared.api import Problem
from .. import services
from ..schemas import SendFiles, SentSchema
from ..services import LARGEST_REQUEST, TOO_MUCH, Sent
from ..values import Attachment
from . import blueprint
from .conversations import status_of

_AT = "/conversations/<object_id:conversation_id>"
_OF_SHOP = f"/seller/<shop>{_AT}"

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
    kind, name, tag = attachment.type, attachment.name, attachment.id
    return downloads.private_file(found.body, size=found.size, kind=kind, name=name, tag=tag)
