"""The sign for messages in the header of every page, with how many conversations wait where that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from flask import g, request, url_for
from mongoengine.errors import OperationError
from pymongo.errors import PyMongoError

from ...shared import identity
from .. import services
from ..values import Side


@dataclass(frozen=True, slots=True)
class InboxLink:
    """Where messages are read, what that is called, and in how many conversations something is unread."""

    url: str
    label: str
    unread: int


def inbox_link(shop: Any = None) -> InboxLink:
    """The inbox of a shop, or of whoever is signed in.

    A shop's pages say how many of its conversations wait. A member's other pages leave that to the bell,
    which tells of each of them and costs no question; pages of messages know the number anyway.
    """
    if shop is not None:
        url = url_for("messaging_pages.show_shop_inbox", shop=shop.slug)
        return InboxLink(url, f"Messages of {shop.name}", unread(Side.SHOP, shop.pk))
    user_id = identity.user_id()
    known = _counts().get((Side.BUYER, user_id), 0) if user_id else 0
    return InboxLink(url_for("messaging_pages.show_inbox"), "Messages", known)


def unread(side: Side, owner_id: ObjectId) -> int:
    """In how many conversations something is unread; none on pages that say what went wrong."""
    counts = _counts()
    if (side, owner_id) not in counts:
        try:
            counts[side, owner_id] = services.unread_conversations(side, owner_id)
        except (PyMongoError, OperationError):
            counts[side, owner_id] = 0
    return counts[side, owner_id]


def _counts() -> dict[tuple[Side, ObjectId], int]:
    found: dict[tuple[Side, ObjectId], int] = g.setdefault("unread_conversations", {})
    return found


def of_this_page() -> dict[str, Any]:
    """What the frame of a page shows: a shop's own pages lead to the shop's messages."""
    return {"inbox_link": inbox_link, "at_the_shop": request.path.startswith("/sell/")}
