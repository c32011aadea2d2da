"""What a side did not read, and how it hears of that: at once by its bell, and by one mail for a burst.

A burst is over when nobody has written for some minutes. Each side's standing says since when its mail waits
(`unread_at`), until it reads, answers or is mailed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId
from flask import current_app

from ...accounts import services as accounts
from ...shared import outbox
from ...shared.transactions import transactional
from ..documents import Conversation, Message
from ..repositories import conversations, messages
from ..values import MessageKind, Side, SubjectKind

#: How many conversations one look tells of; those that are left are told of by the next.
AT_ONCE = 500

#: The most messages of a burst that are counted, and the most characters of it that are mailed.
MOST_OF_BURST = 50
EXCERPT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Unread:
    """What one side did not read: whom it concerns, who wrote it about what, and where it is read."""

    conversation: Conversation
    user_id: ObjectId
    sender: str
    about: str
    path: str
    excerpt: str
    count: int


def notification_key(conversation_id: ObjectId) -> str:
    """Under which key a bell tells of a conversation: once, until it is read."""
    return f"message:{conversation_id}"


def tell_of_unread(moment: datetime) -> int:
    """Have the bursts mailed that are over and still unread; how many there are."""
    before = moment - timedelta(seconds=current_app.config["MESSAGE_MAIL_SECONDS"])
    return sum(
        _tell(conversation.pk, side, before)
        for side in (Side.BUYER, Side.SHOP)
        for conversation in conversations.to_mail(side, before, AT_ONCE)
    )


@transactional
def _tell(conversation_id: ObjectId, side: Side, before: datetime) -> bool:
    """Tell of one burst, once; muted sides hear nothing of it."""
    conversation = conversations.get(conversation_id)
    standing = conversation.standing(side)
    over = standing.unread_at is not None and standing.unread_at < before
    if not over or not conversations.take_mail(conversation, side) or standing.muted:
        return False
    reader = accounts.find_user(_reader(conversation, side))
    if reader is None or not reader.is_active:
        return False
    # In the reader's stream: a mail server that is away holds up no bell of the conversation.
    outbox.tell(
        "message.unread",
        about=reader,
        conversation=conversation.pk,
        side=side.value,
        after=max(standing.read_seq, standing.notified_seq),
        up_to=conversation.last_seq,
    )
    return True


def _reader(conversation: Conversation, side: Side) -> ObjectId:
    """Who reads on this side: the buyer, or the shop's owner."""
    if side is Side.BUYER:
        return ObjectId(conversation.buyer_id)
    return ObjectId(accounts.get_shop(conversation.shop_id).owner_id)


def to_ring(conversation_id: ObjectId, seq: int) -> Unread | None:
    """Whom the bell tells of a message; None for what is read or deleted, or comes from the marketplace."""
    message = messages.find(conversation_id=conversation_id, seq=seq)
    if message is None or message.side is Side.SYSTEM:
        return None
    return unread_burst(conversation_id, message.side.other, after=seq - 1, up_to=seq)


def unread_burst(conversation_id: ObjectId, side: Side, *, after: int, up_to: int) -> Unread | None:
    """What a side did not read between two numbers; None where that is nothing, and for muted sides.

    What is left of the words of somebody who deleted their account is nothing.
    """
    conversation = conversations.find(pk=conversation_id)
    if conversation is None or conversation.standing(side).muted:
        return None
    start = max(after, conversation.standing(side).read_seq)
    found = [
        one
        for one in messages.after(conversation.pk, start, MOST_OF_BURST)
        if one.seq <= up_to
        and one.side is side.other
        and one.deleted_at is None
        and one.sender_id is not None
    ]
    return _unread(conversation, side, found) if found else None


def _unread(conversation: Conversation, side: Side, found: list[Message]) -> Unread:
    shop = accounts.get_shop(conversation.shop_id)
    if side is Side.BUYER:
        user_id, sender, path = conversation.buyer_id, shop.name, f"/inbox/{conversation.pk}"
    else:
        buyer = accounts.find_user(conversation.buyer_id)
        sender = buyer.display_name if buyer else "Former member"
        user_id, path = shop.owner_id, f"/sell/{shop.slug}/messages/{conversation.pk}"
    context = next((one.context for one in reversed(found) if one.context), conversation.subjects[0])
    about = f"order {context.ref}" if context.kind == SubjectKind.ORDER else context.label
    text = "\n".join(_words(one) for one in found)
    excerpt = text if len(text) <= EXCERPT_LENGTH else f"{text[: EXCERPT_LENGTH - 1]}…"
    return Unread(conversation, user_id, sender, about, path, excerpt, len(found))


def _words(message: Message) -> str:
    return message.body or ("(a file)" if message.kind is MessageKind.FILE else "")
