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

    Raises NotYourRole, ReviewNotFound, and InvalidReviewStep unless it is published.
    """
    accounts.require_moderator(moderator_id)
    review = reviews.get(review_id)
    before = review.counts
    review.hide(reason, now())
    reviews.save(review)
    rating.count_in(review.product_id, leaving=before)
    _audit(moderator_id, "review.hide", review, reason)
    return review


@transactional
def restore_review(*, moderator_id: ObjectId, review_id: ObjectId, reason: str) -> Review:
    """Show a hidden review again.

    Raises NotYourRole, ReviewNotFound, and InvalidReviewStep unless it is hidden, or when its author got the
    money back meanwhile.
    """
    accounts.require_moderator(moderator_id)
    review = reviews.get(review_id)
    review.restore()
    if not entitled(review.author_id, review.product_id):
        raise InvalidReviewStep("Its author got the money back, so it stays hidden.", allowed=[])
    reviews.save(review)
    rating.count_in(review.product_id, entering=review.counts)
    _audit(moderator_id, "review.restore", review, reason)
    return review


def _audit(moderator_id: ObjectId, action: str, review: Review, reason: str) -> None:
    accounts.audit(
        actor_id=moderator_id,
        action=action,
        subject=("reviews", review.pk),
        detail={"reason": reason, "product": str(review.product_id), "rating": review.rating},
    )
