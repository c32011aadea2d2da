"""The use cases of messaging."""

from .attaching import (
    LARGEST_REQUEST,
    TOO_MUCH,
    UploadedFile,
    attachment_for_moderator,
    find_attachment,
)
from .deleting import delete_message, forget_originals, forget_person, forget_those_who_left
from .moderating import (
    Opened,
    is_locked,
    lock_conversation,
    open_reported,
    open_reported_file,
    said_to,
    unlock_conversation,
)
from .order_events import follow_order
from .permission import SeatStanding, block, can_write, put, standing_of, unblock
from .reading import (
    Listed,
    ListedOne,
    Thread,
    inbox,
    listed,
    listed_one,
    mark_read,
    thread,
    unread_conversations,
)
from .reply_times import count_reply_times
from .seats import Seat, buyer_seat, seat_again, seat_of, shop_seat
from .sending import Sent, note, send_message
from .starting import (
    Opening,
    conversation_about_order,
    opening_as_buyer,
    opening_as_shop,
    start_as_buyer,
    start_as_shop,
)
from .unread import Unread, tell_of_unread, to_ring, unread_burst
from .waiting import await_message

__all__ = [
    "LARGEST_REQUEST",
    "TOO_MUCH",
    "Listed",
    "ListedOne",
    "Opened",
    "Opening",
    "Seat",
    "SeatStanding",
    "Sent",
    "Thread",
    "Unread",
    "UploadedFile",
    "attachment_for_moderator",
    "await_message",
    "block",
    "buyer_seat",
    "can_write",
    "conversation_about_order",
    "count_reply_times",
    "delete_message",
    "find_attachment",
    "follow_order",
    "forget_originals",
    "forget_person",
    "forget_those_who_left",
    "inbox",
    "is_locked",
    "listed",
    "listed_one",
    "lock_conversation",
    "mark_read",
    "note",
    "open_reported",
    "open_reported_file",
    "opening_as_buyer",
    "opening_as_shop",
    "put",
    "said_to",
    "seat_again",
    "seat_of",
    "send_message",
    "shop_seat",
    "standing_of",
    "start_as_buyer",
    "start_as_shop",
    "tell_of_unread",
    "thread",
    "to_ring",
    "unblock",
    "unlock_conversation",
    "unread_burst",
    "unread_conversations",
]
