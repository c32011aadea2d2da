"""The aggregates of messaging: conversations and their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EnumField,
    IntField,
    ListField,
    MapField,
    StringField,
)

from ..shared.clock import now
from ..shared.documents import Aggregate, IdOf, PlainText, ValueField
from .values import (
    BODY_LENGTH,
    CLIENT_ID_LENGTH,
    MOST_ATTACHMENTS,
    MOST_SUBJECTS,
    Attachment,
    LastMessage,
    MessageKind,
    Original,
    Side,
    Subject,
    SubjectKind,
)

#: Why a conversation or message may name somebody who is no longer there.
OUTLIVES = "What was said stays with those it was said to."


class Standing(EmbeddedDocument):
    """How one side stands with a conversation: what it has read, what it was mailed about, what it set."""

    read_seq = IntField(required=True, default=0, min_value=0)
    has_unread = BooleanField(required=True, default=False)
    archived = BooleanField(required=True, default=False)
    muted = BooleanField(required=True, default=False)
    notified_seq = IntField(required=True, default=0, min_value=0)
    #: When the last message came that nobody was mailed about yet; absent where no mail waits.
    unread_at = DateTimeField()


class Conversation(Aggregate):
    """What a buyer and a shop say to each other about a product, an order or the shop.

    Protects: one for each buyer, shop and subject; messages numbered from 1 without a gap (`last_seq` is
    the last one's, and changes in the transaction that stores it); and what each side has read. What is
    unread is `last_seq - read_seq`, so there is no counter that could be wrong; `has_unread` says the same
    for lists. All of this changes by conditional updates, which leave the version alone.

    `order_events` says how many events of each order were told in it. A buyer who began it asked at
    `asked_at`, and the shop's first answer took `first_reply_ms`. `leaving` are people who deleted their
    account and whose words are still to be removed.
    """

    buyer_id = IdOf("users", may_dangle=OUTLIVES, required=True)
    shop_id = IdOf("shops", required=True)
    subjects = ListField(ValueField(Subject), required=True, max_length=MOST_SUBJECTS)
    subject_keys = ListField(StringField(), required=True, max_length=MOST_SUBJECTS)
    about_order = BooleanField(required=True, default=False)
    buyer = EmbeddedDocumentField(Standing, required=True, default=Standing)
    shop = EmbeddedDocumentField(Standing, required=True, default=Standing)
    last_seq = IntField(required=True, default=0, min_value=0)
    last_at: datetime = DateTimeField(required=True, default=now)
    last_message = ValueField(LastMessage)
    locked = BooleanField(required=True, default=False)
    created_at: datetime = DateTimeField(required=True, default=now)
    order_events = MapField(IntField(min_value=0))
    asked_at = DateTimeField()
    first_reply_ms = IntField(min_value=0)
    buyer_left = BooleanField(default=False)
    leaving = ListField(IdOf("users", may_dangle=OUTLIVES), max_length=2)

    meta: ClassVar[dict[str, Any]] = {
        "collection": "conversations",
        "indexes": [
            # One conversation for each buyer, shop and subject.
            {"fields": ["buyer_id", "shop_id", "subject_keys"], "name": "subject", "unique": True},
            # A buyer's inbox and archive, newest first.
            {"fields": ["buyer_id", "buyer.archived", "-last_at", "-_id"], "name": "buyer_box"},
            # What a buyer did not read yet, newest first; its number is the badge.
            {"fields": ["buyer_id", "buyer.has_unread", "-last_at", "-_id"], "name": "buyer_unread"},
            # A buyer's conversations about orders, newest first.
            {"fields": ["buyer_id", "about_order", "-last_at", "-_id"], "name": "buyer_orders"},
            # Where a buyer is mailed about what they did not read, longest waiting first.
            {"fields": ["buyer.unread_at"], "name": "buyer_mail", "sparse": True},
            # Where a shop is mailed about what it did not read, longest waiting first.
            {"fields": ["shop.unread_at"], "name": "shop_mail", "sparse": True},
            # A shop's inbox and archive, newest first.
            {"fields": ["shop_id", "shop.archived", "-last_at", "-_id"], "name": "shop_box"},
            # What a shop did not read yet, newest first; its number is the badge.
            {"fields": ["shop_id", "shop.has_unread", "-last_at", "-_id"], "name": "shop_unread"},
            # A shop's conversations about orders, newest first.
            {"fields": ["shop_id", "about_order", "-last_at", "-_id"], "name": "shop_orders"},
            # How long the questions of the last months waited for an answer, without their conversations.
            {
                "fields": ["asked_at", "shop_id", "first_reply_ms"],
                "name": "asked",
                "partialFilterExpression": {"asked_at": {"$exists": True}},
            },
            # Where somebody wrote who left, until their words are removed.
            {
                "fields": ["leaving"],
                "name": "leaving",
                "partialFilterExpression": {"leaving.0": {"$exists": True}},
            },
        ],
    }

    @property
    def order_ids(self) -> list[ObjectId]:
        """The orders that it is about."""
        return [one.id for one in self.subjects if one.kind == SubjectKind.ORDER]

    def standing(self, side: Side) -> Standing:
        """How the buyer or the shop stands with it."""
        found: Standing = self.buyer if side is Side.BUYER else self.shop
        return found

    def unread(self, side: Side) -> int:
        """How many messages this side has not read."""
        return int(self.last_seq - self.standing(side).read_seq)


class Message(Aggregate):
    """What was said in a conversation, once, under its number there.

    It is never edited. `client_id` is the sender's own name for it: what is sent again under the same one
    is the same message. One that was deleted keeps its number, and shows nothing: what it said is in
    `original`, for moderators alone. `files` names everything that is stored for it.
    """

    conversation_id = IdOf("conversations", required=True)
    seq = IntField(required=True, min_value=1)
    side = EnumField(Side, required=True)
    kind = EnumField(MessageKind, required=True, default=MessageKind.TEXT)
    sender_id = IdOf("users", may_dangle=OUTLIVES)
    client_id = StringField(max_length=CLIENT_ID_LENGTH)
    body = PlainText(max_length=BODY_LENGTH, default="")
    context = ValueField(Subject)
    at: datetime = DateTimeField(required=True, default=now)
    attachments = ListField(ValueField(Attachment), max_length=MOST_ATTACHMENTS)
    files = ListField(StringField())
    deleted_at = DateTimeField()
    original = ValueField(Original)

    meta: ClassVar[dict[str, Any]] = {
        "collection": "messages",
        "indexes": [
            # The messages of a conversation in their order, and that each number is given once.
            {"fields": ["conversation_id", "seq"], "name": "seq", "unique": True},
            # The message that was sent under this name already.
            {
                "fields": ["conversation_id", "sender_id", "client_id"],
                "name": "client",
                "unique": True,
                "partialFilterExpression": {"client_id": {"$exists": True}},
            },
            # A file that is asked for, and whether one is still needed.
            {
                "fields": ["files"],
                "name": "files",
                "partialFilterExpression": {"files.0": {"$exists": True}},
            },
            # What deleted messages said, until nobody may see it any more.
            {
                "fields": ["deleted_at"],
                "name": "originals",
                "partialFilterExpression": {"original": {"$exists": True}},
            },
        ],
    }


class Block(Aggregate):
    """That a buyer wants nothing more from a shop, or a shop from a buyer.

    Each side has its own, and takes its own away. Where an order runs they can talk all the same.
    """

    buyer_id = IdOf("users", may_dangle=OUTLIVES, required=True)
    shop_id = IdOf("shops", required=True)
    by = EnumField(Side, choices=[Side.BUYER, Side.SHOP], required=True)
    user_id = IdOf("users", may_dangle=OUTLIVES, required=True)
    at: datetime = DateTimeField(required=True, default=now)

    meta: ClassVar[dict[str, Any]] = {
        "collection": "blocks",
        "indexes": [
            # What is blocked between a buyer and a shop: each side once.
            {"fields": ["buyer_id", "shop_id", "by"], "name": "pair", "unique": True},
        ],
    }
