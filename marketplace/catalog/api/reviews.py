"""Reviews over JSON: reading them, writing one's own, and saying whether one helped."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...shared import access, cursors, freshness, identity
from ...shared.api import Problem
from ...shared.preconditions import expected_version, tag_of
from ..repositories import products, reviews
from ..schemas import (
    OwnReviewSchema,
    ProductReviewsSchema,
    ReviewQuery,
    VoteOnReview,
    VoteSchema,
    WriteReview,
)
from ..services import reviews as services
from ..values import ReviewStatus
from .blueprint import review_blueprint as blueprint
from .shapes import shown_to_author


@blueprint.get("/products/<object_id:product_id>/reviews")
@blueprint.arguments(ReviewQuery, location="query")
@blueprint.response(200, ProductReviewsSchema)
@blueprint.alt_response(400, schema=Problem, description="An unknown parameter, sort or cursor.")
@blueprint.alt_response(404, schema=Problem)
@access.everyone
@freshness.public
def list_reviews(query: dict[str, Any], product_id: ObjectId) -> dict[str, Any]:
    """What buyers say of a product, and the rating that all of them make."""
    product = products.shown(product_id)
    listing = cursors.listing_of(query)
    at = cursors.decode(query.pop("cursor", None), listing)
    page = services.reviews_of_product(product.pk, at=at, **query)
    return cursors.page_json(page, listing, query["limit"]) | {"rating": product.rating}


@blueprint.post("/products/<object_id:product_id>/reviews")
@blueprint.arguments(WriteReview)
@blueprint.response(201, OwnReviewSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`not_verified_purchase`; `reason` says why.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="You have reviewed it already.")
@access.signed_in
def write_review(written: dict[str, Any], product_id: ObjectId) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Say what you think of a product that you bought and received."""
    author_id = identity.signed_in_user()
    review = services.write_review(author_id=author_id, product_id=product_id, **written)
    where = {"Location": url_for(".show_review", review_id=review.pk)}
    return shown_to_author(review), 201, where | tag_of(review.version)


@blueprint.get("/reviews/<object_id:review_id>")
@blueprint.response(200, OwnReviewSchema)
@blueprint.alt_response(404, schema=Problem)
@access.everyone
def show_review(review_id: ObjectId) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A published review, or one of your own; its ETag is what `If-Match` asks for."""
    review = reviews.get(review_id)
    if review.status is not ReviewStatus.PUBLISHED:
        review = reviews.own(identity.signed_in_user(), review_id)
    return shown_to_author(review), 200, tag_of(review.version)


@blueprint.put("/reviews/<object_id:review_id>")
@blueprint.arguments(WriteReview)
@blueprint.response(200, OwnReviewSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="`not_verified_purchase`: the time is over.")
@blueprint.alt_response(404, schema=Problem, description="There is no such review of yours.")
@blueprint.alt_response(412, schema=Problem, description="`If-Match` names an older version.")
@blueprint.alt_response(428, schema=Problem, description="`If-Match` is missing.")
@access.signed_in
def edit_review(written: dict[str, Any], review_id: ObjectId) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Write your review anew; send `If-Match` with its ETag."""
    author_id, version = identity.signed_in_user(), expected_version()
    review = services.edit_review(author_id=author_id, review_id=review_id, version=version, **written)
    return shown_to_author(review), 200, tag_of(review.version)


@blueprint.delete("/reviews/<object_id:review_id>")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="There is no such review of yours.")
@access.signed_in
def delete_review(review_id: ObjectId) -> None:
    """Take your review back, with its votes and the shop's reply."""
    services.delete_review(author_id=identity.signed_in_user(), review_id=review_id)


@blueprint.put("/reviews/<object_id:review_id>/vote")
@blueprint.arguments(VoteOnReview)
@blueprint.response(200, VoteSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="It is your own review, or of your own shop.")
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def vote(asked: dict[str, Any], review_id: ObjectId) -> dict[str, Any]:
    """Say whether a review helped you; again replaces what you said."""
    return _voted(review_id, asked["helpful"])


@blueprint.delete("/reviews/<object_id:review_id>/vote")
@blueprint.response(200, VoteSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="It is your own review, or of your own shop.")
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def take_vote_back(review_id: ObjectId) -> dict[str, Any]:
    """Take back what you said of a review."""
    return _voted(review_id, None)


def _voted(review_id: ObjectId, helpful: bool | None) -> dict[str, Any]:
    review = services.vote(user_id=identity.signed_in_user(), review_id=review_id, helpful=helpful)
    return {"helpful": review.helpful, "unhelpful": review.unhelpful, "mine": helpful}
