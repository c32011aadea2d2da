"""The queries of conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import QuerySet

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


def _change(put: dict[str, Any], gone: dict[str, str]) -> dict[str, Any]:
    return {"$set": put} | ({"$unset": gone} if gone else {})


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

    def about_any(self, buyer_id: ObjectId, shop_id: ObjectId, keys: Sequence[str]) -> list[Conversation]:
        """What the two say about these subjects, the last active first; one for each subject at most."""
        if not keys:
            return []
        query = self.all().filter(buyer_id=buyer_id, shop_id=shop_id, subject_keys__in=keys)
        return list(query.order_by("-last_at", "-_id").limit(len(keys)))

    def about(self, buyer_id: ObjectId, shop_id: ObjectId, key: str) -> Conversation | None:
        """What the two say about a subject, if they do."""
        return self.find(buyer_id=buyer_id, shop_id=shop_id, subject_keys=key)

    def add_subject(self, conversation_id: ObjectId, subject: Subject, *, most: int, events: int = 0) -> bool:
        """Let it be about one thing more; False when it is about so many already.

        Of an order so many `events` are not told in it. Raises mongoengine's NotUniqueError when another
        one is about it.
        """
        room = {"_id": conversation_id, f"subjects.{most - 1}": {"$exists": False}}
        about = {"subjects": stored(subject), "subject_keys": subject.key}
        change: dict[str, Any] = {"$push": about}
        if subject.kind == "order":
            change["$set"] = {"about_order": True, f"order_events.{subject.id}": events}
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

    def append(
        self,
        conversation: Conversation,
        last: LastMessage,
        *,
        read: Side | None,
        reply_ms: int | None = None,
    ) -> bool:
        """Give a message its number: the one after what was loaded; False when that is given already.

        Whoever wrote it has read it, with all before it (`read`); for the other side it is unread, and its
        conversation leaves the archive. What a person wrote waits to be mailed. `reply_ms` is how long a
        shop took for its first answer.
        """
        gone: dict[str, str] = {}
        change: dict[str, Any] = {"last_seq": last.seq, "last_at": last.at, "last_message": stored(last)}
        if reply_ms is not None:
            change["first_reply_ms"] = reply_ms
        for one in (Side.BUYER, Side.SHOP):
            if one is read:
                change |= {f"{one}.read_seq": last.seq, f"{one}.has_unread": False}
                gone[f"{one}.unread_at"] = ""
                continue
            change |= {f"{one}.has_unread": True, f"{one}.archived": False}
            if last.side == one.other:
                change[f"{one}.unread_at"] = last.at
        free = {"_id": conversation.pk, "last_seq": last.seq - 1}
        return bool(self.all().filter(__raw__=free).update_one(__raw__=_change(change, gone)))

    def last_seq(self, conversation_id: ObjectId) -> int:
        """The number of its last message; 0 for one that is gone."""
        found = self.all().filter(pk=conversation_id).only("last_seq").first()
        return int(found.last_seq) if found else 0

    def mark_read(self, conversation: Conversation, side: Side, up_to: int) -> None:
        """Note that a side has read up to a message; what it read before stays read."""
        seq = min(up_to, conversation.last_seq)
        all_of_it = {"_id": conversation.pk, "last_seq": seq}
        read = {f"{side}.read_seq": seq, f"{side}.has_unread": False}
        done = {"$set": read, "$unset": {f"{side}.unread_at": ""}}
        if not self.all().filter(__raw__=all_of_it).update_one(__raw__=done):
            self.all().filter(pk=conversation.pk).update_one(__raw__={"$max": {f"{side}.read_seq": seq}})

    def put(self, conversation: Conversation, side: Side, **settings: bool) -> None:
        """Set what a side wants of it: `archived`, `muted`."""
        change = {f"{side}.{name}": value for name, value in settings.items()}
        self.all().filter(pk=conversation.pk).update_one(__raw__={"$set": change})

    def note_events(self, conversation_id: ObjectId, order_id: ObjectId, events: int) -> None:
        """Note that so many events of an order were told in it; more stay more."""
        change = {"$max": {f"order_events.{order_id}": events}}
        self.all().filter(pk=conversation_id).update_one(__raw__=change)

    def show_as_last(self, conversation_id: ObjectId, seq: int, preview: str) -> None:
        """Show something else of its last message, if that still has this number."""
        last = self.all().filter(__raw__={"_id": conversation_id, "last_message.seq": seq})
        last.update_one(__raw__={"$set": {"last_message.preview": preview}})

    def waits(self, since: datetime) -> Iterator[tuple[ObjectId, datetime, int | None]]:
        """The questions that buyers asked since: of which shop, when, and how long the answer took, in ms.

        An index answers it without the conversations.
        """
        fields = {"_id": 0, "shop_id": 1, "asked_at": 1, "first_reply_ms": 1}
        for row in self.rows([{"$match": {"asked_at": {"$gte": since}}}, {"$project": fields}]):
            yield row["shop_id"], row["asked_at"], row.get("first_reply_ms")

    def begin_leaving(self, user_id: ObjectId, shop_ids: list[ObjectId]) -> None:
        """Mark where somebody wrote who leaves, as a buyer or for these shops."""
        mark = {"leaving": user_id}
        bought = self.all().filter(buyer_id=user_id)
        bought.update(__raw__={"$addToSet": mark, "$set": {"buyer_left": True}}, multi=True)
        if shop_ids:
            self.all().filter(shop_id__in=shop_ids).update(__raw__={"$addToSet": mark}, multi=True)

    def left_by(self, user_id: ObjectId | None, limit: int) -> list[Conversation]:
        """Where words of somebody who left, or of anybody, are still to be removed."""
        marked: dict[str, Any] = {"leaving.0": {"$exists": True}}
        if user_id is not None:
            marked["leaving"] = user_id
        return list(self.all().filter(__raw__=marked).limit(limit))

    def end_leaving(self, conversation: Conversation, user_id: ObjectId) -> None:
        """Note that nothing is left there of what somebody wrote."""
        self.all().filter(pk=conversation.pk).update_one(__raw__={"$pull": {"leaving": user_id}})

    def to_mail(self, side: Side, before: datetime, limit: int) -> list[Conversation]:
        """Those whose last message came before, unread by this side and not mailed; longest waiting first."""
        waiting = self.all().filter(__raw__={f"{side}.unread_at": {"$lt": before}})
        return list(waiting.order_by(f"{side}.unread_at").limit(limit))

    def take_mail(self, conversation: Conversation, side: Side) -> bool:
        """Note that this side is mailed up to the last message; False when something changed meanwhile."""
        since = conversation.standing(side).unread_at
        same = {"_id": conversation.pk, "last_seq": conversation.last_seq, f"{side}.unread_at": since}
        mailed = {
            "$set": {f"{side}.notified_seq": conversation.last_seq},
            "$unset": {f"{side}.unread_at": ""},
        }
        return bool(self.all().filter(__raw__=same).update_one(__raw__=mailed))

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
