"""Reporting over JSON."""

from __future__ import annotations

from typing import Any

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import PageQuery
from .. import services
from ..documents import Report
from ..schemas import FiledReportSchema, OwnReportPageSchema, ReportThing
from . import blueprint


@blueprint.post("/reports")
@blueprint.arguments(ReportThing)
@blueprint.response(201, FiledReportSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="It is your own.")
@blueprint.alt_response(404, schema=Problem, description="There is nothing like that, or you cannot see it.")
@blueprint.alt_response(409, schema=Problem, description="You reported it already.")
@blueprint.alt_response(429, schema=Problem, description="You reported too much in an hour.")
@access.signed_in
def report_thing(asked: dict[str, Any]) -> Report:
    """Tell the moderators of a listing, review, message, shop or member that breaks the rules."""
    about = asked.pop("subject")
    filed = services.report_thing(
        reporter_id=identity.signed_in_user(),
        kind=about["type"],
        ref=about["id"],
        conversation_id=about.get("conversation"),
        **asked,
    )
    return filed.report


@blueprint.get("/reports")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, OwnReportPageSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def list_own_reports(query: dict[str, Any]) -> dict[str, Any]:
    """What you reported, newest first, and what came of it."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    page = services.own_reports(identity.signed_in_user(), at=at, limit=query["limit"])
    return cursors.page_json(page, listing, query["limit"])
