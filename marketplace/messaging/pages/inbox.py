"""A member's conversations with shops."""

from __future__ import annotations

from bson import ObjectId
from flask.typing import ResponseReturnValue

from ...shared import access, uploads
from ..services import LARGEST_REQUEST, TOO_MUCH
from . import blueprint, desks, threads


@blueprint.get("/inbox")
@access.signed_in
def show_inbox() -> ResponseReturnValue:
    """The conversations of whoever is signed in, last active first."""
    return threads.inbox_page(desks.of_member())


@blueprint.get("/inbox/new")
@access.signed_in
def new_message() -> ResponseReturnValue:
    """The form to ask a shop about a product, an order or itself."""
    return threads.new_page(desks.of_member())


@blueprint.post("/inbox/new")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.signed_in
def start_conversation() -> ResponseReturnValue:
    """Ask a shop something."""
    return threads.start(desks.of_member())


@blueprint.get("/inbox/<object_id:conversation_id>")
@access.signed_in
def show_thread(conversation_id: ObjectId) -> ResponseReturnValue:
    """What a member and a shop say to each other."""
    return threads.thread_page(desks.of_member(), conversation_id)


@blueprint.post("/inbox/<object_id:conversation_id>")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.signed_in
def send_reply(conversation_id: ObjectId) -> ResponseReturnValue:
    """Write to the shop."""
    return threads.reply(desks.of_member(), conversation_id)


@blueprint.post("/inbox/<object_id:conversation_id>/<any(mute,unmute,archive,unarchive,block,unblock):step>")
@access.signed_in
def take_step(conversation_id: ObjectId, step: str) -> ResponseReturnValue:
    """Mute a conversation, archive it or block the shop, or take that back."""
    return threads.take_step(desks.of_member(), conversation_id, step)


@blueprint.post("/inbox/<object_id:conversation_id>/messages/<int:seq>/delete")
@access.signed_in
def delete_message(conversation_id: ObjectId, seq: int) -> ResponseReturnValue:
    """Delete what one wrote a moment ago."""
    return threads.delete(desks.of_member(), conversation_id, seq)
