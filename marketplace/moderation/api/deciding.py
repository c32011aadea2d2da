"""What moderators do with reports over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Response

from ...accounts import services as accounts
from ...catalog.services import private_files
from ...messaging.services import Opened
from ...shared import access, cursors, downloads, identity
from ...shared.api import Problem
from ...shared.preconditions import IF_MATCH_OPTIONAL, expected_version, tag_of
from .. import services
from ..schemas import (
    DecideReport,
    InspectedSchema,
    OpenedSchema,
    ReportedPageSchema,
    ReportedQuery,
    ReportedSchema,
)
from ..values import Action
from . import admin_blueprint

_FILE = {"type": "string", "format": "binary"}

NOT_YOURS = "Only a moderator may do this."


@admin_blueprint.get("")
@admin_blueprint.arguments(ReportedQuery, location="query")
@admin_blueprint.response(200, ReportedPageSchema)
@admin_blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.moderator
def list_reported(query: dict[str, Any]) -> dict[str, Any]:
    """What was reported, each thing once: what waits longest first, or what was decided last."""
    accounts.require_moderator(identity.signed_in_user())
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.reported_things(query["state"], at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])


@admin_blueprint.get("/<object_id:subject_id>")
@admin_blueprint.response(200, InspectedSchema)
@admin_blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@admin_blueprint.alt_response(404, schema=Problem)
@access.moderator
def show_reported(subject_id: ObjectId) -> tuple[Any, int, dict[str, str]]:
    """Something that was reported, how it stands now and what people say; its ETag is its round."""
    found = services.look_at(moderator_id=identity.signed_in_user(), subject_id=subject_id)
    return found, 200, tag_of(found.subject.round)


@admin_blueprint.get("/<object_id:subject_id>/messages")
@admin_blueprint.response(200, OpenedSchema)
@admin_blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@admin_blueprint.alt_response(404, schema=Problem, description="No message was reported.")
@access.moderator
def open_conversation(subject_id: ObjectId) -> Opened:
    """The reported message with those before and after it; each look is in the audit log."""
    return services.open_conversation(moderator_id=identity.signed_in_user(), subject_id=subject_id)


@admin_blueprint.get("/<object_id:subject_id>/attachments/<string:attachment_id>")
@admin_blueprint.response(200, _FILE, content_type="application/octet-stream")
@admin_blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@admin_blueprint.alt_response(404, schema=Problem, description="There is no such file, or no such report.")
@access.moderator
def download_file(subject_id: ObjectId, attachment_id: str) -> Response:
    """A file of the conversation around a reported message; each download is in the audit log."""
    moderator_id = identity.signed_in_user()
    file = services.open_file(moderator_id=moderator_id, subject_id=subject_id, attachment_id=attachment_id)
    found = private_files.find(file.file)
    return downloads.private_file(found.body, size=found.size, kind=file.type, name=file.name, tag=file.id)


@admin_blueprint.post(f"/<object_id:subject_id>/<any({','.join(Action)}):action>")
@admin_blueprint.doc(parameters=[IF_MATCH_OPTIONAL])
@admin_blueprint.arguments(DecideReport)
@admin_blueprint.response(200, ReportedSchema)
@admin_blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@admin_blueprint.alt_response(404, schema=Problem)
@admin_blueprint.alt_response(409, schema=Problem, description="As it stands that is not possible.")
@admin_blueprint.alt_response(412, schema=Problem, description="Another moderator decided since.")
@access.moderator
def decide(asked: dict[str, Any], subject_id: ObjectId, action: str) -> tuple[Any, int, dict[str, str]]:
    """Dismiss the reports, hide or show it, close the conversation, suspend the shop, lock the account.

    Everything but a dismissal asks for a reason, which whom it concerns reads. Reporters are told the
    outcome.
    """
    subject = services.decide(
        moderator_id=identity.signed_in_user(),
        subject_id=subject_id,
        action=Action(action),
        round_=expected_version(required=False),
        **asked,
    )
    return subject, 200, tag_of(subject.round)
