"""The use cases of messaging."""

from .moderating import Opened, is_locked, lock_conversation, open_reported, said_to, unlock_conversation
from .reading import Listed, Thread, inbox, listed, listed_one, mark_read, thread, unread_conversations
from .seats import Seat, buyer_seat, seat_again, shop_seat
from .sending import MessagesCrossed, Sent, note, send_message
from .starting import conversation_about_order, start_as_buyer, start_as_shop

__all__ = [
    "Listed",
    "MessagesCrossed",
    "Opened",
    "Seat",
    "Sent",
    "Thread",
    "buyer_seat",
    "conversation_about_order",
    "inbox",
    "is_locked",
    "listed",
    "listed_one",
    "lock_conversation",
    "mark_read",
    "note",
    "open_reported",
    "said_to",
    "seat_again",
    "send_message",
    "shop_seat",
    "start_as_buyer",
    "start_as_shop",
    "thread",
    "unlock_conversation",
    "unread_conversations",
]
