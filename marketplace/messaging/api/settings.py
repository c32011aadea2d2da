"""What a buyer sets of a conversation over JSON, and takes back in it."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, identity
from ...shared.api import Problem
from .. import services
from ..schemas import OneConversationSchema, PutConversation
from ..services import ListedOne, Seat
from . import blueprint

_AT = "/conversations/<object_id:conversation_id>"


@blueprint.patch(_AT)
@blueprint.arguments(PutConversation)
@blueprint.response(200, OneConversationSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def put_conversation(asked: dict[str, Any], conversation_id: ObjectId) -> ListedOne:
    """Mute a conversation, or put it out of the inbox; something new brings it back there."""
    services.put(_seat(conversation_id), **asked)
    return services.listed_one(_seat(conversation_id))


@blueprint.put(f"{_AT}/block")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def block_shop(conversation_id: ObjectId) -> None:
    """Block the shop: neither side writes to the other, but about orders that run."""
    services.block(_seat(conversation_id))


@blueprint.delete(f"{_AT}/block")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def unblock_shop(conversation_id: ObjectId) -> None:
    """Take messages from the shop again."""
    services.unblock(_seat(conversation_id))


@blueprint.delete(f"{_AT}/messages/<int:seq>")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Somebody else wrote it.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It is there for more than a quarter of an hour.")
@access.signed_in
def delete_message(conversation_id: ObjectId, seq: int) -> None:
    """Delete what you wrote a moment ago; its number stays."""
    services.delete_message(_seat(conversation_id), seq=seq)


def _seat(conversation_id: ObjectId) -> Seat:
    return services.buyer_seat(identity.signed_in_user(), conversation_id)
