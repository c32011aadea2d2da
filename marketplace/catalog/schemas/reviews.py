"""Reviews as they are asked for and shown."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from ...shared.schemas import AskedSchema, Id, Moment, PageInfoSchema, PageQuery, ShownSchema, Text, Whole
from ..values import (
    BODY_LENGTH,
    LEAST_STARS,
    MOST_STARS,
    REASON_LENGTH,
    REPLY_LENGTH,
    TITLE_LENGTH,
    ReviewSort,
    ReviewStatus,
)


class ReviewQuery(PageQuery):
    """Which of a product's reviews to list, in which order."""

    sort = fields.Enum(
        ReviewSort,
        by_value=True,
        load_default=ReviewSort.HELPFUL,
        error_messages={"unknown": "Use one of: {choices}."},
    )
    stars = Whole(
        least=LEAST_STARS,
        most=MOST_STARS,
        metadata={"description": "Only reviews with so many stars; they have no order by rating."},
    )


class ShopReviewQuery(PageQuery):
    """Which reviews of a shop's products to list."""

    unanswered = fields.Boolean(
        load_default=False, metadata={"description": "Only those that the shop did not reply to."}
    )


class ReviewsInStatusQuery(PageQuery):
    """Reviews in which state to list."""

    status = fields.Enum(
        ReviewStatus,
        by_value=True,
        load_default=ReviewStatus.PUBLISHED,
        error_messages={"unknown": "Use one of: {choices}."},
    )


class WriteReview(AskedSchema):
    """A review as its author writes it."""

    rating = Whole(
        least=LEAST_STARS,
        most=MOST_STARS,
        required=True,
        error_messages={"required": "Choose one to five stars."},
        metadata={"description": "Stars.", "example": 4},
    )
    title = Text(longest=TITLE_LENGTH, load_default="", metadata={"example": "Keeps tea warm"})
    body = Text(longest=BODY_LENGTH, load_default="")


class EditReviewForm(WriteReview):
    """A review written anew in the form, by someone who saw this version of it."""

    version = Whole(least=0, most=2**31)


class VoteOnReview(AskedSchema):
    """Whether a review helped."""

    helpful = fields.Boolean(required=True, error_messages={"required": "Say true or false."})


class WriteReply(AskedSchema):
    """What a shop answers to a review."""

    text = Text(longest=REPLY_LENGTH, required=True)


class ModerateReview(AskedSchema):
    """Why a moderator decides so."""

    reason = Text(longest=REASON_LENGTH, required=True)


class RatingSchema(ShownSchema):
    """What a product's reviews say together."""

    average = fields.Float(attribute="mean", allow_none=True, metadata={"description": "With one decimal."})
    count = fields.Integer(attribute="n")
    histogram = fields.Function(
        lambda rating: {str(stars): count for stars, count, _ in rating.bars},
        metadata={
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "How many gave so many stars.",
            "example": {"5": 8, "4": 2, "3": 0, "2": 0, "1": 1},
        },
    )


class ReplySchema(ShownSchema):
    """What the shop answers."""

    text = fields.String()
    at = Moment()
    edited_at = Moment(allow_none=True)


class ReviewSchema(ShownSchema):
    """What somebody says of a product that they bought."""

    id = Id()
    product_id = Id()
    author = fields.String()
    rating = fields.Integer()
    title = fields.String()
    body = fields.String()
    helpful = fields.Integer(metadata={"description": "How many readers it helped."})
    unhelpful = fields.Integer(metadata={"description": "How many readers it did not help."})
    reply = fields.Nested(ReplySchema, allow_none=True)
    created_at = Moment()
    edited_at = Moment(allow_none=True)


class HidingSchema(ShownSchema):
    """Why a review is hidden."""

    cause = fields.String(metadata={"enum": ["moderator", "refunded"]})
    reason = fields.String()
    at = Moment()


class OwnReviewSchema(ReviewSchema):
    """A review as its author and moderators see it."""

    status = fields.String()
    hiding = fields.Nested(HidingSchema, allow_none=True)
    version = fields.Integer()


class VoteSchema(ShownSchema):
    """The votes on a review, with one's own."""

    helpful = fields.Integer()
    unhelpful = fields.Integer()
    mine = fields.Boolean(allow_none=True, metadata={"description": "What you said; null for nothing."})


class ProductReviewsSchema(ShownSchema):
    """A page of a product's reviews, with the rating that all of them make."""

    data = fields.List(fields.Nested(ReviewSchema))
    page = fields.Nested(PageInfoSchema)
    rating = fields.Nested(RatingSchema)


class ReviewedProductSchema(ShownSchema):
    """The product that a review is about."""

    title = fields.String()
    url = fields.String(allow_none=True)
    shop = fields.String()


class ListedReviewSchema(OwnReviewSchema):
    """A review with the product that it is about."""

    product = fields.Nested(ReviewedProductSchema, allow_none=True)


def listed_page(name: str) -> type[ShownSchema]:
    """The schema of a page of reviews with their products."""
    parts: dict[str, Any] = {
        "data": fields.List(fields.Nested(ListedReviewSchema)),
        "page": fields.Nested(PageInfoSchema),
    }
    return ShownSchema.from_dict(parts, name=name)  # type: ignore[return-value]
