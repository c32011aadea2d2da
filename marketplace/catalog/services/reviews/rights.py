"""The right to review: ordering tells what was bought, delivered and paid back; the catalog remembers.

What a visitor bought belongs to no account, so it gives no right; registering later changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bson import ObjectId
from flask import current_app

from ....accounts import services as accounts
from ....shared.clock import now
from ....shared.transactions import transactional
from ...documents import Product, ReviewRight
from ...errors import NotVerifiedPurchase
from ...repositories import review_rights, reviews
from ...values import BoughtLine, NoReview, ReviewStanding, ReviewStatus
from . import rating


def bought(*, author_id: ObjectId, shop_id: ObjectId, lines: Sequence[BoughtLine], at: datetime) -> None:
    """Remember that these lines were bought and paid; call it in the transaction that places the order."""
    review_rights.add(author_id, shop_id, lines, at)


def may_review(
    *, author_id: ObjectId, shop_id: ObjectId, lines: Sequence[BoughtLine], delivered_at: datetime
) -> None:
    """Give the right to review what arrived, in the transaction of the delivery. Again changes nothing."""
    review_rights.deliver(author_id, shop_id, lines, delivered_at)


@transactional
def no_longer_may_review(
    *, author_id: ObjectId, shop_id: ObjectId, lines: Sequence[BoughtLine], at: datetime
) -> None:
    """Take the right back for lines that were refunded in full or cancelled. Again changes nothing.

    A review of the product is hidden, unless its author bought it another time as well.
    """
    review_rights.end(author_id, shop_id, lines, at)
    for product_id in dict.fromkeys(line.product_id for line in lines):
        review = reviews.by_author(author_id, product_id)
        if review is None or review.status is ReviewStatus.DELETED:
            continue
        before = review.counts
        if not entitled(author_id, product_id):
            review.withdraw(at)
        reviews.save(review)  # also unchanged: whoever restores or edits it now has to look again
        rating.count_in(product_id, leaving=before, entering=review.counts)


def entitled(author_id: ObjectId, product_id: ObjectId) -> bool:
    """Whether this person received the product and keeps it, however long ago."""
    return any(_stands(right) for right in review_rights.of(author_id, product_id))


def standing(author_id: ObjectId, product_id: ObjectId, shop: object) -> ReviewStanding:
    """Whether this person may review the product of this shop now, and if not, why; one query."""
    rights = review_rights.of(author_id, product_id)
    reviewed = any(right.used_at is not None for right in rights)
    if getattr(shop, "owner_id", None) == author_id:
        return ReviewStanding(NoReview.OWN_SHOP, reviewed)
    usable = [right for right in rights if _stands(right) and right.delivered_at >= window_start()]
    if usable:
        latest = max(usable, key=lambda right: right.delivered_at)
        return ReviewStanding(None, reviewed, latest.pk)
    return ReviewStanding(_why_not(rights), reviewed)


def right_to_review(author_id: ObjectId, product: Product) -> ObjectId:
    """The line that gives this person the right to review the product now; raises NotVerifiedPurchase."""
    found = standing(author_id, product.pk, accounts.get_shop(product.shop_id))
    if found.refusal is not None or found.line_id is None:
        refuse(found.refusal or NoReview.NOT_BOUGHT)
    line_id: ObjectId = found.line_id  # type: ignore[assignment]
    return line_id


def refuse(reason: NoReview) -> None:
    """Raise NotVerifiedPurchase for this reason."""
    raise NotVerifiedPurchase(sentence_for(reason), reason=reason.value)


def reviewable(line_ids: Iterable[ObjectId]) -> dict[ObjectId, ReviewStanding]:
    """For lines that one person bought: whether what was bought can be reviewed now, or was; one query."""
    rights = review_rights.of_lines(line_ids)
    start = window_start()
    return {
        right.pk: ReviewStanding(
            None if _stands(right) and right.delivered_at >= start else _why_not([right]),
            right.used_at is not None,
            right.pk,
        )
        for right in rights
    }


def window_start() -> datetime:
    """What was delivered before this moment is too long ago to be reviewed."""
    return now() - timedelta(days=current_app.config["REVIEW_DAYS"])


def sentence_for(reason: NoReview) -> str:
    """Why somebody may not review a product, kindly."""
    return _SENTENCES[reason].format(days=current_app.config["REVIEW_DAYS"])


_SENTENCES = {
    NoReview.NOT_BOUGHT: "Reviews here are by people who bought the product with their account.",
    NoReview.NOT_DELIVERED: "You can review this as soon as it has been delivered.",
    NoReview.REFUNDED: "You got your money back for this, so there is nothing to review.",
    NoReview.OWN_SHOP: "This is from your own shop, so the review is for others to write.",
    NoReview.WINDOW_CLOSED: "Reviews can be written and changed for {days} days after the delivery.",
}


def _stands(right: ReviewRight) -> bool:
    return right.delivered_at is not None and right.ended_at is None


def _why_not(rights: Iterable[ReviewRight]) -> NoReview:
    """The reason that is nearest to a right."""
    known = list(rights)
    if any(_stands(right) for right in known):
        return NoReview.WINDOW_CLOSED
    if any(right.ended_at is None for right in known):
        return NoReview.NOT_DELIVERED
    return NoReview.REFUNDED if known else NoReview.NOT_BOUGHT
