"""Who takes part in a conversation: the buyer, and the people of the shop. Nobody else has a seat."""

from __future__ import annotations

from dataclasses import dataclass

from bson import ObjectId

from ...accounts import services as accounts
from ..documents import Conversation
from ..errors import ConversationNotFound
from ..repositories import conversations
from ..values import Side


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's place in a conversation: on which side, and who it is."""

    conversation: Conversation
    side: Side
    user_id: ObjectId

    @property
    def unread(self) -> int:
        """How many messages this side has not read."""
        return self.conversation.unread(self.side)


def buyer_seat(user_id: ObjectId, conversation_id: ObjectId) -> Seat:
    """The buyer's place; raises ConversationNotFound for everybody else."""
    return seat_of(Side.BUYER, user_id, user_id, conversation_id)


def shop_seat(user_id: ObjectId, slug: str, conversation_id: ObjectId) -> Seat:
    """The place of the shop's people; raises ShopNotFound and ConversationNotFound for everybody else."""
    shop = accounts.own_shop(user_id, slug)
    return seat_of(Side.SHOP, shop.pk, user_id, conversation_id)


def seat_of(side: Side, owner_id: ObjectId, user_id: ObjectId, conversation_id: ObjectId) -> Seat:
    """The place of a side whose people were made sure of; raises ConversationNotFound for others'."""
    return Seat(conversations.of_side(side, owner_id, conversation_id), side, user_id)


def own_seat(user_id: ObjectId, conversation_id: ObjectId) -> Seat:
    """The place of this person on whichever side; raises ConversationNotFound for everybody else."""
    found = conversations.find(pk=conversation_id)
    if found is not None and found.buyer_id == user_id:
        return Seat(found, Side.BUYER, user_id)
    if found is not None and accounts.get_shop(found.shop_id).owner_id == user_id:
        return Seat(found, Side.SHOP, user_id)
    raise ConversationNotFound("There is no such conversation.")


def seat_again(seat: Seat) -> Seat:
    """The same place, with the conversation as it is stored now."""
    found = conversations.find(pk=seat.conversation.pk)
    if found is None:
        raise ConversationNotFound("There is no such conversation.")
    return Seat(found, seat.side, seat.user_id)
