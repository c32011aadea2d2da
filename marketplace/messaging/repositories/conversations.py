"""The queries of conversations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bson import ObjectId
from mongoengine import QuerySet
from mongoengine.errors import NotUniqueError

from ...shared.documents import stored
from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Conversation
from ..errors import ConversationNotFound
from ..values import Box, LastMessage, Side, Subject

#: What each list of an inbox holds, by the side's own standing.
_HELD = {
    Box.INBOX: {"{side}.archived": False},
    Box.UNREAD: {"{side}.has_unread": True},
    Box.ORDERS: {"about_order": True},
    Box.ARCHIVED: {"{side}.archived": True},
}


class ConversationRepository(Repository[Conversation]):
    """The stored conversations."""

    document = Conversation
    missing = ConversationNotFound

    def of_side(self, side: Side, owner_id: ObjectId, conversation_id: ObjectId) -> Conversation:
        """The conversation of this buyer or shop; raises ConversationNotFound for others'."""
        found = self.find(pk=conversation_id, **{f"{side}_id": owner_id})
        if found is None:
            raise ConversationNotFound("There is no such conversation.")
        return found

    def about(self, buyer_id: ObjectId, shop_id: ObjectId, key: str) -> Conversation | None:
        """What the two say about a subject, if they do."""
        return self.find(buyer_id=buyer_id, shop_id=shop_id, subject_keys=key)

    def add_once(self, conversation: Conversation) -> tuple[Conversation, bool]:
        """Store a new conversation, and say so; or the one that somebody began at the same moment."""
        try:
            return self.add(conversation), True
        except NotUniqueError:
            found = self.about(conversation.buyer_id, conversation.shop_id, conversation.subject_keys[0])
            if found is None:
                raise
            return found, False

    def add_subject(self, conversation_id: ObjectId, subject: Subject, *, most: int) -> bool:
        """Let it be about one thing more; False when it is about so many already.

        Raises mongoengine's NotUniqueError when another one is about it.
        """
        room = {"_id": conversation_id, f"subjects.{most - 1}": {"$exists": False}}
        about = {"subjects": stored(subject), "subject_keys": subject.key}
        change: dict[str, Any] = {"$push": about}
        if subject.kind == "order":
            change["$set"] = {"about_order": True}
        known = {"_id": conversation_id, "subject_keys": subject.key}
        changed = self.all().filter(__raw__=room | {"subject_keys": {"$ne": subject.key}})
        return bool(changed.update_one(__raw__=change)) or self.find(__raw__=known) is not None

    def box(
        self, side: Side, owner_id: ObjectId, box: Box, *, at: Position | None = None, limit: int = 24
    ) -> Page[Conversation]:
        """The conversations of a buyer or a shop in one of its lists, last active first."""
        query = self._held(side, owner_id, box)
        return self.page(query, [("last_at", -1), ("_id", -1)], at=at, limit=limit)

    def count(self, side: Side, owner_id: ObjectId, box: Box, *, most: int) -> int:
        """How many a list holds, counted up to so many."""
        return int(self._held(side, owner_id, box).limit(most).count(with_limit_and_skip=True))

    def _held(self, side: Side, owner_id: ObjectId, box: Box) -> QuerySet:
        held = {name.format(side=side): value for name, value in _HELD[box].items()}
        return self.all().filter(__raw__={f"{side}_id": owner_id} | held)

    def append(self, conversation: Conversation, side: Side, last: LastMessage, *, read: Side | None) -> bool:
        """Give a message its number: the one after what was loaded; False when that is given already.

        Whoever wrote it has read it, with all before it (`read`); for the other side it is unread, and its
        conversation leaves the archive.
        """
        change: dict[str, Any] = {"last_seq": last.seq, "last_at": last.at, "last_message": stored(last)}
        for one in (Side.BUYER, Side.SHOP):
            if one is read:
                change |= {f"{one}.read_seq": last.seq, f"{one}.has_unread": False}
            else:
                change |= {f"{one}.has_unread": True, f"{one}.archived": False}
        free = {"_id": conversation.pk, "last_seq": last.seq - 1}
        return bool(self.all().filter(__raw__=free).update_one(__raw__={"$set": change}))

    def mark_read(self, conversation: Conversation, side: Side, up_to: int) -> None:
        """Note that a side has read up to a message; what it read before stays read."""
        seq = min(up_to, conversation.last_seq)
        all_of_it = {"_id": conversation.pk, "last_seq": seq}
        done = {"$set": {f"{side}.read_seq": seq, f"{side}.has_unread": False}}
        if not self.all().filter(__raw__=all_of_it).update_one(__raw__=done):
            self.all().filter(pk=conversation.pk).update_one(__raw__={"$max": {f"{side}.read_seq": seq}})

    def put(self, conversation: Conversation, side: Side, **settings: bool) -> None:
        """Set what a side wants of it: `archived`, `muted`."""
        change = {f"{side}.{name}": value for name, value in settings.items()}
        self.all().filter(pk=conversation.pk).update_one(__raw__={"$set": change})

    def set_locked(self, conversation_id: ObjectId, locked: bool) -> bool:
        """Close a conversation to both sides or open it again; False when it is so already."""
        found = self.all().filter(pk=conversation_id, locked=not locked)
        return bool(found.update_one(__raw__={"$set": {"locked": locked}}))

    def misread(self) -> Iterator[dict[str, Any]]:
        """Those that a side's lists call unread though it read all, or the other way round, or beyond."""
        for side in (Side.BUYER, Side.SHOP):
            read, says = f"${side}.read_seq", f"${side}.has_unread"
            agrees = {"$eq": [says, {"$lt": [read, "$last_seq"]}]}
            right = {"$and": [agrees, {"$lte": [read, "$last_seq"]}]}
            shown = {"last_seq": 1, "side": {"$literal": side.value}, "read_seq": read}
            yield from self.rows([{"$match": {"$expr": {"$not": right}}}, {"$project": shown}])


conversations = ConversationRepository()
