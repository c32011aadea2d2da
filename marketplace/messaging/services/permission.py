"""Whether somebody may write in a conversation, and why not: locks, blocks, and what became of both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.errors import ShopNotActive
from ...accounts.values import Capability, ShopStatus, UserStatus
from ...ordering import services as ordering
from ...shared.errors import MarketplaceError
from ..documents import Conversation
from ..errors import Blocked, CannotMessage, ConversationLocked
from ..repositories import blocks, conversations
from ..values import Side
from .seats import Seat

#: What whoever is blocked is told, or writes to nobody: the same, so that it does not tell which.
NEUTRAL = "Messages cannot be sent here now."


@dataclass(frozen=True, slots=True)
class SeatStanding:
    """What a side set of the other, and why it cannot write, if so."""

    blocked: bool
    refusal: MarketplaceError | None

    @property
    def cannot_write(self) -> str | None:
        """A sentence that says why this side cannot write, or None."""
        return str(self.refusal) if self.refusal else None


def standing_of(seat: Seat) -> SeatStanding:
    """Whether this side blocks the other, and whether it can write; two questions, or three."""
    by = blocks.between(seat.conversation.buyer_id, seat.conversation.shop_id)
    return SeatStanding(seat.side in by, _refusal(seat.side, seat.conversation, by))


def can_write(seat: Seat) -> str | None:
    """Why this side cannot write, in a sentence for it; None when it can."""
    return standing_of(seat).cannot_write


def check_can_write(seat: Seat) -> None:
    """Raise what keeps this side from writing.

    ConversationLocked, Blocked for whoever blocked the other side, CannotMessage for the other side, and
    ShopNotActive for a shop whose state does not allow it.
    """
    refusal = standing_of(seat).refusal
    if refusal is not None:
        raise refusal


def check_can_begin(side: Side, buyer_id: ObjectId, shop_id: ObjectId, order_ids: Sequence[ObjectId]) -> None:
    """Raise as `check_can_write`, for a conversation that is to begin about these orders or none."""
    refusal = _between(side, buyer_id, shop_id, order_ids, blocks.between(buyer_id, shop_id))
    if refusal is not None:
        raise refusal


def check_is_there(buyer_id: ObjectId) -> None:
    """Raise CannotMessage where the buyer deleted their account, perhaps while what they sent was stored."""
    buyer = accounts.find_user(buyer_id)
    if buyer is None or buyer.status is UserStatus.DELETED:
        raise CannotMessage(NEUTRAL)


def block(seat: Seat) -> None:
    """Take no more messages from the other side, but where an order runs; again changes nothing."""
    conversation = seat.conversation
    blocks.add_once(conversation.buyer_id, conversation.shop_id, seat.side, seat.user_id)


def unblock(seat: Seat) -> None:
    """Take messages from the other side again; again changes nothing."""
    blocks.remove(seat.conversation.buyer_id, seat.conversation.shop_id, seat.side)


def put(seat: Seat, *, muted: bool | None = None, archived: bool | None = None) -> None:
    """Set what this side wants of the conversation: no notices of it (`muted`), or not in its inbox."""
    wanted = {"muted": muted, "archived": archived}
    settings = {name: value for name, value in wanted.items() if value is not None}
    if settings:
        conversations.put(seat.conversation, seat.side, **settings)


def _refusal(side: Side, conversation: Conversation, by: set[Side]) -> MarketplaceError | None:
    if conversation.locked:
        return ConversationLocked("A moderator closed this conversation. Nothing more can be written here.")
    if conversation.buyer_left:
        return CannotMessage(NEUTRAL)
    return _between(side, conversation.buyer_id, conversation.shop_id, conversation.order_ids, by)


def _between(
    side: Side, buyer_id: ObjectId, shop_id: ObjectId, order_ids: Sequence[ObjectId], by: set[Side]
) -> MarketplaceError | None:
    shop = accounts.get_shop(shop_id)
    if not shop.may(Capability.MESSAGE):
        return _of_shop(side, "This shop may not write messages now.", shop.status)
    suspended = shop.status is ShopStatus.SUSPENDED
    if not (by or suspended) or ordering.any_running(order_ids):
        return None
    if side in by:
        other = "shop" if side is Side.BUYER else "buyer"
        return Blocked(f"You blocked this {other}. Unblock it to write here.")
    if by:
        return CannotMessage(NEUTRAL)
    return _of_shop(side, "A suspended shop writes about orders that run, and nothing else.", shop.status)


def _of_shop(side: Side, sentence: str, status: ShopStatus) -> MarketplaceError:
    """What the state of a shop forbids, in words for its own people; others are not told."""
    return ShopNotActive(sentence, state=status.value) if side is Side.SHOP else CannotMessage(NEUTRAL)
