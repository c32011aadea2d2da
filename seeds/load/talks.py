"""What members and shops of a block say to each other about what was bought."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from marketplace.messaging.values import LastMessage, Side, Subject, SubjectKind, preview_of
from marketplace.shared.documents import stored

from ..plan import digest
from ..store import Stored
from .catalogue import Block, Ground, _sentence

#: How many of the members' orders are talked about, and with how many messages at most.
SHARE, MOST = 0.1, 6

#: How long after its checkout an order is first talked about, and the longest until an answer.
BEGINS_AFTER, ANSWERED_WITHIN = timedelta(minutes=20), timedelta(minutes=9)


def talk(ground: Ground, block: Block) -> None:
    """Let some of the block's members write to the shops that they bought from.

    What is drawn by chance here is drawn apart, so that everything else is the same with and without it.
    """
    chance = random.Random(digest(ground.plan.key("load", "talks", block.number), 16))  # noqa: S311 - no secret
    owners = {shop["_id"]: shop["owner_id"] for shop in block.shops}
    talks: list[Stored] = []
    messages: list[Stored] = []
    for order in block.documents["orders"]:
        if "buyer_id" in order and chance.random() < SHARE:
            said = _messages(ground, order, owners[order["shop_id"]], chance)
            talks.append(_conversation(ground, order, said, chance))
            messages += said
    block.documents["conversations"], block.documents["messages"] = talks, messages


def _messages(ground: Ground, order: Stored, owner_id: ObjectId, chance: random.Random) -> list[Stored]:
    moment = order["placed_at"] if "placed_at" in order else order["created_at"]
    conversation_id = _id(order["_id"], moment)
    moment, said = moment + BEGINS_AFTER, []
    for seq in range(1, 2 + int(chance.random() * MOST)):
        side = Side.BUYER if seq % 2 else Side.SHOP
        moment += timedelta(seconds=60 + int(chance.random() * ANSWERED_WITHIN.total_seconds()))
        said.append(
            ground.templates.message
            | {
                "_id": _id(order["_id"], moment),
                "conversation_id": conversation_id,
                "seq": seq,
                "side": side.value,
                "sender_id": order["buyer_id"] if side is Side.BUYER else owner_id,
                "client_id": f"{side}-{seq}",
                "body": _sentence(chance, 5 + int(chance.random() * 25)),
                "context": stored(_about(order)),
                "at": moment,
            }
        )
    return said


def _conversation(ground: Ground, order: Stored, said: list[Stored], chance: random.Random) -> Stored:
    """What was said last is read by the other side, or not yet."""
    last, subject = said[-1], _about(order)
    reader = Side(last["side"]).other
    before = max((one["seq"] for one in said if one["side"] == reader), default=0)
    read = before if chance.random() < 0.3 else last["seq"]
    template = ground.templates.conversation
    seqs = {reader: read, reader.other: last["seq"]}
    preview = LastMessage(last["seq"], last["side"], preview_of(last["body"]), last["at"])
    return template | {
        "_id": last["conversation_id"],
        "buyer_id": order["buyer_id"],
        "shop_id": order["shop_id"],
        "subjects": [stored(subject)],
        "subject_keys": [subject.key],
        "about_order": True,
        "last_seq": last["seq"],
        "last_at": last["at"],
        "last_message": stored(preview),
        "created_at": said[0]["at"],
        **{side.value: _standing(template, seqs[side], last["seq"]) for side in (Side.BUYER, Side.SHOP)},
    }


def _standing(template: Stored, read: int, last: int) -> Stored:
    found: Any = template["buyer"] | {"read_seq": read, "has_unread": read < last}
    return found


def _about(order: Stored) -> Subject:
    return Subject(SubjectKind.ORDER.value, order["_id"], f"Order {order['number']}", order["number"])


def _id(of_order: ObjectId, moment: datetime) -> ObjectId:
    """As unique as the order and the second, and rising with the moment."""
    return ObjectId(int(moment.timestamp()).to_bytes(4, "big") + of_order.binary[4:])
