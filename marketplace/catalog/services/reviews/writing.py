"""Writing, editing and deleting a review, by its author."""

from __future__ import annotations

from bson import ObjectId
from mongoengine import NotUniqueError

from ....shared import outbox
from ....shared.clock import now
from ....shared.errors import VersionConflict
from ....shared.transactions import transactional
from ...documents import Product, Review
from ...errors import AlreadyReviewed, NotVerifiedPurchase, ProductNotFound
from ...repositories import products, review_rights, reviews, votes
from ...values import NoReview, ReviewStatus
from . import rating as ratings
from .rights import refuse, right_to_review, window_start


@transactional
def write_review(
    *, author_id: ObjectId, product_id: ObjectId, rating: int, title: str = "", body: str = ""
) -> Review:
    """A new review, published at once.

    Raises NotVerifiedPurchase with the reason, AlreadyReviewed, and ProductNotFound also for a product that
    this person neither sees nor bought.
    """
    product = products.get(product_id)
    line_id = _right_to(author_id, product)
    _make_room(reviews.by_author(author_id, product_id))
    moment = now()
    if not review_rights.use(line_id, moment, delivered_since=window_start()):
        refuse(NoReview.REFUNDED)
    review = Review(author_id=author_id, product_id=product_id, shop_id=product.shop_id, line_id=line_id)
    review.rating, review.title, review.body, review.created_at = rating, title, body, moment
    try:
        reviews.add(review)
    except NotUniqueError:
        raise AlreadyReviewed(_ONCE) from None
    ratings.count_in(product_id, entering=review.counts)
    outbox.tell("review.published", about=review)
    return review


@transactional
def edit_review(
    *,
    author_id: ObjectId,
    review_id: ObjectId,
    version: int | None,
    rating: int,
    title: str = "",
    body: str = "",
) -> Review:
    """The review as its author wrote it anew; a hidden one stays hidden.

    `version` is the one that its author saw, None for whichever it is.

    Raises ReviewNotFound, VersionConflict, and NotVerifiedPurchase when the time is over or the money went
    back.
    """
    review = reviews.own(author_id, review_id)
    if version is not None and review.version != version:
        raise VersionConflict("You changed this review somewhere else since you opened it. Load it again.")
    right_to_review(author_id, products.get(review.product_id))
    before = review.counts
    review.reword(rating=rating, title=title, body=body, moment=now())
    reviews.save(review)
    ratings.count_in(review.product_id, leaving=before, entering=review.counts)
    return review


@transactional
def delete_review(*, author_id: ObjectId, review_id: ObjectId) -> None:
    """Take the author's own review back, with its votes and the shop's reply; raises ReviewNotFound.

    Another one may be written while the time lasts, unless a moderator had hidden this one.
    """
    review = reviews.own(author_id, review_id)
    before = review.counts
    review.delete_by_author()
    reviews.save(review)
    votes.remove_all(review.pk)
    ratings.count_in(review.product_id, leaving=before)
    if not review.by_moderator:
        review_rights.give_back(review.line_id)


_ONCE = "You have reviewed this product already. Edit your review instead."


def _right_to(author_id: ObjectId, product: Product) -> ObjectId:
    """The line that gives the right; a product that nobody sees is not there for who never bought it."""
    try:
        return right_to_review(author_id, product)
    except NotVerifiedPurchase as error:
        if not product.visible and error.details["reason"] == NoReview.NOT_BOUGHT:
            raise ProductNotFound("There is no such product, or it is no longer for sale.") from None
        raise


def _make_room(found: Review | None) -> None:
    """Let a review that its author deleted make room for a new one; raises AlreadyReviewed for others."""
    if found is None:
        return
    if found.status is not ReviewStatus.DELETED:
        raise AlreadyReviewed(_ONCE, review=str(found.pk))
    if found.by_moderator:
        raise AlreadyReviewed("A moderator took down your review of this product, so there is no second one.")
    reviews.remove(found)
