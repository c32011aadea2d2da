"""What a shop sets of a conversation over JSON, and takes back in it."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, identity
from ...shared.api import Problem
from .. import services
from ..schemas import OneConversationSchema, PutConversation
from ..services import ListedOne, Seat
from . import blueprint

_AT = "/seller/<shop>/conversations/<object_id:conversation_id>"


@blueprint.patch(_AT)
@blueprint.arguments(PutConversation)
@blueprint.response(200, OneConversationSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("write:messages")
def put_shop_conversation(asked: dict[str, Any], shop: str, conversation_id: ObjectId) -> ListedOne:
    """Mute a conversation, or put it out of the inbox; something new brings it back there."""
    services.put(_seat(shop, conversation_id), **asked)
    return services.listed_one(_seat(shop, conversation_id))


@blueprint.put(f"{_AT}/block")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("write:messages")
def block_buyer(shop: str, conversation_id: ObjectId) -> None:
    """Block the buyer: neither side writes to the other, but about orders that run."""
    services.block(_seat(shop, conversation_id))


@blueprint.delete(f"{_AT}/block")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("write:messages")
def unblock_buyer(shop: str, conversation_id: ObjectId) -> None:
    """Take messages from the buyer again."""
    services.unblock(_seat(shop, conversation_id))


@blueprint.delete(f"{_AT}/messages/<int:seq>")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Somebody else wrote it.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It is there for more than a quarter of an hour.")
@access.seller("write:messages")
def delete_shop_message(shop: str, conversation_id: ObjectId, seq: int) -> None:
    """Delete what you wrote a moment ago; its number stays."""
    services.delete_message(_seat(shop, conversation_id), seq=seq)


def _seat(shop: str, conversation_id: ObjectId) -> Seat:
    return services.shop_seat(identity.signed_in_user(), shop, conversation_id)
