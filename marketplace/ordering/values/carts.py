"""The words and value objects of carts."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

from bson import ObjectId

from ...shared.values import Money

#: The most pieces of one variant in a cart, and the most lines.
MOST_PIECES = 99
MOST_LINES = 100


class CartStatus(StrEnum):
    """What became of a cart."""

    OPEN = "open"
    CONVERTING = "converting"
    CONVERTED = "converted"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class CartOwner:
    """Whose cart is meant: a member's by `user_id`, else a visitor's by the token of their cookie."""

    user_id: ObjectId | None = None
    token: str | None = None

    def __bool__(self) -> bool:
        return self.user_id is not None or self.token is not None


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """A line of a cart as the buyer saw it when they pressed "Buy"."""

    item_id: ObjectId
    quantity: int
    unit_price: Money


@dataclass(frozen=True, slots=True)
class CartChange:
    """What of a cart differs from what its buyer saw: in words, and as it was and is now.

    `what` is price, quantity, added, removed, shipping or total; `item_id` is None for what is about no line.
    """

    what: str
    title: str
    was: str
    now: str
    item_id: ObjectId | None = None


class MergeOutcome(StrEnum):
    """What became of a line of a visitor's cart that was joined to a member's."""

    ADDED = "added"
    RAISED = "raised"
    SAVED = "saved"
    NO_ROOM = "no_room"
    CURRENCY_MISMATCH = "currency_mismatch"


@dataclass(frozen=True, slots=True)
class MergedLine:
    """A line that joining carts changed, or could not take over: how many pieces the cart had and has."""

    variant_id: ObjectId
    outcome: MergeOutcome
    before: int
    after: int


class Mending(StrEnum):
    """What the button beside a problem of a cart's line does."""

    SET_QUANTITY = "set_quantity"
    SAVE_FOR_LATER = "save_for_later"


def new_cart_token() -> str:
    """A random token of 128 bits for a visitor's cookie."""
    return secrets.token_urlsafe(16)


def is_cart_token(text: str) -> bool:
    """Whether a cookie's value has the form of `new_cart_token`."""
    return re.fullmatch(r"[\w-]{22}", text, re.ASCII) is not None
