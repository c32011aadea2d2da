"""The use cases of messaging."""

from .reading import Listed, Thread, inbox, listed, listed_one, mark_read, thread, unread_conversations
from .seats import Seat, buyer_seat, seat_again, shop_seat
from .sending import MessagesCrossed, Sent, note, send_message
from .starting import conversation_about_order, start_as_buyer, start_as_shop
from .unread import Unread, tell_of_unread, to_ring, unread_burst

__all__ = [
    "Listed",
    "MessagesCrossed",
    "Seat",
    "Sent",
    "Thread",
    "Unread",
    "buyer_seat",
    "conversation_about_order",
    "inbox",
    "listed",
    "listed_one",
    "mark_read",
    "note",
    "seat_again",
    "send_message",
    "shop_seat",
    "start_as_buyer",
    "start_as_shop",
    "tell_of_unread",
    "thread",
    "to_ring",
    "unread_burst",
    "unread_conversations",
]
