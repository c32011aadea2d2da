"""Saying something: every message is stored once, under the next number of its conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared import outbox, transactions, wakeups
from ...shared.clock import now
from ...shared.errors import Invalid, RateLimited
from ...shared.transactions import transactional
from ..documents import Conversation, Message
from ..errors import ClientIdReused, MessagesCrossed
from ..repositories import conversations, messages
from ..values import BODY_LENGTH, Attachment, LastMessage, MessageKind, Side, Subject, preview_of
from .attaching import UploadedFile, attach, check_number, digests_of
from .limiting import count_message
from .permission import check_can_write
from .seats import Seat
from .waiting import topic_of


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, its conversation, and whether it was there before: then it was sent again."""

    message: Message
    conversation: Conversation
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is about to say; its files are stored already, and known again by their digests."""

    body: str
    client_id: str
    attachments: tuple[Attachment, ...] = ()
    digests: tuple[str, ...] = ()


def send_message(
    seat: Seat,
    *,
    body: str = "",
    client_id: str,
    context: Subject | None = None,
    attachments: Sequence[UploadedFile] = (),
    kept: Callable[[], Any] = lambda: None,
) -> Sent:
    """Say something in a conversation, with words, files or both.

    Its number, the message and the word of it are stored together or not at all. What comes again under the
    same `client_id` is the same message. Raises ClientIdReused when that was another one, RateLimited,
    what `check_can_write` raises, and what `attach` raises, which calls `kept` after each file.
    """
    said: dict[str, Any] = {"body": body, "client_id": client_id, "attachments": attachments, "kept": kept}
    draft = prepared(seat, seat.user_id, check=lambda: check_can_write(seat), **said)
    return store(seat, draft, context=context)


def prepared(
    seat: Seat | None,
    user_id: ObjectId,
    *,
    check: Callable[[], None] = lambda: None,
    body: str = "",
    client_id: str,
    attachments: Sequence[UploadedFile] = (),
    kept: Callable[[], Any] = lambda: None,
) -> Draft:
    """What `store` takes, counted and with its files stored; without a seat a conversation is to begin.

    Call it outside transactions. `check` is called before files are stored. What was sent before is neither
    refused for its number nor stored anew.
    """
    if not (body.strip() or attachments):
        raise Invalid("Write something, or attach a file.", field="body")
    check_number(attachments)
    try:
        count_message(user_id)
    except RateLimited:
        if not _was_sent(seat, client_id):
            raise
    if not attachments:
        return Draft(body, client_id)
    digests = digests_of(attachments)
    if _was_sent(seat, client_id):
        return Draft(body, client_id, digests=digests)
    check()
    return Draft(body, client_id, attach(attachments, digests, kept), digests)


@transactional
def store(seat: Seat, draft: Draft, *, context: Subject | None = None) -> Sent:
    """Store what was prepared; raises as `send_message`."""
    conversation = conversations.get(seat.conversation.pk)
    before = messages.sent_as(conversation.pk, seat.user_id, draft.client_id)
    if before is not None:
        return _replayed(before, conversation, draft)
    check_can_write(Seat(conversation, seat.side, seat.user_id))
    message = Message(
        conversation_id=conversation.pk,
        side=seat.side,
        kind=MessageKind.FILE if draft.attachments else MessageKind.TEXT,
        sender_id=seat.user_id,
        client_id=draft.client_id,
        body=draft.body,
        context=context,
        attachments=list(draft.attachments),
        files=[one.file for one in draft.attachments],
    )
    reply_ms = _first_reply(conversation, seat.side, now())
    return Sent(_append(conversation, message, read=seat.side, reply_ms=reply_ms), conversation)


@transactional
def note(conversation_id: ObjectId, *, key: str, text: str, actor: Side, context: Subject) -> Message | None:
    """Have the marketplace tell both sides what happened; once for each `key`, None when it was told.

    It is unread for everybody but the side that did it, unless that has something else to read.
    """
    conversation = conversations.get(conversation_id)
    if messages.find(conversation_id=conversation.pk, sender_id=None, client_id=key) is not None:
        return None
    message = Message(
        conversation_id=conversation.pk,
        side=Side.SYSTEM,
        kind=MessageKind.SYSTEM,
        client_id=key,
        body=text[:BODY_LENGTH],
        context=context,
    )
    knows = actor is not Side.SYSTEM and not conversation.unread(actor)
    return _append(conversation, message, read=actor if knows else None)


def _was_sent(seat: Seat | None, client_id: str) -> bool:
    return seat is not None and messages.sent_as(seat.conversation.pk, seat.user_id, client_id) is not None


def _replayed(message: Message, conversation: Conversation, draft: Draft) -> Sent:
    said = (draft.body, list(draft.digests))
    if message.deleted_at is None and said != (message.body, [one.digest for one in message.attachments]):
        raise ClientIdReused(
            "Another message was sent under this client_id. Take a new one for each message.",
            field="client_id",
        )
    return Sent(message, conversation, is_replay=True)


def _first_reply(conversation: Conversation, side: Side, moment: datetime) -> int | None:
    """How long a buyer waited whom the shop answers now for the first time, in milliseconds."""
    if side is not Side.SHOP or conversation.asked_at is None or conversation.first_reply_ms is not None:
        return None
    return max(0, round((moment - conversation.asked_at).total_seconds() * 1000))


def _append(
    conversation: Conversation, message: Message, *, read: Side | None, reply_ms: int | None = None
) -> Message:
    """Store a message under the next number, and tell of it."""
    message.seq, message.at = conversation.last_seq + 1, now()
    last = LastMessage(message.seq, message.side.value, _preview(message), message.at)
    if not conversations.append(conversation, last, read=read, reply_ms=reply_ms):
        raise MessagesCrossed("Somebody else wrote at this moment. Send it again.")
    conversation.last_seq, conversation.last_at, conversation.last_message = last.seq, last.at, last
    messages.add(message)
    outbox.tell("message.sent", about=conversation, seq=message.seq)
    transactions.on_commit(lambda: wakeups.tell(topic_of(conversation)))
    return message


def _preview(message: Message) -> str:
    """What lists show of a message: its words, else how many files it brings."""
    files = len(message.attachments)
    return preview_of(message.body) or ("A file" if files == 1 else f"{files} files")
