"""The tree of categories over JSON, as moderators change it."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import url_for

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.api import Problem
from .. import services
from ..documents import Category
from ..repositories import categories
from ..schemas import (
    AdminCategorySchema,
    EditCategory,
    MoveCategory,
    MovePreviewSchema,
    NewCategory,
    RemoveCategory,
    SetRules,
    ShiftCategory,
)
from .blueprint import blueprint

_ONE = "/admin/categories/<object_id:category_id>"


@blueprint.get("/admin/categories")
@blueprint.response(200, AdminCategorySchema(many=True))
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@access.moderator
def list_all_categories() -> list[Category]:
    """The whole tree, hidden categories too, parents before children."""
    accounts.require_moderator(identity.signed_in_user())
    return categories.in_order(hidden=True)


@blueprint.post("/admin/categories")
@blueprint.arguments(NewCategory)
@blueprint.response(201, AdminCategorySchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(409, schema=Problem, description="The address is taken, or it lies too deep.")
@access.moderator
def create_category(written: dict[str, Any]) -> tuple[Category, int, dict[str, str]]:
    """Make a category, the last among those beside it."""
    made = services.create_category(actor_id=identity.signed_in_user(), position=None, **written)
    return made, 201, {"Location": url_for(".show_own_category", category_id=made.pk)}


@blueprint.get(_ONE)
@blueprint.response(200, AdminCategorySchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def show_own_category(category_id: ObjectId) -> Category:
    """A category with the rules of its own."""
    accounts.require_moderator(identity.signed_in_user())
    return categories.get(category_id)


@blueprint.put(_ONE)
@blueprint.arguments(EditCategory)
@blueprint.response(200, AdminCategorySchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="The address is taken.")
@blueprint.alt_response(412, schema=Problem, description="Someone else changed it since.")
@access.moderator
def edit_category(written: dict[str, Any], category_id: ObjectId) -> Category:
    """Call it something else, show it or hide it with all below it."""
    return services.edit_category(actor_id=identity.signed_in_user(), category_id=category_id, **written)


@blueprint.get(f"{_ONE}/move")
@blueprint.arguments(MoveCategory, location="query")
@blueprint.response(200, MovePreviewSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It cannot lie there.")
@access.moderator
def preview_move(asked: dict[str, Any], category_id: ObjectId) -> services.MovePreview:
    """What a move would take along; nothing is changed."""
    accounts.require_moderator(identity.signed_in_user())
    return services.preview_move(category_id=category_id, **asked)


@blueprint.post(f"{_ONE}/move")
@blueprint.arguments(MoveCategory)
@blueprint.response(200, AdminCategorySchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="It cannot lie there.")
@access.moderator
def move_category(asked: dict[str, Any], category_id: ObjectId) -> Category:
    """Put it below another category, or on the first level; all below it and its products move along."""
    return services.move_category(actor_id=identity.signed_in_user(), category_id=category_id, **asked)


@blueprint.post(f"{_ONE}/shift")
@blueprint.arguments(ShiftCategory)
@blueprint.response(200, AdminCategorySchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def shift_category(asked: dict[str, Any], category_id: ObjectId) -> Category:
    """Put it before (-1) or behind (1) the one beside it."""
    services.shift_category(actor_id=identity.signed_in_user(), category_id=category_id, **asked)
    return categories.get(category_id)


@blueprint.put(f"{_ONE}/rules")
@blueprint.arguments(SetRules)
@blueprint.response(200, AdminCategorySchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(412, schema=Problem, description="Someone else changed it since.")
@access.moderator
def set_rules(asked: dict[str, Any], category_id: ObjectId) -> Category:
    """Say what it asks of its products, on top of what those above it ask."""
    return services.set_rules(actor_id=identity.signed_in_user(), category_id=category_id, **asked)


@blueprint.delete(_ONE)
@blueprint.arguments(RemoveCategory, location="query")
@blueprint.response(204)
@blueprint.alt_response(202, description="It is hidden, and goes when its products have moved.", success=True)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="Something is in it, and `move_to` is missing.")
@access.moderator
def remove_category(asked: dict[str, Any], category_id: ObjectId) -> Any:
    """Remove it; what is in it goes to `move_to`."""
    gone = services.remove_category(actor_id=identity.signed_in_user(), category_id=category_id, **asked)
    return "", 204 if gone else 202
