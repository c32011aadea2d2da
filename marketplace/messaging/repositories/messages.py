"""The queries of messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bson import ObjectId

from ...shared.repository import Repository
from ..documents import Message
from ..errors import MessageNotFound


class MessageRepository(Repository[Message]):
    """The stored messages."""

    document = Message
    missing = MessageNotFound

    def sent_as(self, conversation_id: ObjectId, sender_id: ObjectId, client_id: str) -> Message | None:
        """What somebody sent under this name, if they did."""
        return self.find(conversation_id=conversation_id, sender_id=sender_id, client_id=client_id)

    def numbered(self, conversation_id: ObjectId, seq: int) -> Message:
        """The message under this number; raises MessageNotFound."""
        found = self.find(conversation_id=conversation_id, seq=seq)
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
