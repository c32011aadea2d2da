"""What buyers say of a product: the right to, the review, and votes on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import (
    BooleanField,
    DateTimeField,
    EnumField,
    FloatField,
    IntField,
    ListField,
    ObjectIdField,
)

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, Stored, ValueField
from ..errors import InvalidReviewStep, ReplyClosed, ReplyExists
from ..values import (
    BODY_LENGTH,
    LEAST_STARS,
    MOST_STARS,
    REVIEW_STEPS,
    TITLE_LENGTH,
    WORDINGS,
    Hiding,
    HidingCause,
    Reply,
    ReviewStatus,
    Wording,
)
from .fields import PlainText

#: Why a review or a right may name somebody who is no longer there.
OUTLIVES = "What was said of a product stays when its author leaves."


class ReviewRight(Stored):
    """That somebody bought a product: once delivered, it is the right to review it.

    Its id is the order line's. Ordering tells of it, each step in its own transaction; it changes by
    conditional updates only.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "review_rights",
        "indexes": [
            # Whether somebody may review a product.
            {"fields": ["author_id", "product_id"], "name": "author_product"},
        ],
    }

    id = ObjectIdField(primary_key=True)
    author_id = IdOf("users", may_dangle=OUTLIVES, required=True)
    product_id = IdOf("products", may_dangle="A line outlives its listing.", required=True)
    shop_id = IdOf("shops", required=True)
    bought_at = DateTimeField(required=True)
    delivered_at = DateTimeField()
    ended_at = DateTimeField()
    used_at = DateTimeField()


class Review(Aggregate):
    """What somebody says of a product that they bought.

    Protects: one for each author and product, 1 to 5 stars, and the steps of REVIEW_STEPS. Earlier wordings
    are kept. Votes are counted by conditional updates, which leave the version alone: an author who edits
    is not disturbed by those who read.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "reviews",
        "indexes": [
            # One review for each author and product.
            {"fields": ["author_id", "product_id"], "name": "author_product", "unique": True},
            # A product's reviews, newest first.
            {"fields": ["product_id", "status", "-_id"], "name": "product_newest"},
            # A product's reviews, most helpful first.
            {"fields": ["product_id", "status", "-helpful_score", "-_id"], "name": "product_helpful"},
            # A product's reviews by stars, up and down, and those with so many stars, newest first.
            {"fields": ["product_id", "status", "rating", "_id"], "name": "product_rating"},
            # A product's reviews with so many stars, most helpful first.
            {
                "fields": ["product_id", "status", "rating", "-helpful_score", "-_id"],
                "name": "product_rating_helpful",
            },
            # A shop's reviews, newest first.
            {"fields": ["shop_id", "status", "-_id"], "name": "shop_newest"},
            # Those that a shop did not answer yet, newest first.
            {"fields": ["shop_id", "status", "answered", "-_id"], "name": "shop_unanswered"},
            # What moderators look at, newest first.
            {"fields": ["status", "-_id"], "name": "status_newest"},
        ],
    }

    author_id = IdOf("users", may_dangle=OUTLIVES, required=True)
    product_id = IdOf("products", required=True)
    shop_id = IdOf("shops", required=True)
    line_id = IdOf("review_rights", required=True)
    rating = IntField(required=True, min_value=LEAST_STARS, max_value=MOST_STARS)
    title = PlainText(max_length=TITLE_LENGTH, default="")
    body = PlainText(max_length=BODY_LENGTH, default="")
    status = EnumField(ReviewStatus, required=True, default=ReviewStatus.PUBLISHED)
    hiding = ValueField(Hiding)
    reply = ValueField(Reply)
    answered = BooleanField(required=True, default=False)
    helpful = IntField(required=True, default=0, min_value=0)
    unhelpful = IntField(required=True, default=0, min_value=0)
    helpful_score = FloatField(required=True, default=0.0)
    history = ListField(ValueField(Wording), max_length=WORDINGS)
    created_at: datetime = DateTimeField(required=True, default=now)
    edited_at = DateTimeField()
    updated_at = DateTimeField(required=True, default=now)

    @property
    def counts(self) -> int | None:
        """The stars that it adds to the product's rating; None while it is not published."""
        return self.rating if self.status is ReviewStatus.PUBLISHED else None

    @property
    def by_moderator(self) -> bool:
        """Whether a moderator hid it, also when its author deleted it since."""
        return self.hiding is not None and self.hiding.cause is HidingCause.MODERATOR

    def reword(self, *, rating: int, title: str, body: str, moment: datetime) -> None:
        """Say something else; what it said before is kept. Raises InvalidReviewStep for a deleted one."""
        self._step("edit")
        if (rating, title, body) == (self.rating, self.title, self.body):
            return
        before = Wording(self.edited_at or self.created_at, self.rating, self.title, self.body)
        kept: list[Wording] = [*list(self.history), before]
        self.history = [*kept[:1], *kept[1:][-(WORDINGS - 1) :]]
        self.rating, self.title, self.body, self.edited_at = rating, title, body, moment

    def delete_by_author(self) -> None:
        """Take everything back that was said; raises InvalidReviewStep for a deleted one."""
        self._step("delete")
        self.title, self.body, self.history = "", "", []
        self.reply, self.answered = None, False
        self.helpful, self.unhelpful, self.helpful_score = 0, 0, 0.0

    def hide(self, reason: str, moment: datetime) -> None:
        """Let nobody see it; raises InvalidReviewStep unless it is published."""
        self._step("hide")
        self.hiding = Hiding(HidingCause.MODERATOR, moment, reason)

    def restore(self) -> None:
        """Show it again; raises InvalidReviewStep unless it is hidden."""
        self._step("restore")
        self.hiding = None

    def withdraw(self, moment: datetime) -> None:
        """Hide it because the money went back; a moderator's reason that hides it already stays."""
        self._step("withdraw")
        self.hiding = self.hiding or Hiding(HidingCause.REFUNDED, moment)

    def answer(self, text: str, moment: datetime) -> None:
        """Take the shop's reply; raises ReplyExists, and InvalidReviewStep unless it is published."""
        self._step("reply")
        if self.reply is not None:
            raise ReplyExists("You have replied to this review already.", field="text")
        self.reply, self.answered = Reply(text, moment), True

    def reword_answer(self, text: str, moment: datetime) -> None:
        """Change the shop's reply; raises ReplyClosed a day after it was written, or when there is none."""
        self._step("reply")
        if self.reply is None or not self.reply.open(moment):
            raise ReplyClosed("A reply can be changed for 24 hours after it was written.", field="text")
        self.reply = Reply(text, self.reply.at, moment)

    def clean(self) -> None:
        """Note when it was changed."""
        self.updated_at = now()

    def _step(self, name: str) -> None:
        step = REVIEW_STEPS[name]
        if self.status not in step.sources:
            raise InvalidReviewStep(
                f"This review is {self.status.value}, so it cannot take the step {name!r}.",
                state=self.status.value,
                allowed=[other for other, one in REVIEW_STEPS.items() if self.status in one.sources],
            )
        self.status = step.target or self.status


class ReviewVote(Stored):
    """Whether a review helped somebody, once for each of them."""

    meta: ClassVar[dict[str, Any]] = {
        "collection": "review_votes",
        "indexes": [
            # One vote for each review and reader; what a reader voted on.
            {"fields": ["review_id", "user_id"], "name": "once", "unique": True},
        ],
    }

    review_id = IdOf("reviews", required=True)
    user_id = IdOf("users", may_dangle="A vote counts when its voter is gone.", required=True)
    helpful = BooleanField(required=True)
    at = DateTimeField(required=True, default=now)
