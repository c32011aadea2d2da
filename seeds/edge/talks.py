"""Conversations at their limits: the longest message, hard texts, deleted ones, every kind and every side."""

from __future__ import annotations

from typing import Any

from marketplace.accounts.documents import Shop, User
from marketplace.catalog.documents import Product
from marketplace.messaging.documents import Block, Conversation, Message
from marketplace.messaging.values import (
    BODY_LENGTH,
    CLIENT_ID_LENGTH,
    MOST_SUBJECTS,
    LastMessage,
    MessageKind,
    Side,
    Subject,
    SubjectKind,
    preview_of,
)
from marketplace.ordering.documents import Order
from marketplace.shared import clock
from marketplace.shared.chance import new_id

from ..world import World
from .goods import Goods
from .people import People
from .texts import TEXTS, longest


def talk(world: World, people: People, goods: Goods) -> None:
    """What the buyer and others say to shops, after all of it was sold."""
    talks = _Talks(world, people.buyer)
    product = goods.sold["fullest"]
    whole = talks.begin(_about_product(product), shop_id=product.shop_id)
    for text in TEXTS.values():
        talks.say(whole, Side.BUYER, text)
        talks.say(whole, Side.SHOP, text, client_id=longest(CLIENT_ID_LENGTH))
    talks.say(whole, Side.BUYER, longest(BODY_LENGTH))
    talks.say(whole, Side.SHOP, "", deleted_at=clock.now())
    talks.say(whole, Side.BUYER, "This has a picture.", kind=MessageKind.FILE)
    other = goods.sold["emoji"]
    _about_many(talks, world, people, product.pk, other.pk)
    locked = talks.begin(_about_product(other), shop_id=other.shop_id)
    talks.say(locked, Side.BUYER, TEXTS["markup"])
    locked.locked = True
    shop = world.shops[product.shop_id]
    for one in (Side.BUYER, Side.SHOP):
        talks.block(locked, one)
    _of_who_left(_Talks(world, next(one for one in world.made(User) if not one.is_active)), shop)


def _about_many(talks: _Talks, world: World, people: People, *talked_about: Any) -> None:
    """One about as many things as it may be, muted and put away by the buyer."""
    order = next(one for one in world.made(Order) if one.buyer_id == people.buyer.pk)
    about = [Subject(SubjectKind.ORDER.value, order.pk, f"Order {order.number}", order.number)]
    listed = [one for one in world.made(Product) if one.shop_id == order.shop_id]
    listed = [one for one in listed if one.pk not in talked_about]
    while len(about) < MOST_SUBJECTS:  # of what is gone the words stay
        product = listed.pop() if listed else Product(id=new_id(), title="Gone", slug="gone")
        about.append(_about_product(product))
    found = talks.begin(*about, shop_id=order.shop_id)
    talks.say(found, Side.SHOP, "It is on its way.", context=about[0])
    told = {"kind": MessageKind.SYSTEM, "client_id": f"{order.pk}-shipped", "context": about[0]}
    talks.say(found, Side.SYSTEM, "The order was sent.", **told)
    found.buyer.archived = found.buyer.muted = found.shop.muted = True
    found.buyer.notified_seq = found.last_seq


def _of_who_left(talks: _Talks, shop: Shop) -> None:
    subject = Subject(SubjectKind.SHOP.value, shop.pk, shop.name, shop.slug)
    found = talks.begin(subject, shop_id=shop.pk)
    talks.say(found, Side.BUYER, "[removed]")
    _read(found, Side.SHOP, found.last_seq)


class _Talks:
    """What one person says to shops."""

    def __init__(self, world: World, buyer: User) -> None:
        self._world, self._buyer = world, buyer

    def begin(self, *subjects: Subject, shop_id: Any) -> Conversation:
        """A conversation about these, in which nothing was said yet."""
        found: Conversation = self._world.add(
            Conversation(
                buyer_id=self._buyer.pk,
                shop_id=shop_id,
                subjects=list(subjects),
                subject_keys=[one.key for one in subjects],
                about_order=any(one.kind == SubjectKind.ORDER for one in subjects),
            )
        )
        return found

    def block(self, conversation: Conversation, side: Side) -> None:
        """Have one of the two want no more from the other."""
        owner_id = self._world.shops[conversation.shop_id].owner_id
        self._world.add(
            Block(
                buyer_id=conversation.buyer_id,
                shop_id=conversation.shop_id,
                by=side,
                user_id=conversation.buyer_id if side is Side.BUYER else owner_id,
            )
        )

    def say(self, conversation: Conversation, side: Side, body: str, **parts: Any) -> None:
        """Add a message, which is unread for whoever did not write it."""
        seq = conversation.last_seq + 1
        senders = {Side.BUYER: self._buyer.pk, Side.SHOP: self._world.shops[conversation.shop_id].owner_id}
        name = parts.pop("client_id", None)
        said = {"client_id": f"{seq} {name}"[:CLIENT_ID_LENGTH] if name else str(seq), "body": body} | parts
        self._world.add(
            Message(conversation_id=conversation.pk, seq=seq, side=side, sender_id=senders.get(side), **said)
        )
        moment = clock.now()
        conversation.last_seq, conversation.last_at = seq, moment
        conversation.last_message = LastMessage(seq, side.value, preview_of(body), moment)
        for one in (Side.BUYER, Side.SHOP):
            if one is side:
                _read(conversation, one, seq)
            else:
                conversation.standing(one).has_unread = True


def _read(conversation: Conversation, side: Side, seq: int) -> None:
    standing = conversation.standing(side)
    standing.read_seq = seq
    standing.has_unread = seq < conversation.last_seq


def _about_product(product: Product) -> Subject:
    return Subject(SubjectKind.PRODUCT.value, product.pk, product.title, product.slug)
