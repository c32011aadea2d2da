"""Where somebody reads and writes: a member at their own inbox, or a shop's people at the shop's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from flask import url_for

from ...accounts import services as accounts
from ...shared import identity
from .. import services
from ..services import Opening, Seat, Sent
from ..values import Side, Subject, SubjectKind

#: The pages of a desk, each as a member's and as a shop's.
_PAGES = {
    "inbox": ("show_inbox", "show_shop_inbox"),
    "thread": ("show_thread", "show_shop_thread"),
    "reply": ("send_reply", "send_shop_reply"),
    "new": ("new_message", "new_shop_message"),
    "step": ("take_step", "take_shop_step"),
    "delete": ("delete_message", "delete_shop_message"),
    "start": ("start_conversation", "start_shop_conversation"),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A side of conversations, and who sits there; at a shop's desk `shop` has its name and its slug."""

    side: Side
    owner_id: ObjectId
    user_id: ObjectId
    shop: Any = None

    def url(self, page: str, **about: Any) -> str:
        """The address of one of its pages."""
        place: dict[str, Any] = {"shop": self.shop.slug} if self.shop else {}
        return url_for(f"messaging_pages.{_PAGES[page][bool(self.shop)]}", **place, **about)

    def api(self, conversation_id: ObjectId) -> str:
        """Where programs, and the script of a page, find a conversation."""
        audience = f"/seller/{self.shop.slug}" if self.shop else ""
        return f"/api/v1{audience}/conversations/{conversation_id}"

    def order_url(self, number: str) -> str:
        """The page of an order as this side sees it."""
        if self.shop:
            return url_for("ordering_pages.show_shop_order", shop=self.shop.slug, number=number)
        return url_for("ordering_pages.show_order", number=number)

    def subject_url(self, subject: Subject, shop: str) -> str:
        """The page of what is talked about; `shop` is the slug of the conversation's shop."""
        if subject.kind == SubjectKind.ORDER:
            return self.order_url(subject.ref)
        if subject.kind == SubjectKind.PRODUCT:
            return url_for("catalog_pages.show_product", shop=shop, slug=subject.ref)
        return url_for("catalog_pages.show_shop", slug=subject.ref)

    def seat(self, conversation_id: ObjectId) -> Seat:
        """The place in a conversation; raises ConversationNotFound for others'."""
        return services.seat_of(self.side, self.owner_id, self.user_id, conversation_id)

    def opening(self, kind: SubjectKind, ref: str) -> Opening:
        """What is about to be written about; a shop begins about its orders alone."""
        if self.shop:
            return services.opening_as_shop(user_id=self.user_id, slug=self.shop.slug, number=ref)
        return services.opening_as_buyer(user_id=self.user_id, kind=kind, ref=ref)

    def start(self, kind: SubjectKind, ref: str, **said: Any) -> Sent:
        """Say something about it."""
        if self.shop:
            return services.start_as_shop(user_id=self.user_id, slug=self.shop.slug, number=ref, **said)
        return services.start_as_buyer(user_id=self.user_id, kind=kind, ref=ref, **said)


def of_member() -> Desk:
    """The desk of whoever is signed in."""
    user_id = identity.signed_in_user()
    return Desk(Side.BUYER, user_id, user_id)


def of_shop(slug: str) -> Desk:
    """The desk of a shop of whoever is signed in; raises ShopNotFound."""
    user_id = identity.signed_in_user()
    shop = accounts.own_shop(user_id, slug)
    return Desk(Side.SHOP, shop.pk, user_id, shop)
