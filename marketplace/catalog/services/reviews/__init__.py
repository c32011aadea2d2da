"""Reviews: who may write one, writing and editing, votes, the shop's reply, and what moderators decide."""

from .moderating import (
    hide_reported_review,
    hide_review,
    keep_review_hidden,
    published_review,
    restore_review,
)
from .rating import mend_ratings, miscounted_ratings
from .reading import (
    listed_reviews,
    names_of_authors,
    review_of,
    reviews_of_product,
    reviews_of_shop,
    votes_of,
)
from .replying import edit_reply, reply_to_review
from .rights import bought, may_review, no_longer_may_review, reviewable, sentence_for, standing
from .voting import vote
from .writing import delete_review, edit_review, write_review

__all__ = [
    "bought",
    "delete_review",
    "edit_reply",
    "edit_review",
    "hide_reported_review",
    "hide_review",
    "keep_review_hidden",
    "listed_reviews",
    "may_review",
    "mend_ratings",
    "miscounted_ratings",
    "names_of_authors",
    "no_longer_may_review",
    "published_review",
    "reply_to_review",
    "restore_review",
    "review_of",
    "reviewable",
    "reviews_of_product",
    "reviews_of_shop",
    "sentence_for",
    "standing",
    "vote",
    "votes_of",
    "write_review",
]
