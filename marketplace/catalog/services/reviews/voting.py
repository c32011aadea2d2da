"""Saying whether a review helped."""

from __future__ import annotations

from bson import ObjectId

from ....accounts import services as accounts
from ....shared.chance import new_id
from ....shared.clock import now
from ....shared.transactions import transactional
from ...documents import Review, ReviewVote
from ...errors import NotYourVote
from ...repositories import reviews, votes


@transactional
def vote(*, user_id: ObjectId, review_id: ObjectId, helpful: bool | None) -> Review:
    """The review after somebody said whether it helped them; None takes back what they said before.

    Saying the same again changes nothing. Raises ReviewNotFound, and NotYourVote for the review's author and
    the people of the shop.
    """
    review = reviews.published(review_id)
    _check_may_vote(review, user_id)
    before = votes.of(review_id, user_id)
    if before == helpful:
        return review
    if helpful is None:
        votes.remove(review_id, user_id)
    else:
        votes.put(ReviewVote(id=new_id(), review_id=review_id, user_id=user_id, helpful=helpful, at=now()))
    return reviews.count_votes(
        review_id,
        helpful=(helpful is True) - (before is True),
        unhelpful=(helpful is False) - (before is False),
    )


def _check_may_vote(review: Review, user_id: ObjectId) -> None:
    if review.author_id == user_id:
        raise NotYourVote("This is your own review.", reason="own_review")
    if accounts.get_shop(review.shop_id).owner_id == user_id:
        raise NotYourVote("This review is about your own shop's product.", reason="own_shop")
