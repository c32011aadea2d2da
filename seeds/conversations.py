"""What people of a scene say to each other: read from `conversations.toml`, and told to the services.

Each message is sent once: what an interrupted load left out is made up for by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from flask import current_app

from marketplace.catalog import services as catalog
from marketplace.messaging import repositories as talks
from marketplace.messaging import services as messaging
from marketplace.messaging.documents import Conversation
from marketplace.messaging.services import Seat
from marketplace.messaging.services.starting import join_order
from marketplace.messaging.values import BODY_LENGTH, Side, SubjectKind
from marketplace.ordering import repositories as sales
from marketplace.shared import clock
from marketplace.shared.chance import drawn_from

from .plan import Plan

#: How often people may write, which nobody does as fast as they do here.
LIMITS = ("MESSAGE_LIMIT", "CONVERSATION_LIMIT", "CONVERSATION_LIMIT_NEW")


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the buyer or the shop, so many minutes after the one before."""

    side: Side
    after: int
    body: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What a buyer and a shop say to each other, from so many days ago on.

    It is about a product or about an order, each by one of its skus, else about the shop. Of one that is
    `unread` the last message waits to be read.
    """

    buyer: str
    shop: str
    product: str | None
    order: str | None
    days_ago: int
    unread: bool
    messages: tuple[Said, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """Between whom it is, and about what."""
        return self.buyer, self.shop, self.product or self.order or ""


def talk_of(entry: Any, products: Iterable[Any], purchases: Iterable[Any], owners: Mapping[str, str]) -> Talk:
    """The conversation that an entry of the file tells, checked against what is sold and was bought."""
    talk = Talk(
        buyer=entry.take("buyer", str),
        shop=entry.one_of("shop", owners),
        product=entry.take("product", str, None),
        order=entry.take("order", str, None),
        days_ago=entry.number("days_ago", 0, 400),
        unread=entry.take("unread", bool, False),
        messages=tuple(_said(row) for row in entry.entries("message")),
    )
    if talk.buyer == owners[talk.shop] or talk.buyer not in {purchase.buyer for purchase in purchases}:
        raise entry.wrong("buyer", f"{talk.buyer} owns the shop, or never bought anything")
    sold = {variant.sku for one in products if one.shop == talk.shop for variant in one.variants}
    if talk.product and talk.product not in sold:
        raise entry.wrong("product", f"{talk.product!r} is no sku of the shop")
    if talk.order and not _was_bought(talk, purchases):
        raise entry.wrong("order", f"{talk.buyer} had not bought {talk.order} by then")
    if talk.product and talk.order:
        raise entry.wrong("order", "belongs to a conversation that is about no product")
    if not talk.messages or (talk.messages[0].side is Side.SHOP and not talk.order):
        raise entry.wrong("message", "must be there, and the buyer's first, unless it is about an order")
    entry.done()
    return talk


def _said(entry: Any) -> Said:
    side = Side(entry.one_of("from", (Side.BUYER.value, Side.SHOP.value)))
    said = Said(side, entry.number("after", 0, 60 * 24 * 60, default=0), entry.take("body", str))
    if not 1 <= len(said.body) <= BODY_LENGTH:
        raise entry.wrong("body", f"must have 1 to {BODY_LENGTH} characters")
    entry.done()
    return said


def _was_bought(talk: Talk, purchases: Iterable[Any]) -> bool:
    return any(
        (purchase.buyer, order.shop, line.sku) == (talk.buyer, talk.shop, talk.order)
        for purchase in purchases
        if purchase.days_ago >= talk.days_ago
        for order in purchase.orders
        for line in order.lines
    )


def hold(
    told: Talk,
    plan: Plan,
    number: int,
    *,
    buyer_id: ObjectId,
    shop: Any,
    variants: Mapping[tuple[str, str], ObjectId],
    anchor: datetime,
) -> None:
    """Let two people talk, each message at its own time and all before the scene ends."""
    about = _Subject.of(told, buyer_id, shop, variants)
    moment = anchor - timedelta(days=told.days_ago, minutes=11 * number)
    seats: dict[Side, Seat] = {}
    with _as_fast_as_told():
        for index, said in enumerate(told.messages):
            moment = min(moment + timedelta(minutes=said.after), anchor)
            with clock.at(moment), drawn_from(plan.key("conversation", number, index)):
                seats |= _send(about, said, client_id=f"scene {number}.{index}")
    if seats:
        with clock.at(moment):
            _read(seats, by=None if told.unread else told.messages[-1].side.other)
            _go_on_about_orders(about)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is talked about, and between whom."""

    buyer_id: ObjectId
    shop: Any
    kind: SubjectKind
    ref: str
    key: str
    order: Any = None

    @classmethod
    def of(
        cls, told: Talk, buyer_id: ObjectId, shop: Any, variants: Mapping[tuple[str, str], ObjectId]
    ) -> _Subject:
        if told.order:
            order = sales.orders.find(buyer_id=buyer_id, shop_id=shop.pk, items__sku=told.order)
            key = f"{SubjectKind.ORDER}:{order.pk}"
            return cls(buyer_id, shop, SubjectKind.ORDER, order.number, key, order)
        if told.product:
            variant_id = variants[told.shop, told.product]
            product_id = catalog.offers([variant_id])[variant_id].product_id
            key = f"{SubjectKind.PRODUCT}:{product_id}"
            return cls(buyer_id, shop, SubjectKind.PRODUCT, str(product_id), key)
        return cls(buyer_id, shop, SubjectKind.SHOP, shop.slug, f"{SubjectKind.SHOP}:{shop.pk}")

    def conversation(self) -> Conversation | None:
        """The one about it, if they talk about it already."""
        if self.order is not None:
            return messaging.conversation_about_order(self.order)
        return talks.conversations.about(self.buyer_id, self.shop.pk, self.key)


def _send(about: _Subject, said: Said, *, client_id: str) -> dict[Side, Seat]:
    """Send a message unless it was sent; answers with both seats if it is new."""
    sender = about.buyer_id if said.side is Side.BUYER else about.shop.owner_id
    words = {"body": said.body, "client_id": client_id}
    found = about.conversation()
    if found is not None:
        if talks.messages.sent_as(found.pk, sender, words["client_id"]) is not None:
            return {}
        messaging.send_message(Seat(found, said.side, sender), **words)
    elif said.side is Side.BUYER:
        found = messaging.start_as_buyer(user_id=sender, kind=about.kind, ref=about.ref, **words).conversation
    else:
        found = messaging.start_as_shop(
            user_id=sender, slug=about.shop.slug, number=about.ref, **words
        ).conversation
    return {
        Side.BUYER: Seat(found, Side.BUYER, about.buyer_id),
        Side.SHOP: Seat(found, Side.SHOP, about.shop.owner_id),
    }


def _go_on_about_orders(about: _Subject) -> None:
    """Let a talk about a product go on about the orders of it; what happened to them so far is no news."""
    if about.kind is not SubjectKind.PRODUCT:
        return
    bought = sales.orders.all().filter(
        buyer_id=about.buyer_id, shop_id=about.shop.pk, items__product_id=ObjectId(about.ref)
    )
    for order in bought:
        found = join_order(order, len(order.events))
        if found is not None:
            talks.conversations.note_events(found.pk, order.pk, len(order.events))


def _read(seats: Mapping[Side, Seat], *, by: Side | None) -> None:
    """Let a side read everything."""
    if by is not None:
        seat = messaging.seat_again(seats[by])
        messaging.mark_read(seat, seat.conversation.last_seq)


@contextmanager
def _as_fast_as_told() -> Iterator[None]:
    """Without the limits that keep people from flooding each other."""
    before = {name: current_app.config[name] for name in LIMITS if name in current_app.config}
    current_app.config.update(dict.fromkeys(LIMITS, 0))
    try:
        yield
    finally:
        for name in LIMITS:
            current_app.config.pop(name)
        current_app.config.update(before)
