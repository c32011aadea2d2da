"""What tests of messaging begin with: a buyer who asked a shop something."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from marketplace.accounts.documents import Shop, User
from marketplace.catalog.documents import Product
from marketplace.messaging import services
from marketplace.messaging.documents import Conversation
from marketplace.messaging.repositories import conversations
from marketplace.messaging.services import Seat, Sent
from marketplace.messaging.values import SubjectKind
from tests.builders import a_product, a_shop, a_user


@dataclass
class File:
    """A file as the web hands it over."""

    filename: str | None
    stream: BytesIO


def a_file(body: bytes, name: str = "photo.jpg") -> File:
    return File(name, BytesIO(body))


@dataclass
class Talk:
    """A conversation about a product, which the buyer began with a question."""

    shop: Shop
    buyer: User
    product: Product
    asked: Sent

    @property
    def buyer_seat(self) -> Seat:
        return services.buyer_seat(self.buyer.pk, self.asked.conversation.pk)

    @property
    def shop_seat(self) -> Seat:
        return services.shop_seat(self.shop.owner_id, self.shop.slug, self.asked.conversation.pk)

    @property
    def stored(self) -> Conversation:
        return conversations.get(self.asked.conversation.pk)

    def ask(self, body: str = "And now?", client_id: str = "b", **more: Any) -> Sent:
        return services.send_message(self.buyer_seat, body=body, client_id=client_id, **more)

    def answer(self, body: str = "Yes.", client_id: str = "s", **more: Any) -> Sent:
        return services.send_message(self.shop_seat, body=body, client_id=client_id, **more)


def a_talk(*, shop: Shop | None = None, buyer: User | None = None, body: str = "Is it blue?") -> Talk:
    """A buyer's question about a product of the shop."""
    shop, buyer = shop or a_shop(), buyer or a_user(display_name="Ben Buyer")
    product = a_product(shop=shop, title="Mug")
    asked = services.start_as_buyer(
        user_id=buyer.pk, kind=SubjectKind.PRODUCT, ref=str(product.pk), body=body, client_id="first"
    )
    return Talk(shop, buyer, product, asked)
