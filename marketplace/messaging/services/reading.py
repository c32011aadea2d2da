"""Reading: the lists of an inbox, the messages of a conversation, and what is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bson import ObjectId

from ...accounts import services as accounts
from ...shared.paging import Page, Position
from ..documents import Conversation, Message
from ..repositories import conversations, messages
from ..values import Box, Side
from .permission import standing_of
from .seats import Seat
from .unread import notification_key

#: Unread conversations are counted up to this many.
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as a list shows it: with the name of the other side, and what is unread."""

    conversation: Conversation
    side: Side
    name: str
    shop_slug: str

    @property
    def unread(self) -> int:
        """How many messages the reader's side has not read."""
        return self.conversation.unread(self.side)

    @property
    def seen_seq(self) -> int:
        """Up to which message the other side has read."""
        return int(self.conversation.standing(self.side.other).read_seq)

    @property
    def muted(self) -> bool:
        """Whether the reader's side gets no notices of it."""
        return bool(self.conversation.standing(self.side).muted)

    @property
    def archived(self) -> bool:
        """Whether the reader's side put it out of its inbox."""
        return bool(self.conversation.standing(self.side).archived)


@dataclass(frozen=True, slots=True)
class ListedOne(Listed):
    """A conversation by itself: also whether the reader's side blocks the other, and can write."""

    blocked: bool
    cannot_write: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """Some messages of a conversation in their order, and whether there are others before and after."""

    seat: Seat
    messages: list[Message]
    has_before: bool
    has_after: bool
    names: dict[Side, str]


def inbox(
    side: Side, owner_id: ObjectId, *, box: Box = Box.INBOX, at: Position | None = None, limit: int = 24
) -> Page[Listed]:
    """The conversations of a buyer, or of a shop, in one of its lists; last active first."""
    page = conversations.box(side, owner_id, box, at=at, limit=limit)
    rows = list(listed(page.items, side))
    return Page(rows, page.next, page.previous, page.extra)


def listed(found: Iterable[Conversation], side: Side) -> Iterable[Listed]:
    """Conversations as this side sees them in a list; two questions for all of them.

    Shops are called what they were within the last moment.
    """
    rows = list(found)
    shops = accounts.shown_shops({one.shop_id for one in rows})
    people = accounts.find_users({one.buyer_id for one in rows}) if side is Side.SHOP else {}
    for one in rows:
        shop, buyer = shops[one.shop_id], people.get(one.buyer_id)
        name = shop.name if side is Side.BUYER else (buyer.display_name if buyer else "Former member")
        yield Listed(one, side, name, shop.slug)


def listed_one(seat: Seat) -> ListedOne:
    """A conversation as its list shows it, with whether this side can write in it."""
    (found,) = listed([seat.conversation], seat.side)
    standing = standing_of(seat)
    return ListedOne(
        found.conversation, found.side, found.name, found.shop_slug, standing.blocked, standing.cannot_write
    )


def unread_conversations(side: Side, owner_id: ObjectId) -> int:
    """In how many conversations something is unread, counted up to MOST_COUNTED."""
    return conversations.count(side, owner_id, Box.UNREAD, most=MOST_COUNTED)


def thread(seat: Seat, *, before: int | None = None, after: int | None = None, limit: int = 50) -> Thread:
    """The last messages of a conversation, or those before or after a number."""
    conversation_id = seat.conversation.pk
    if after is not None:
        found = messages.after(conversation_id, after, limit + 1)
        more, found = len(found) > limit, found[:limit]
        return Thread(seat, found, has_before=after > 0, has_after=more, names=names_in(seat.conversation))
    found = messages.before(conversation_id, before, limit + 1)
    more, found = len(found) > limit, found[-limit:]
    has_after = before is not None and before <= seat.conversation.last_seq
    return Thread(seat, found, has_before=more, has_after=has_after, names=names_in(seat.conversation))


def mark_read(seat: Seat, up_to: int) -> None:
    """Note that this side has read up to a message; then its bell need not tell of it."""
    conversations.mark_read(seat.conversation, seat.side, up_to)
    if seat.conversation.standing(seat.side).has_unread:
        accounts.read_notification_of(user_id=seat.user_id, key=notification_key(seat.conversation.pk))


def names_in(conversation: Conversation) -> dict[Side, str]:
    """How the sides are called: the buyer by name, the shop by its own and that of who answers for it."""
    shop = accounts.shown_shops([conversation.shop_id])[conversation.shop_id]
    people = accounts.find_users({conversation.buyer_id, shop.owner_id})
    buyer, owner = people.get(conversation.buyer_id), people.get(shop.owner_id)
    first = owner.display_name.split()[0] if owner and owner.display_name.strip() else ""
    return {
        Side.BUYER: buyer.display_name if buyer else "Former member",
        Side.SHOP: f"{shop.name} ({first})" if first else shop.name,
    }
