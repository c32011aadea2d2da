"""The search's synonyms over JSON, for moderators."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import PageQuery
from .. import services
from ..documents import SynonymSet
from ..schemas import SynonymPageSchema, SynonymSetSchema, WriteSynonyms
from .blueprint import blueprint


@blueprint.get("/admin/synonyms")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SynonymPageSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_synonyms(query: dict[str, Any]) -> dict[str, Any]:
    """The sets of synonyms by their terms."""
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    sets = services.synonym_sets(moderator_id=identity.signed_in_user(), at=at, limit=query["limit"])
    return cursors.page_json(sets, listing, query["limit"])


@blueprint.post("/admin/synonyms")
@blueprint.arguments(WriteSynonyms)
@blueprint.response(201, SynonymSetSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(
    409, schema=Problem, description="There is such a set already, or there are too many."
)
@access.moderator
def add_synonyms(written: dict[str, Any]) -> SynonymSet:
    """Let terms find the same; in force with the next search."""
    return services.add_synonyms(moderator_id=identity.signed_in_user(), **written)


@blueprint.put("/admin/synonyms/<object_id:set_id>")
@blueprint.arguments(WriteSynonyms)
@blueprint.response(200, SynonymSetSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="There is such a set already.")
@access.moderator
def edit_synonyms(written: dict[str, Any], set_id: ObjectId) -> SynonymSet:
    """Write a set anew."""
    return services.edit_synonyms(moderator_id=identity.signed_in_user(), set_id=set_id, **written)


@blueprint.delete("/admin/synonyms/<object_id:set_id>")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def remove_synonyms(set_id: ObjectId) -> None:
    """Forget a set."""
    services.remove_synonyms(moderator_id=identity.signed_in_user(), set_id=set_id)
