"""What a shop does with reviews over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ..documents import Review
from ..schemas import ReplySchema, ShopReviewQuery, WriteReply, listed_page
from ..services import reviews as services
from .blueprint import seller_review_blueprint as blueprint


@blueprint.get("")
@blueprint.arguments(ShopReviewQuery, location="query")
@blueprint.response(200, listed_page("ShopReviewPage"))
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="This is not your shop.")
@access.seller("read:reviews")
def list_shop_reviews(query: dict[str, Any], shop: str) -> dict[str, Any]:
    """What buyers say of the shop's products, newest first."""
    own = accounts.own_shop(identity.signed_in_user(), shop)
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.reviews_of_shop(own, unanswered=query["unanswered"], at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@blueprint.post("/<object_id:review_id>/reply")
@blueprint.arguments(WriteReply)
@blueprint.response(201, ReplySchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="`reply_exists`: a shop replies once.")
@access.seller("write:reviews")
def reply(written: dict[str, Any], shop: str, review_id: ObjectId) -> Any:
    """Reply to a review; its author gets mail."""
    return _reply(services.reply_to_review, shop, review_id, written).reply


@blueprint.put("/<object_id:review_id>/reply")
@blueprint.arguments(WriteReply)
@blueprint.response(200, ReplySchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="`reply_closed`: it is older than a day, or none.")
@access.seller("write:reviews")
def edit_reply(written: dict[str, Any], shop: str, review_id: ObjectId) -> Any:
    """Word your reply anew, within a day."""
    return _reply(services.edit_reply, shop, review_id, written).reply


def _reply(use_case: Any, shop: str, review_id: ObjectId, written: dict[str, Any]) -> Review:
    own = accounts.own_shop(identity.signed_in_user(), shop)
    answered: Review = use_case(shop_id=own.id, review_id=review_id, **written)
    return answered
