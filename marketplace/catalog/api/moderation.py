"""Listings over JSON, as moderators look after them."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.preconditions import IF_MATCH_OPTIONAL, expected_version, tag_of
from .. import services
from ..process import NAMES
from ..repositories import products
from ..schemas import (
    DecideListing,
    ModeratedProductPageSchema,
    ModeratedProductQuery,
    ModeratedProductSchema,
)
from .blueprint import admin_blueprint
from .shapes import Answer, shown_to_moderator


@admin_blueprint.get("")
@admin_blueprint.arguments(ModeratedProductQuery, location="query")
@admin_blueprint.response(200, ModeratedProductPageSchema)
@admin_blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_moderated(query: dict[str, Any]) -> dict[str, Any]:
    """The listings in one of the states that moderators look after, the one that waits longest first."""
    accounts.require_moderator(identity.signed_in_user())
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.moderated_listings(query["status"], at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@admin_blueprint.get("/<object_id:product_id>")
@admin_blueprint.response(200, ModeratedProductSchema)
@admin_blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@admin_blueprint.alt_response(404, schema=Problem)
@access.moderator
def show_moderated(product_id: ObjectId) -> Answer:
    """A listing in whatever state, with what it lacks; its ETag is its version."""
    accounts.require_moderator(identity.signed_in_user())
    product = products.get(product_id)
    return shown_to_moderator(product), 200, tag_of(product.version)


@admin_blueprint.post(f"/<object_id:product_id>/<any({','.join(NAMES)}):step>")
@admin_blueprint.doc(parameters=[IF_MATCH_OPTIONAL])
@admin_blueprint.arguments(DecideListing)
@admin_blueprint.response(200, ModeratedProductSchema)
@admin_blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@admin_blueprint.alt_response(404, schema=Problem)
@admin_blueprint.alt_response(
    409, schema=Problem, description="Its state does not lead there, or it lacks something."
)
@admin_blueprint.alt_response(412, schema=Problem, description="Its seller changed it since.")
@admin_blueprint.alt_response(428, schema=Problem, description="An approval says of which version.")
@access.moderator
def decide(asked: dict[str, Any], product_id: ObjectId, step: str) -> Answer:
    """Approve, request changes, reject, hide or restore a listing; an approval needs If-Match."""
    product = services.moderate_listing(
        moderator_id=identity.signed_in_user(),
        product_id=product_id,
        step=step,
        version=expected_version(required=step == "approve"),
        **asked,
    )
    return shown_to_moderator(product), 200, tag_of(product.version)
