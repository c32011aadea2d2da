"""What somebody may report: what they can see, and what is not their own."""

from __future__ import annotations

from collections.abc import Callable

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.errors import ShopNotFound
from ...catalog import services as catalog
from ...catalog.errors import ProductNotFound, ReviewNotFound
from ...messaging import services as messaging
from ...messaging.errors import ConversationNotFound, MessageNotFound
from ...messaging.values import Side
from ..errors import NothingToReport, OwnThing
from ..values import LABEL_LENGTH, ReportedKind, Target

_GONE = "There is nothing to report here. Perhaps it is gone already."


def target_of(
    *, user_id: ObjectId, kind: ReportedKind, ref: str, conversation_id: ObjectId | None = None
) -> Target:
    """What this person wants to report, as they see it.

    `ref` is an id; of a shop also its slug, and of a message its number in its conversation. Raises
    NothingToReport for what is not there or not theirs to see, and OwnThing.
    """
    try:
        target = _message(user_id, ref, conversation_id) if kind is ReportedKind.MESSAGE else _FIND[kind](ref)
    except (ProductNotFound, ReviewNotFound, ShopNotFound, ConversationNotFound, MessageNotFound):
        raise NothingToReport(_GONE) from None
    if target.owner_id == user_id:
        raise OwnThing("This is your own.")
    return target


def _listing(ref: str) -> Target:
    product = catalog.shown_product(_id(ref))
    shop = accounts.get_shop(product.shop_id)
    return Target(
        ReportedKind.LISTING,
        product.pk,
        product.title[:LABEL_LENGTH],
        shop.owner_id,
        f"/p/{shop.slug}/{product.slug}",
        shop_id=shop.pk,
        snapshot=product.description or "",
    )


def _review(ref: str) -> Target:
    review = catalog.reviews.published_review(_id(ref))
    product = catalog.find_product(review.product_id)
    shop = accounts.get_shop(review.shop_id)
    title = product.title if product else "a product that is gone"
    path = f"/p/{shop.slug}/{product.slug}#review-{review.pk}" if product and product.visible else "/"
    return Target(
        ReportedKind.REVIEW,
        review.pk,
        f"Review of {title}"[:LABEL_LENGTH],
        review.author_id,
        path,
        snapshot="\n\n".join(filter(None, (review.title, review.body))),
        criticized_id=shop.owner_id,
    )


def _shop(ref: str) -> Target:
    if ObjectId.is_valid(ref):
        found = accounts.find_shops([ObjectId(ref)]).get(ObjectId(ref))
        shop = accounts.visible_shop(found.slug) if found else None
    else:
        shop = accounts.visible_shop(ref)
    if shop is None:
        raise NothingToReport(_GONE)
    path = f"/shop/{shop.slug}"
    return Target(
        ReportedKind.SHOP,
        shop.pk,
        shop.name,
        shop.owner_id,
        path,
        shop_id=shop.pk,
        snapshot=shop.description or "",
    )


def _user(ref: str) -> Target:
    user = accounts.find_user(_id(ref))
    if user is None or not user.is_active:
        raise NothingToReport(_GONE)
    # How somebody is called is no concern of whoever knows their id.
    return Target(ReportedKind.USER, user.pk, user.display_name, user.pk, "/", public_label="A member")


def _message(user_id: ObjectId, ref: str, conversation_id: ObjectId | None) -> Target:
    """A message that was written to this person."""
    if conversation_id is None:
        raise NothingToReport("Say in which conversation the message is.")
    seat, message = messaging.said_to(user_id, conversation_id, ref)
    if message.side is Side.SYSTEM:
        raise NothingToReport("The marketplace wrote this itself, so there is nobody to report.")
    if message.side is seat.side:
        raise OwnThing("You wrote this, or your shop did.")
    conversation, shop = seat.conversation, accounts.get_shop(seat.conversation.shop_id)
    by_shop = message.side is Side.SHOP
    path = f"/inbox/{conversation.pk}" if by_shop else f"/sell/{shop.slug}/messages/{conversation.pk}"
    about = conversation.subjects[0].label
    return Target(
        ReportedKind.MESSAGE,
        message.pk,
        f"Message about {about}"[:LABEL_LENGTH],
        message.sender_id,
        path,
        shop_id=shop.pk if by_shop else None,
        snapshot=message.original.body if message.original else message.body,
        conversation_id=conversation.pk,
        seq=message.seq,
    )


def _id(ref: str) -> ObjectId:
    if not ObjectId.is_valid(ref):
        raise NothingToReport(_GONE)
    return ObjectId(ref)


_FIND: dict[ReportedKind, Callable[[str], Target]] = {
    ReportedKind.LISTING: _listing,
    ReportedKind.REVIEW: _review,
    ReportedKind.SHOP: _shop,
    ReportedKind.USER: _user,
}
