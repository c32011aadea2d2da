"""What moderators do with reviews."""

from __future__ import annotations

from bson import ObjectId

from ....accounts import services as accounts
from ....shared.clock import now
from ....shared.transactions import transactional
from ...documents import Review
from ...errors import InvalidReviewStep
from ...repositories import reviews
from . import rating
from .rights import entitled


@transactional
def hide_review(*, moderator_id: ObjectId, review_id: ObjectId, reason: str) -> Review:
    """Let nobody see a review any more; its author sees the reason.

    Raises NotYourRole, OwnMatter, ReviewNotFound, and InvalidReviewStep unless it is published.
    """
    review = _others(moderator_id, review_id)
    before = review.counts
    review.hide(reason, now())
    reviews.save(review)
    rating.count_in(review.product_id, leaving=before)
    _audit(moderator_id, "review.hide", review, reason)
    return review


@transactional
def restore_review(*, moderator_id: ObjectId, review_id: ObjectId, reason: str) -> Review:
    """Show a hidden review again.

    Raises NotYourRole, OwnMatter, ReviewNotFound, and InvalidReviewStep unless it is hidden, or when
    its author got the money back meanwhile.
    """
    review = _others(moderator_id, review_id)
    review.restore()
    if not entitled(review.author_id, review.product_id):
        raise InvalidReviewStep("Its author got the money back, so it stays hidden.", allowed=[])
    reviews.save(review)
    rating.count_in(review.product_id, entering=review.counts)
    _audit(moderator_id, "review.restore", review, reason)
    return review


@transactional
def hide_reported_review(*, review_id: ObjectId, reason: str) -> bool:
    """Hide a review that several people reported until a moderator decides; False where it is not shown."""
    review = reviews.find(pk=review_id)
    if review is None or review.counts is None:
        return False
    before = review.counts
    review.hide(reason, now())
    reviews.save(review)
    rating.count_in(review.product_id, leaving=before)
    _audit(None, "review.hide", review, reason)
    return True


@transactional
def keep_review_hidden(*, moderator_id: ObjectId, review_id: ObjectId, reason: str) -> None:
    """Let a hidden review stay so for a moderator's reason; its author sees it.

    Raises NotYourRole, OwnMatter, ReviewNotFound, and InvalidReviewStep unless it is hidden.
    """
    review = _others(moderator_id, review_id)
    review.restore()
    review.hide(reason, now())
    reviews.save(review)
    _audit(moderator_id, "review.hide", review, reason)


def published_review(review_id: ObjectId) -> Review:
    """The review as everybody may see it; raises ReviewNotFound."""
    return reviews.published(review_id)


def _others(moderator_id: ObjectId, review_id: ObjectId) -> Review:
    """The review, which the moderator did not write, and which is not about their own shop's product."""
    accounts.require_moderator(moderator_id)
    review = reviews.get(review_id)
    for concerned in (review.author_id, accounts.get_shop(review.shop_id).owner_id):
        accounts.require_other_moderator(moderator_id, than=concerned)
    return review


def _audit(moderator_id: ObjectId | None, action: str, review: Review, reason: str) -> None:
    accounts.audit(
        actor_id=moderator_id,
        action=action,
        subject=("reviews", review.pk),
        detail={"reason": reason, "product": str(review.product_id), "rating": review.rating},
    )
