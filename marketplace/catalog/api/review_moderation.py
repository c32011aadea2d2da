"""What moderators do with reviews over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ..schemas import ModerateReview, OwnReviewSchema, ReviewsInStatusQuery, listed_page
from ..services import reviews as services
from .blueprint import review_blueprint as blueprint
from .shapes import shown_to_author


@blueprint.get("/admin/reviews")
@blueprint.arguments(ReviewsInStatusQuery, location="query")
@blueprint.response(200, listed_page("ModeratedReviewPage"))
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_all_reviews(query: dict[str, Any]) -> dict[str, Any]:
    """Everybody's reviews in one state, newest first."""
    accounts.require_moderator(identity.signed_in_user())
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.listed_reviews(query["status"], at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.post("/admin/reviews/<object_id:review_id>/hide")
@blueprint.arguments(ModerateReview)
@blueprint.response(200, OwnReviewSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It is not published.")
@access.moderator
def hide_review(asked: dict[str, Any], review_id: ObjectId) -> dict[str, Any]:
    """Let nobody see a review any more; its author reads the reason."""
    return shown_to_author(
        services.hide_review(moderator_id=identity.signed_in_user(), review_id=review_id, **asked)
    )


@blueprint.post("/admin/reviews/<object_id:review_id>/restore")
@blueprint.arguments(ModerateReview)
@blueprint.response(200, OwnReviewSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It is not hidden, or the money went back.")
@access.moderator
def restore_review(asked: dict[str, Any], review_id: ObjectId) -> dict[str, Any]:
    """Show a hidden review again."""
    return shown_to_author(
        services.restore_review(moderator_id=identity.signed_in_user(), review_id=review_id, **asked)
    )
