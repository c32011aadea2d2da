"""The queries of messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from ...shared.documents import stored
from ...shared.repository import Repository
from ..documents import Message
from ..errors import MessageNotFound
from ..values import MOST_SEQ, Original


class MessageRepository(Repository[Message]):
    """The stored messages."""

    document = Message
    missing = MessageNotFound

    def sent_as(self, conversation_id: ObjectId, sender_id: ObjectId, client_id: str) -> Message | None:
        """What somebody sent under this name, if they did."""
        return self.find(conversation_id=conversation_id, sender_id=sender_id, client_id=client_id)

    def numbered(self, conversation_id: ObjectId, seq: int) -> Message:
        """The message under this number; raises MessageNotFound."""
        found = self.find(conversation_id=conversation_id, seq=seq) if seq <= MOST_SEQ else None
        if found is None:
            raise MessageNotFound("There is no such message.")
        return found

    def before(self, conversation_id: ObjectId, seq: int | None, limit: int) -> list[Message]:
        """The last messages before a number, or of all; in their order."""
        query = self.all().filter(conversation_id=conversation_id)
        if seq is not None:
            query = query.filter(seq__lt=seq)
        # Read first: reversed() would ask a queryset for each message.
        return list(query.order_by("-seq").limit(limit))[::-1]

    def after(self, conversation_id: ObjectId, seq: int, limit: int) -> list[Message]:
        """The first messages after a number, in their order."""
        query = self.all().filter(conversation_id=conversation_id, seq__gt=seq)
        return list(query.order_by("seq").limit(limit))

    def delete(self, message: Message, moment: datetime) -> bool:
        """Leave nothing of a message but its number, and what moderators may see; False when that is so.

        What it says never changes otherwise, so that what was loaded is what is kept.
        """
        kept = Original(message.body or "", tuple(message.attachments))
        change = {
            "$set": {"deleted_at": moment, "body": "", "attachments": [], "original": stored(kept)},
        }
        there = {"_id": message.pk, "deleted_at": {"$exists": False}}
        return bool(self.all().filter(__raw__=there).update_one(__raw__=change))

    def with_file(self, conversation_id: ObjectId, names: Collection[str]) -> Message | None:
        """The message of a conversation that one of these files came with."""
        return self.find(__raw__={"conversation_id": conversation_id} | self._holding(names))

    def attaching(self, names: Collection[str]) -> set[str]:
        """Those of these files that belong to a message, deleted or not."""
        found = self.all().filter(__raw__=self._holding(names)).only("files")
        return {name for message in found for name in message.files} & set(names)

    def forget_originals(self, before: datetime, limit: int) -> list[str]:
        """Keep nothing of messages that were deleted before; the files that they had, at most of `limit`."""
        old = {"deleted_at": {"$lt": before}, "original": {"$exists": True}}
        found = list(self.all().filter(__raw__=old).limit(limit).only("files"))
        self._let_go([message.pk for message in found], {"$unset": {"original": ""}})
        return [name for message in found for name in message.files]

    def written_by(self, conversation_id: ObjectId, user_id: ObjectId, limit: int) -> list[Message]:
        """Some of what somebody wrote in a conversation."""
        named = {"conversation_id": conversation_id, "sender_id": user_id, "client_id": {"$exists": True}}
        return list(self.all().filter(__raw__=named).limit(limit).only("files"))

    def forget_writer(self, found: Iterable[Message], body: str) -> None:
        """Leave of messages their numbers, with this in place of what they said and of who wrote them."""
        nothing = {"sender_id": "", "client_id": "", "original": ""}
        change: dict[str, dict[str, Any]] = {"$set": {"body": body, "attachments": []}, "$unset": nothing}
        self._let_go([message.pk for message in found], change)

    def files(self) -> Iterator[tuple[ObjectId, list[str]]]:
        """Every message with files, by id, with their names."""
        rows = self.rows([{"$match": {"files.0": {"$exists": True}}}, {"$project": {"files": 1}}])
        yield from ((row["_id"], row["files"]) for row in rows)

    def _let_go(self, ids: list[ObjectId], change: dict[str, dict[str, Any]]) -> None:
        """Change messages whose files are no longer needed."""
        if ids:
            whole = change | {"$set": change.get("$set", {}) | {"files": []}}
            self.all().filter(pk__in=ids).update(__raw__=whole, multi=True)

    @staticmethod
    def _holding(names: Collection[str]) -> dict[str, Any]:
        return {"files": {"$in": list(names)}, "files.0": {"$exists": True}}

    def misnumbered(self) -> Iterator[dict[str, Any]]:
        """The conversations whose messages are not numbered from 1 to their `last_seq`."""
        counted = {"_id": "$conversation_id", "count": {"$sum": 1}, "last": {"$max": "$seq"}}
        joined = {"from": "conversations", "localField": "_id", "foreignField": "_id", "as": "of"}
        says = {"$ifNull": [{"$first": "$of.last_seq"}, 0]}
        right = {"$and": [{"$eq": ["$count", "$last"]}, {"$eq": ["$last", "$last_seq"]}]}
        yield from self.rows(
            [
                {"$group": counted},
                {"$lookup": joined},
                {"$project": {"count": 1, "last": 1, "last_seq": says}},
                {"$match": {"$expr": {"$not": right}}},
            ]
        )


messages = MessageRepository()
