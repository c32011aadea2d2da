"""What moderators do with conversations: they read what was reported with what was said around it.

A private conversation is opened by a moderator from a report alone, and each look is in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.chance import new_id
from ...shared.transactions import transactional
from ..documents import Conversation, Message
from ..errors import MessageNotFound
from ..repositories import conversations, messages
from ..values import Attachment, Side
from .attaching import attachment_for_moderator
from .reading import names_in
from .seats import Seat, own_seat
from .sending import note

#: How many messages before and after the reported one a moderator sees.
AROUND = 10


@dataclass(frozen=True, slots=True)
class Opened:
    """A reported message with what was said around it, as a moderator sees it."""

    conversation: Conversation
    seq: int
    messages: list[Message]
    names: dict[Side, str]


def said_to(user_id: ObjectId, conversation_id: ObjectId, ref: str) -> tuple[Seat, Message]:
    """A message by its number or id, with the place of this participant in its conversation.

    Raises ConversationNotFound for everybody else, and MessageNotFound.
    """
    seat = own_seat(user_id, conversation_id)
    if ObjectId.is_valid(ref):
        found = messages.find(pk=ObjectId(ref), conversation_id=conversation_id)
        if found is None:
            raise MessageNotFound("There is no such message.")
        return seat, found
    if not ref.isdecimal() or len(ref) > 9:
        raise MessageNotFound("There is no such message.")
    return seat, messages.numbered(conversation_id, int(ref))


@transactional
def open_reported_file(
    *, moderator_id: ObjectId, conversation_id: ObjectId, attachment_id: str, report_id: ObjectId
) -> Attachment:
    """A file of a conversation of which a message was reported; that it was opened goes into the audit log.

    Raises NotYourRole and AttachmentNotFound.
    """
    accounts.require_moderator(moderator_id)
    found = attachment_for_moderator(conversation_id, attachment_id)
    accounts.audit(
        actor_id=moderator_id,
        action="conversation.file",
        subject=("conversations", conversation_id),
        detail={"report": str(report_id), "file": found.id},  # its name is its sender's, and the log stays
    )
    return found


def is_locked(conversation_id: ObjectId) -> bool | None:
    """Whether a moderator closed the conversation; None when it is gone."""
    found = conversations.find(pk=conversation_id)
    return None if found is None else bool(found.locked)


@transactional
def open_reported(
    *, moderator_id: ObjectId, conversation_id: ObjectId, seq: int, report_id: ObjectId
) -> Opened:
    """The reported message with those around it; that it was looked at goes into the audit log.

    `report_id` is what was reported, which whoever calls this has made sure of. Raises NotYourRole and
    ConversationNotFound.
    """
    accounts.require_moderator(moderator_id)
    conversation = conversations.get(conversation_id)
    found = messages.before(conversation_id, seq + 1, AROUND + 1)
    found += messages.after(conversation_id, seq, AROUND)
    accounts.audit(
        actor_id=moderator_id,
        action="conversation.read",
        subject=("conversations", conversation.pk),
        detail={"report": str(report_id), "messages": [one.seq for one in found]},
    )
    return Opened(conversation, seq, found, names_in(conversation))


@transactional
def lock_conversation(*, moderator_id: ObjectId, conversation_id: ObjectId, reason: str) -> None:
    """Let nobody write in a conversation any more; both sides read why in it.

    Raises NotYourRole and ConversationNotFound.
    """
    _set_locked(moderator_id, conversation_id, True, f"A moderator closed this conversation. {reason}")


@transactional
def unlock_conversation(*, moderator_id: ObjectId, conversation_id: ObjectId, reason: str) -> None:
    """Let both sides write again; raises NotYourRole and ConversationNotFound."""
    _set_locked(moderator_id, conversation_id, False, f"A moderator opened this conversation again. {reason}")


def _set_locked(moderator_id: ObjectId, conversation_id: ObjectId, locked: bool, text: str) -> None:
    accounts.require_moderator(moderator_id)
    if not conversations.set_locked(conversation_id, locked):
        return
    conversation = conversations.get(conversation_id)
    note(
        conversation_id,
        key=f"moderator-{new_id()}",
        text=text,
        actor=Side.SYSTEM,
        context=conversation.subjects[0],
    )
    accounts.audit(
        actor_id=moderator_id,
        action="conversation.lock" if locked else "conversation.unlock",
        subject=("conversations", conversation_id),
        detail={"reason": text},
    )
