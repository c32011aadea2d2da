"""Deleting: a message that its sender takes back, and everything of people who leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bson import ObjectId

from ...accounts import services as accounts
from ...catalog.services import private_files
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import Conversation, Message
from ..errors import NotYourMessage, TooLateToDelete
from ..repositories import blocks, conversations, messages
from ..values import DELETE_WITHIN, DELETED, ORIGINALS_STAY, REMOVED, MessageKind
from .seats import Seat

#: How many messages one step removes, and from how many a conversation waits for the worker.
STEP = 500

#: How many conversations of who leaves are gone through at once, before the worker does the rest.
AT_ONCE = 100


@transactional
def delete_message(seat: Seat, *, seq: int) -> Message:
    """Take back what one wrote, within a quarter of an hour; the message keeps its number and shows nothing.

    Again changes nothing. Raises MessageNotFound, NotYourMessage and TooLateToDelete.
    """
    message = messages.numbered(seat.conversation.pk, seq)
    if message.kind is MessageKind.SYSTEM or message.sender_id != seat.user_id:
        raise NotYourMessage("Only whoever wrote a message can delete it.")
    if message.deleted_at is not None:
        return message
    moment = now()
    if moment - message.at > DELETE_WITHIN:
        minutes = DELETE_WITHIN.seconds // 60
        raise TooLateToDelete(f"A message can be deleted for {minutes} minutes. This one stays.")
    messages.delete(message, moment)
    conversations.show_as_last(seat.conversation.pk, seq, DELETED)
    return messages.numbered(seat.conversation.pk, seq)


def forget_originals(moment: datetime) -> int:
    """Forget what messages said that were deleted long enough ago, and answer of how many files."""
    names = messages.forget_originals(moment - ORIGINALS_STAY, STEP)
    _release(names)
    return len(names)


def forget_person(user_id: ObjectId) -> None:
    """Remove what somebody wrote who deletes their account, in the transaction of that.

    Their words go at once where they are few; the worker removes the rest (`forget_those_who_left`).
    """
    blocks.remove_of_buyer(user_id)
    conversations.begin_leaving(user_id, [shop.pk for shop in accounts.shops_of(user_id)])
    found = conversations.left_by(user_id, AT_ONCE)
    if sum(one.last_seq for one in found) <= STEP:
        for conversation in found:
            _forget_in(conversation, user_id)


def forget_those_who_left() -> int:
    """Go on removing what people wrote who left, and answer in how many conversations."""
    found = conversations.left_by(None, AT_ONCE)
    for conversation in found:
        for user_id in conversation.leaving:
            _forget_in(conversation, user_id)
    return len(found)


def _forget_in(conversation: Conversation, user_id: ObjectId) -> None:
    while found := messages.written_by(conversation.pk, user_id, STEP):
        names = [name for message in found for name in message.files]
        messages.forget_writer(found, REMOVED)
        _release(names)
    last = conversation.last_message
    if last is not None:
        writer = messages.numbered(conversation.pk, last.seq)
        if writer.body == REMOVED:
            conversations.show_as_last(conversation.pk, last.seq, REMOVED)
    conversations.end_leaving(conversation, user_id)


def _release(names: Iterable[str]) -> None:
    for name in names:
        private_files.release(name)
