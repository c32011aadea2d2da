"""Saying something: every message is stored once, under the next number of its conversation."""

from __future__ import annotations

from dataclasses import dataclass

from bson import ObjectId

from ...shared import outbox, transactions, wakeups
from ...shared.clock import now
from ...shared.errors import Conflict
from ...shared.transactions import transactional
from ..documents import Conversation, Message
from ..errors import ClientIdReused, ConversationLocked
from ..repositories import conversations, messages
from ..values import LastMessage, MessageKind, Side, Subject, preview_of
from .seats import Seat
from .waiting import topic_of


class MessagesCrossed(Conflict):
    """Somebody else wrote at this very moment; the same message can be sent again."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, its conversation, and whether it was there before: then it was sent again."""

    message: Message
    conversation: Conversation
    is_replay: bool = False


@transactional
def send_message(seat: Seat, *, body: str, client_id: str, context: Subject | None = None) -> Sent:
    """Say something in a conversation.

    Its number, the message and the word of it are stored together or not at all. What comes again under the
    same `client_id` is the same message. Raises ClientIdReused when that was another one, and
    ConversationLocked.
    """
    conversation = conversations.get(seat.conversation.pk)
    before = messages.sent_as(conversation.pk, seat.user_id, client_id)
    if before is not None:
        return _replayed(before, conversation, body)
    _check(conversation)
    message = Message(
        conversation_id=conversation.pk,
        side=seat.side,
        sender_id=seat.user_id,
        client_id=client_id,
        body=body,
        context=context,
    )
    return Sent(_append(conversation, message, read=seat.side), conversation)


@transactional
def note(conversation_id: ObjectId, *, key: str, text: str, actor: Side, context: Subject) -> Message | None:
    """Have the marketplace tell both sides what happened; once for each `key`, None when it was told.

    It is unread for everybody but the side that did it.
    """
    conversation = conversations.get(conversation_id)
    if messages.find(conversation_id=conversation.pk, sender_id=None, client_id=key) is not None:
        return None
    message = Message(
        conversation_id=conversation.pk,
        side=Side.SYSTEM,
        kind=MessageKind.SYSTEM,
        client_id=key,
        body=text,
        context=context,
    )
    return _append(conversation, message, read=None if actor is Side.SYSTEM else actor)


def _replayed(message: Message, conversation: Conversation, body: str) -> Sent:
    if message.deleted_at is None and message.body != body:
        raise ClientIdReused(
            "Another message was sent under this client_id. Take a new one for each message.",
            field="client_id",
        )
    return Sent(message, conversation, is_replay=True)


def _check(conversation: Conversation) -> None:
    if conversation.locked:
        raise ConversationLocked("A moderator closed this conversation. Nothing more can be written here.")


def _append(conversation: Conversation, message: Message, *, read: Side | None) -> Message:
    """Store a message under the next number, and tell of it."""
    message.seq, message.at = conversation.last_seq + 1, now()
    last = LastMessage(message.seq, message.side.value, preview_of(message.body), message.at)
    if not conversations.append(conversation, message.side, last, read=read):
        raise MessagesCrossed("Somebody else wrote at this moment. Send it again.")
    conversation.last_seq, conversation.last_at, conversation.last_message = last.seq, last.at, last
    messages.add(message)
    outbox.tell("message.sent", about=conversation, seq=message.seq)
    transactions.on_commit(lambda: wakeups.tell(topic_of(conversation)))
    return message
