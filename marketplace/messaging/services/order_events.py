"""What happens to an order is told where its buyer and its shop talk about it, each event once."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...ordering.values import Actor, OrderStatus
from ...shared.transactions import transactional
from ..documents import Conversation
from ..repositories import conversations
from ..values import Side, Subject
from .sending import note
from .starting import join_order, topic_of_order

_SIDES = {Actor.BUYER.value: Side.BUYER, Actor.SELLER.value: Side.SHOP}


def follow_order(order: Any) -> None:
    """Tell what is new of an order in the conversation about it, if there is one; again tells nothing twice.

    A talk about a product goes on about the order of it. What happened before the two talked about the
    order is on the order's own page.
    """
    if order.buyer_id is None:
        return
    conversation = join_order(order, _before_payment(order))
    if conversation is None:
        return
    subject = topic_of_order(order).subject
    for number in range(_told(conversation.pk, order), len(order.events)):
        _tell(conversation.pk, order, number, subject)


@transactional
def _tell(conversation_id: ObjectId, order: Any, number: int, subject: Subject) -> None:
    """Tell one event, and that it is told."""
    actor = _SIDES.get(order.events[number].actor, Side.SYSTEM)
    key, text = f"{subject.key}:{number}", _sentence(order, number)
    note(conversation_id, key=key, text=text, actor=actor, context=subject)
    conversations.note_events(conversation_id, order.pk, number + 1)


def _told(conversation_id: ObjectId, order: Any) -> int:
    """How many of its events are told there, or came before the conversation did."""
    conversation: Conversation = conversations.get(conversation_id)
    told = int(conversation.order_events.get(str(order.pk), 0))
    return max(told, sum(event.at < conversation.created_at for event in order.events))


def _before_payment(order: Any) -> int:
    """How many events came before the order was paid: the checkout is no news to anybody."""
    placed = OrderStatus.PLACED.value
    return next((number for number, event in enumerate(order.events) if event.to == placed), 0)


def _sentence(order: Any, number: int) -> str:
    """What is told of an event: its sentence, how a parcel travels, and what somebody said with it."""
    event, parts = order.events[number], []
    if event.name == "ship":
        before = sum(one.name == "ship" for one in order.events[:number])
        parcel = order.shipments[before] if before < len(order.shipments) else None
        parts = [parcel.carrier, parcel.tracking] if parcel else []
    lines = [event.text, ", ".join(part for part in parts if part), event.detail]
    return "\n".join(line for line in lines if line)
