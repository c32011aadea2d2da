"""A buyer's conversations over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Response

from ...shared import access, cursors, http, identity, wakeups
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
    StartConversation,
    ThreadQuery,
    ThreadSchema,
)
from ..services import ListedOne, Seat, Sent, Thread
from ..values import Side
from . import blueprint

NOTHING_YET = "Nobody wrote within `wait` seconds. With `Retry-After` too many wait: ask again then."
ASK_LATER = {"Retry-After": {"description": "Seconds until you ask again.", "schema": {"type": "integer"}}}


@blueprint.get("/conversations")
@blueprint.arguments(InboxQuery, location="query")
@blueprint.response(200, page_schema(ConversationSchema, "ConversationPage"))
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def list_conversations(query: dict[str, Any]) -> dict[str, Any]:
    """Your conversations with shops, last active first."""
    return page_of(Side.BUYER, identity.signed_in_user(), query)


@blueprint.post("/conversations")
@blueprint.arguments(StartConversation)
@blueprint.response(201, SentSchema)
@blueprint.alt_response(200, schema=SentSchema, description="It was sent before under this `client_id`.")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Your own shop, `blocked`, or `cannot_message`.")
@blueprint.alt_response(404, schema=Problem, description="There is no such thing to talk about.")
@blueprint.alt_response(429, schema=Problem, description="That was too often; `Retry-After` says how long.")
@access.signed_in
def start_conversation(asked: dict[str, Any]) -> tuple[Sent, int]:
    """Write to a shop about a product, an order of yours, or the shop itself.

    It goes into the conversation that you have about it, or begins one.
    """
    subject = asked.pop("subject")
    user_id = identity.signed_in_user()
    sent = services.start_as_buyer(user_id=user_id, kind=subject["type"], ref=subject["id"], **asked)
    return sent, status_of(sent)


@blueprint.get("/conversations/<object_id:conversation_id>")
@blueprint.response(200, OneConversationSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def show_conversation(conversation_id: ObjectId) -> ListedOne:
    """One of your conversations."""
    return services.listed_one(_seat(conversation_id))


@blueprint.get("/conversations/<object_id:conversation_id>/messages")
@blueprint.arguments(ThreadQuery, location="query")
@blueprint.response(200, ThreadSchema)
@blueprint.alt_response(204, description=NOTHING_YET, headers=ASK_LATER)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def list_messages(query: dict[str, Any], conversation_id: ObjectId) -> Thread | Response:
    """The last messages of a conversation, or those before or after a number; nothing is marked read.

    With `after` and `wait` the answer comes as soon as there is a message, and is 204 when none came.
    """
    return messages_for(_seat(conversation_id), query)


@blueprint.post("/conversations/<object_id:conversation_id>/messages")
@blueprint.arguments(SendMessage)
@blueprint.response(201, SentSchema)
@blueprint.alt_response(200, schema=SentSchema, description="It was sent before under this `client_id`.")
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`blocked` by yourself, or `cannot_message`.")
@blueprint.alt_response(409, schema=Problem, description="A moderator closed this conversation.")
@blueprint.alt_response(429, schema=Problem, description="That was too often; `Retry-After` says how long.")
@access.signed_in
def send_message(asked: dict[str, Any], conversation_id: ObjectId) -> tuple[Sent, int]:
    """Write to the shop."""
    sent = services.send_message(_seat(conversation_id), **asked)
    return sent, status_of(sent)


@blueprint.post("/conversations/<object_id:conversation_id>/read")
@blueprint.arguments(ReadUpTo)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def mark_read(asked: dict[str, Any], conversation_id: ObjectId) -> None:
    """Say up to which message you have read; what you read before stays read."""
    services.mark_read(_seat(conversation_id), asked["up_to"])


def _seat(conversation_id: ObjectId) -> Seat:
    return services.buyer_seat(identity.signed_in_user(), conversation_id)


def messages_for(seat: Seat, query: dict[str, Any]) -> Thread | Response:
    """The messages that a query asks for, waited for if it says so; an empty answer when none came."""
    seconds = query.pop("wait")
    try:
        if seconds and not services.await_message(
            seat, after=query["after"], seconds=seconds, before_look=http.renew_deadline
        ):
            return Response(status=204)
        if seconds:
            access.check_still_let_in()
    except wakeups.Crowded as crowded:
        return Response(status=204, headers={"Retry-After": str(crowded.retry_after)})
    return services.thread(seat, **query)


def page_of(side: Side, owner_id: ObjectId, query: dict[str, Any]) -> dict[str, Any]:
    """The page of an inbox that a query asks for."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    page = services.inbox(side, owner_id, at=at, **query)
    return cursors.page_json(page, listing, query["limit"])


def status_of(sent: Sent) -> int:
    """201 for a new message, 200 for one that was sent before."""
    return 200 if sent.is_replay else 201
