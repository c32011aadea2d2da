"""Beginning to talk: one conversation for each buyer, shop and subject, which begins with what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bson import ObjectId
from mongoengine.errors import NotUniqueError

from ...accounts import services as accounts
from ...accounts.errors import ShopNotFound
from ...catalog import services as catalog
from ...catalog.errors import ProductNotFound
from ...ordering import services as ordering
from ...ordering.errors import OrderNotFound
from ...shared import transactions
from ...shared.clock import now
from ..documents import Conversation
from ..errors import NoRelationship, OwnShop, SubjectNotFound
from ..repositories import conversations
from ..values import MOST_SUBJECTS, Side, Subject, SubjectKind
from .limiting import count_conversation
from .permission import check_can_begin, check_is_there
from .seats import Seat
from .sending import Sent, prepared, store


@dataclass(frozen=True, slots=True)
class Topic:
    """What two are to talk about: `others` are keys of subjects whose conversation it may join.

    Of an order so many `events` happened before, which its own page tells.
    """

    buyer_id: ObjectId
    shop_id: ObjectId
    subject: Subject
    others: tuple[str, ...] = ()
    events: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody is about to write about, to whom, and the conversation that they have about it."""

    subject: Subject
    name: str
    conversation: Conversation | None


def start_as_buyer(*, user_id: ObjectId, kind: SubjectKind, ref: str, **said: Any) -> Sent:
    """Say something to a shop about a product (its id), an order (its number) or itself (its slug).

    `said` is what `send_message` takes. It goes into the conversation about this subject, or about a product
    of this order, or begins one. Raises SubjectNotFound for what is not for sale or not this buyer's,
    OwnShop, RateLimited for whoever begins too many, and as `send_message`.
    """
    topic = _topic_of_buyer(user_id, kind, ref)
    if accounts.get_shop(topic.shop_id).owner_id == user_id:
        raise OwnShop("This is your own shop.", field="subject.id")
    return _start(topic, Side.BUYER, user_id, said)


def start_as_shop(*, user_id: ObjectId, slug: str, number: str, **said: Any) -> Sent:
    """Say something to the buyer of one of the shop's orders.

    A shop never writes to strangers: other conversations begin with the buyer. Raises SubjectNotFound for
    others' orders, NoRelationship for an order of a guest, who has no inbox, RateLimited, and as
    `send_message`.
    """
    return _start(topic_of_order(_order_of_shop(user_id, slug, number)), Side.SHOP, user_id, said)


def conversation_about_order(order: Any) -> Conversation | None:
    """What is said about an order, if anything is: in its own conversation, or in one about its products."""
    return _find(topic_of_order(order))


def opening_as_buyer(*, user_id: ObjectId, kind: SubjectKind, ref: str) -> Opening:
    """What a buyer is about to write about, as `start_as_buyer` takes it; raises what that raises."""
    topic = _topic_of_buyer(user_id, kind, ref)
    shop = accounts.get_shop(topic.shop_id)
    if shop.owner_id == user_id:
        raise OwnShop("This is your own shop.", field="subject.id")
    return Opening(topic.subject, shop.name, _about(topic))


def opening_as_shop(*, user_id: ObjectId, slug: str, number: str) -> Opening:
    """What a shop is about to write about, as `start_as_shop` takes it; raises what that raises."""
    topic = topic_of_order(_order_of_shop(user_id, slug, number))
    buyer = accounts.find_user(topic.buyer_id)
    return Opening(topic.subject, buyer.display_name if buyer else "Former member", _about(topic))


def join_order(order: Any, events: int) -> Conversation | None:
    """The conversation about an order, or about a product of it, which from now on is about the order too.

    None where the two do not talk. So many `events` of the order are not told in it.
    """
    topic = replace(topic_of_order(order), events=events)
    found = _about(topic)
    if found is not None:
        return found
    try:
        return _joined(topic)
    except NotUniqueError:  # somebody joined it to another one at this moment
        return _about(topic)


def topic_of_order(order: Any) -> Topic:
    """What a buyer and a shop talk about when they talk about an order."""
    products = tuple(dict.fromkeys(f"{SubjectKind.PRODUCT}:{item.product_id}" for item in order.items))
    subject = Subject(SubjectKind.ORDER.value, order.pk, f"Order {order.number}", order.number)
    return Topic(order.buyer_id, order.shop_id, subject, products, len(order.events))


def _order_of_shop(user_id: ObjectId, slug: str, number: str) -> Any:
    """The order of this person's shop, which a member bought."""
    shop = accounts.own_shop(user_id, slug)
    try:
        order = ordering.shop_order(shop.pk, number)
    except OrderNotFound as error:
        raise SubjectNotFound(str(error), field="subject.id") from None
    if order.buyer_id is None:
        raise NoRelationship("A guest bought this, who has no inbox here. Write to their e-mail address.")
    return order


def _about(topic: Topic) -> Conversation | None:
    """The conversation about the topic itself."""
    return conversations.about(topic.buyer_id, topic.shop_id, topic.subject.key)


def _start(topic: Topic, side: Side, user_id: ObjectId, said: dict[str, Any]) -> Sent:
    """Say something about a topic, where the two talk about it or in a new conversation."""
    found = _find(topic)
    if found is None:
        about_order = topic.subject.kind == SubjectKind.ORDER
        check_can_begin(side, topic.buyer_id, topic.shop_id, [topic.subject.id] if about_order else [])
        count_conversation(user_id)
    seat = Seat(found, side, user_id) if found else None
    draft = prepared(seat, user_id, **said)

    def start() -> Sent:
        return store(Seat(_get_or_create(topic, side), side, user_id), draft, context=topic.subject)

    return _once_more(start)


def _once_more(start: Callable[[], Sent]) -> Sent:
    """Begin in one transaction; again, where somebody else began the same conversation at this moment."""
    try:
        return transactions.run(start)
    except NotUniqueError:
        return transactions.run(start)


def _topic_of_buyer(user_id: ObjectId, kind: SubjectKind, ref: str) -> Topic:
    try:
        if kind is SubjectKind.ORDER:
            return topic_of_order(ordering.order_for(ref, user_id=user_id, key=None))
        if kind is SubjectKind.PRODUCT:
            product = catalog.shown_product(_id(ref))
            subject = Subject(kind.value, product.pk, product.title, product.slug)
            return Topic(user_id, product.shop_id, subject)
        shop = accounts.visible_shop(ref)
        return Topic(user_id, shop.pk, Subject(kind.value, shop.pk, shop.name, shop.slug))
    except (OrderNotFound, ProductNotFound, ShopNotFound) as error:
        raise SubjectNotFound(str(error), field="subject.id") from None


def _id(ref: str) -> ObjectId:
    if not ObjectId.is_valid(ref):
        raise SubjectNotFound("There is no such product, or it is no longer for sale.", field="subject.id")
    return ObjectId(ref)


def _find(topic: Topic) -> Conversation | None:
    """The conversation about the topic, or one that it can join."""
    keys = [topic.subject.key, *topic.others]
    found = conversations.about_any(topic.buyer_id, topic.shop_id, keys)
    own = (one for one in found if topic.subject.key in one.subject_keys)
    return next(own, found[0] if found else None)


def _joined(topic: Topic) -> Conversation | None:
    """The conversation about one of the topic's others, which gains the topic; None without room for it."""
    for related in conversations.about_any(topic.buyer_id, topic.shop_id, topic.others):
        if conversations.add_subject(related.pk, topic.subject, most=MOST_SUBJECTS, events=topic.events):
            return related
    return None


def _get_or_create(topic: Topic, side: Side) -> Conversation:
    """The conversation about the topic, or one about its others that gains it, or a new one."""
    found = _about(topic) or _joined(topic)
    if found is not None:
        return found
    check_is_there(topic.buyer_id)
    moment, about_order = now(), topic.subject.kind == SubjectKind.ORDER
    return conversations.add(
        Conversation(
            buyer_id=topic.buyer_id,
            shop_id=topic.shop_id,
            subjects=[topic.subject],
            subject_keys=[topic.subject.key],
            about_order=about_order,
            order_events={str(topic.subject.id): topic.events} if about_order else {},
            asked_at=moment if side is Side.BUYER else None,
            created_at=moment,
            last_at=moment,
        )
    )
