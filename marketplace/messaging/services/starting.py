"""Beginning to talk: one conversation for each buyer, shop and subject, which begins with what is said."""

from __future__ import annotations

from collections.abc import Callable
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
from .seats import Seat
from .sending import Sent, send_message


def start_as_buyer(*, user_id: ObjectId, kind: SubjectKind, ref: str, **said: Any) -> Sent:
    """Say something to a shop about a product (its id), an order (its number) or itself (its slug).

    `said` is what `send_message` takes. It goes into the conversation about this subject, or about a product
    of this order, or begins one. Raises SubjectNotFound for what is not for sale or not this buyer's, and
    OwnShop.
    """
    subject, shop_id, others = _subject_of_buyer(user_id, kind, ref)
    if accounts.get_shop(shop_id).owner_id == user_id:
        raise OwnShop("This is your own shop.", field="subject.id")

    def start() -> Sent:
        conversation = _get_or_create(user_id, shop_id, subject, others)
        seat = Seat(conversation, Side.BUYER, user_id)
        return send_message(seat, context=subject, **said)

    return _once_more(start)


def start_as_shop(*, user_id: ObjectId, slug: str, number: str, **said: Any) -> Sent:
    """Say something to the buyer of one of the shop's orders.

    A shop never writes to strangers: other conversations begin with the buyer. Raises SubjectNotFound for
    others' orders, and NoRelationship for an order of a guest, who has no inbox.
    """
    shop = accounts.own_shop(user_id, slug)
    try:
        order = ordering.shop_order(shop.pk, number)
    except OrderNotFound as error:
        raise SubjectNotFound(str(error), field="subject.id") from None
    if order.buyer_id is None:
        raise NoRelationship("A guest bought this, who has no inbox here. Write to their e-mail address.")
    subject = _about_order(order)

    def start() -> Sent:
        conversation = _get_or_create(order.buyer_id, shop.pk, subject, _products_of(order))
        return send_message(Seat(conversation, Side.SHOP, user_id), context=subject, **said)

    return _once_more(start)


def conversation_about_order(order: Any) -> Conversation | None:
    """What is said about an order, if anything is: in its own conversation, or in one about its products."""
    for key in [_about_order(order).key, *_products_of(order)]:
        found = conversations.about(order.buyer_id, order.shop_id, key)
        if found is not None:
            return found
    return None


def _once_more(start: Callable[[], Sent]) -> Sent:
    """Begin in one transaction; again, where somebody else began the same conversation at this moment."""
    try:
        return transactions.run(start)
    except NotUniqueError:
        return transactions.run(start)


def _subject_of_buyer(user_id: ObjectId, kind: SubjectKind, ref: str) -> tuple[Subject, ObjectId, list[str]]:
    """The subject, the shop that it belongs to, and under which keys the two may talk about it already."""
    try:
        if kind is SubjectKind.ORDER:
            order = ordering.order_for(ref, user_id=user_id, key=None)
            return _about_order(order), order.shop_id, _products_of(order)
        if kind is SubjectKind.PRODUCT:
            product = catalog.shown_product(_id(ref))
            return Subject(kind.value, product.pk, product.title, product.slug), product.shop_id, []
        shop = accounts.visible_shop(ref)
        return Subject(kind.value, shop.pk, shop.name, shop.slug), shop.pk, []
    except (OrderNotFound, ProductNotFound, ShopNotFound) as error:
        raise SubjectNotFound(str(error), field="subject.id") from None


def _id(ref: str) -> ObjectId:
    if not ObjectId.is_valid(ref):
        raise SubjectNotFound("There is no such product, or it is no longer for sale.", field="subject.id")
    return ObjectId(ref)


def _about_order(order: Any) -> Subject:
    return Subject(SubjectKind.ORDER.value, order.pk, f"Order {order.number}", order.number)


def _products_of(order: Any) -> list[str]:
    return [f"{SubjectKind.PRODUCT}:{item.product_id}" for item in order.items]


def _get_or_create(
    buyer_id: ObjectId, shop_id: ObjectId, subject: Subject, others: list[str]
) -> Conversation:
    """The conversation about the subject, or one about the others that gains it, or a new one."""
    found = conversations.about(buyer_id, shop_id, subject.key)
    if found is not None:
        return found
    for key in others:
        related = conversations.about(buyer_id, shop_id, key)
        if related is not None and conversations.add_subject(related.pk, subject, most=MOST_SUBJECTS):
            return related
    moment = now()
    return conversations.add(
        Conversation(
            buyer_id=buyer_id,
            shop_id=shop_id,
            subjects=[subject],
            subject_keys=[subject.key],
            about_order=subject.kind == SubjectKind.ORDER,
            created_at=moment,
            last_at=moment,
        )
    )
