"""A shop's conversations with buyers."""

from __future__ import annotations

from bson import ObjectId
from flask.typing import ResponseReturnValue

from ...shared import access, uploads
from ..services import LARGEST_REQUEST, TOO_MUCH
from . import blueprint, desks, threads


@blueprint.get("/sell/<shop>/messages")
@access.seller("read:messages")
def show_shop_inbox(shop: str) -> ResponseReturnValue:
    """The shop's conversations, last active first."""
    return threads.inbox_page(desks.of_shop(shop))


@blueprint.get("/sell/<shop>/messages/new")
@access.seller("read:messages")
def new_shop_message(shop: str) -> ResponseReturnValue:
    """The form to write to the buyer of an order."""
    return threads.new_page(desks.of_shop(shop))


@blueprint.post("/sell/<shop>/messages/new")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.seller("write:messages")
def start_shop_conversation(shop: str) -> ResponseReturnValue:
    """Write to the buyer of an order."""
    return threads.start(desks.of_shop(shop))


@blueprint.get("/sell/<shop>/messages/<object_id:conversation_id>")
@access.seller("read:messages")
def show_shop_thread(shop: str, conversation_id: ObjectId) -> ResponseReturnValue:
    """What a buyer and the shop say to each other."""
    return threads.thread_page(desks.of_shop(shop), conversation_id)


@blueprint.post("/sell/<shop>/messages/<object_id:conversation_id>")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.seller("write:messages")
def send_shop_reply(shop: str, conversation_id: ObjectId) -> ResponseReturnValue:
    """Write to the buyer."""
    return threads.reply(desks.of_shop(shop), conversation_id)


@blueprint.post(
    "/sell/<shop>/messages/<object_id:conversation_id>/<any(mute,unmute,archive,unarchive,block,unblock):step>"
)
@access.seller("write:messages")
def take_shop_step(shop: str, conversation_id: ObjectId, step: str) -> ResponseReturnValue:
    """Mute a conversation, archive it or block the buyer, or take that back."""
    return threads.take_step(desks.of_shop(shop), conversation_id, step)


@blueprint.post("/sell/<shop>/messages/<object_id:conversation_id>/messages/<int:seq>/delete")
@access.seller("write:messages")
def delete_shop_message(shop: str, conversation_id: ObjectId, seq: int) -> ResponseReturnValue:
    """Delete what one wrote a moment ago."""
    return threads.delete(desks.of_shop(shop), conversation_id, seq)
