"""What a shop answers to a review."""

from __future__ import annotations

from bson import ObjectId

from ....accounts import services as accounts
from ....accounts.values import Capability
from ....shared import outbox
from ....shared.clock import now
from ....shared.transactions import transactional
from ...documents import Review
from ...repositories import reviews


@transactional
def reply_to_review(*, shop_id: ObjectId, review_id: ObjectId, text: str) -> Review:
    """The review with the shop's one reply, of which its author gets mail.

    Raises ReviewNotFound for reviews of other shops' products, ReplyExists, and ShopNotActive.
    """
    accounts.require(accounts.get_shop(shop_id), Capability.MESSAGE)
    review = reviews.of_shop(shop_id, review_id)
    review.answer(text, now())
    reviews.save(review)
    outbox.tell("review.replied", about=review)
    return review


@transactional
def edit_reply(*, shop_id: ObjectId, review_id: ObjectId, text: str) -> Review:
    """The review with its reply worded anew.

    Raises ReviewNotFound, ReplyClosed after a day, and ShopNotActive.
    """
    accounts.require(accounts.get_shop(shop_id), Capability.MESSAGE)
    review = reviews.of_shop(shop_id, review_id)
    review.reword_answer(text, now())
    return reviews.save(review)
