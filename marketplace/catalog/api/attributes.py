"""Attributes over JSON, as moderators define them."""

from __future__ import annotations

from typing import Any

from flask import url_for

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.api import Problem
from .. import services
from ..documents import Attribute
from ..repositories import attributes
from ..schemas import AdminAttributeSchema, EditAttribute, NewAttribute
from .blueprint import blueprint


@blueprint.get("/admin/attributes")
@blueprint.response(200, AdminAttributeSchema(many=True))
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_attributes() -> list[Attribute]:
    """All attributes by their label."""
    accounts.require_moderator(identity.signed_in_user())
    return attributes.in_order()


@blueprint.post("/admin/attributes")
@blueprint.arguments(NewAttribute)
@blueprint.response(201, AdminAttributeSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(409, schema=Problem, description="The code or an alias is taken.")
@access.moderator
def create_attribute(written: dict[str, Any]) -> tuple[Attribute, int, dict[str, str]]:
    """Define an attribute; categories ask for it through their rules."""
    made = services.create_attribute(actor_id=identity.signed_in_user(), **written)
    return made, 201, {"Location": url_for(".show_attribute", code=made.code)}


@blueprint.get("/admin/attributes/<code>")
@blueprint.response(200, AdminAttributeSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def show_attribute(code: str) -> Attribute:
    """An attribute with its options, retired ones too."""
    accounts.require_moderator(identity.signed_in_user())
    return attributes.with_code(code)


@blueprint.put("/admin/attributes/<code>")
@blueprint.arguments(EditAttribute)
@blueprint.response(200, AdminAttributeSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It is in use, so this part of it stays.")
@blueprint.alt_response(412, schema=Problem, description="Someone else changed it since.")
@access.moderator
def edit_attribute(written: dict[str, Any], code: str) -> Attribute:
    """Write an attribute anew; products follow in the background."""
    return services.edit_attribute(actor_id=identity.signed_in_user(), current_code=code, **written)


@blueprint.delete("/admin/attributes/<code>")
@blueprint.response(204)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="Something uses it.")
@access.moderator
def remove_attribute(code: str) -> None:
    """Remove an attribute that nothing uses."""
    services.remove_attribute(actor_id=identity.signed_in_user(), code=code)
