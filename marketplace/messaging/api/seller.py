"""A shop's conversations over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Response

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.api import Problem
from ...shared.schemas import page_schema
from .. import services
from ..schemas import (
    ConversationSchema,
    InboxQuery,
    OneConversationSchema,
    ReadUpTo,
    SendMessage,
    SentSchema,
    StartAboutOrder,
    ThreadQuery,
    ThreadSchema,
)
from ..services import ListedOne, Seat, Sent, Thread
from ..values import Side
from . import blueprint
from .conversations import ASK_LATER, NOTHING_YET, messages_for, page_of, status_of


@blueprint.get("/seller/<shop>/conversations")
@blueprint.arguments(InboxQuery, location="query")
@blueprint.response(200, page_schema(ConversationSchema, "ShopConversationPage"))
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:messages")
def list_shop_conversations(query: dict[str, Any], shop: str) -> dict[str, Any]:
    """Your shop's conversations with buyers, last active first."""
    return page_of(Side.SHOP, accounts.own_shop(identity.signed_in_user(), shop).pk, query)


@blueprint.post("/seller/<shop>/conversations")
@blueprint.arguments(StartAboutOrder)
@blueprint.response(201, SentSchema)
@blueprint.alt_response(200, schema=SentSchema, description="It was sent before under this `client_id`.")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`no_relationship`: a guest bought this.")
@blueprint.alt_response(404, schema=Problem, description="Your shop has no such order.")
@blueprint.alt_response(429, schema=Problem, description="That was too often; `Retry-After` says how long.")
@access.seller("write:messages")
def start_about_order(asked: dict[str, Any], shop: str) -> tuple[Sent, int]:
    """Write to the buyer of an order; other conversations begin with the buyer."""
    user_id, number = identity.signed_in_user(), asked.pop("order")
    sent = services.start_as_shop(user_id=user_id, slug=shop, number=number, **asked)
    return sent, status_of(sent)


@blueprint.get("/seller/<shop>/conversations/<object_id:conversation_id>")
@blueprint.response(200, OneConversationSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:messages")
def show_shop_conversation(shop: str, conversation_id: ObjectId) -> ListedOne:
    """One of your shop's conversations."""
    return services.listed_one(_seat(shop, conversation_id))


@blueprint.get("/seller/<shop>/conversations/<object_id:conversation_id>/messages")
@blueprint.arguments(ThreadQuery, location="query")
@blueprint.response(200, ThreadSchema)
@blueprint.alt_response(204, description=NOTHING_YET, headers=ASK_LATER)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("read:messages")
def list_shop_messages(query: dict[str, Any], shop: str, conversation_id: ObjectId) -> Thread | Response:
    """The last messages of a conversation, or those before or after a number; nothing is marked read.

    With `after` and `wait` the answer comes as soon as there is a message, and is 204 when none came.
    """
    return messages_for(_seat(shop, conversation_id), query)


@blueprint.post("/seller/<shop>/conversations/<object_id:conversation_id>/messages")
@blueprint.arguments(SendMessage)
@blueprint.response(201, SentSchema)
@blueprint.alt_response(200, schema=SentSchema, description="It was sent before under this `client_id`.")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`blocked` by yourself, or `cannot_message`.")
@blueprint.alt_response(409, schema=Problem, description="A moderator closed this conversation.")
@blueprint.alt_response(429, schema=Problem, description="That was too often; `Retry-After` says how long.")
@access.seller("write:messages")
def send_shop_message(asked: dict[str, Any], shop: str, conversation_id: ObjectId) -> tuple[Sent, int]:
    """Write to the buyer."""
    sent = services.send_message(_seat(shop, conversation_id), **asked)
    return sent, status_of(sent)


@blueprint.post("/seller/<shop>/conversations/<object_id:conversation_id>/read")
@blueprint.arguments(ReadUpTo)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.seller("write:messages")
def mark_shop_read(asked: dict[str, Any], shop: str, conversation_id: ObjectId) -> None:
    """Say up to which message your shop has read; what it read before stays read."""
    services.mark_read(_seat(shop, conversation_id), asked["up_to"])


def _seat(shop: str, conversation_id: ObjectId) -> Seat:
    return services.shop_seat(identity.signed_in_user(), shop, conversation_id)
