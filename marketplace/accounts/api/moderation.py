"""Shops, users and the audit log over JSON, for those who look after the marketplace."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, cursors, identity
from ...shared.api import Problem
from ...shared.schemas import page_schema
from .. import services
from ..documents import Shop, User
from ..repositories import audit_log, shops, users
from ..schemas import (
    ApproveShop,
    AuditEntrySchema,
    AuditQuery,
    GiveReason,
    ReviewedShopSchema,
    SeenUserSchema,
    ShopSearch,
    UserSearch,
)
from ..values import Role, ShopStatus
from .blueprint import blueprint

NOT_YOURS = "You do not have the role for this."
NO_WAY = "The shop's state does not lead there, or its checklist is not done."


@blueprint.get("/admin/shops")
@blueprint.arguments(ShopSearch, location="query")
@blueprint.response(200, page_schema(ReviewedShopSchema, "ReviewedShopPage"))
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.support
def list_reviewed_shops(query: dict[str, Any]) -> dict[str, Any]:
    """The shops in a state, newest first, those that wait for review unless asked otherwise."""
    return _page(query, lambda at: services.search_shops(at=at, **_filters(query)))


@blueprint.get("/admin/shops/<slug>")
@blueprint.response(200, ReviewedShopSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@access.support
def show_reviewed_shop(slug: str) -> Shop:
    """A shop in whatever state."""
    return services.shop_by_slug(slug)


@blueprint.post("/admin/shops/<slug>/approve")
@blueprint.arguments(ApproveShop, required=False)
@blueprint.response(200, ReviewedShopSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NO_WAY)
@access.moderator
def approve_shop(asked: dict[str, Any], slug: str) -> Shop:
    """Let a shop sell."""
    return services.approve_shop(moderator_id=identity.signed_in_user(), slug=slug, **asked)


@blueprint.post("/admin/shops/<slug>/reject")
@blueprint.arguments(GiveReason)
@blueprint.response(200, ReviewedShopSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NO_WAY)
@access.moderator
def reject_shop(asked: dict[str, Any], slug: str) -> Shop:
    """Send a shop back to its owner with a reason."""
    return services.reject_shop(moderator_id=identity.signed_in_user(), slug=slug, **asked)


@blueprint.post("/admin/shops/<slug>/suspend")
@blueprint.arguments(GiveReason)
@blueprint.response(200, ReviewedShopSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NO_WAY)
@access.moderator
def suspend_shop(asked: dict[str, Any], slug: str) -> Shop:
    """Hide a shop and stop it from selling; what was ordered it still sends."""
    return services.suspend_shop(moderator_id=identity.signed_in_user(), slug=slug, **asked)


@blueprint.post("/admin/shops/<slug>/reinstate")
@blueprint.response(200, ReviewedShopSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description=NO_WAY)
@access.moderator
def reinstate_shop(slug: str) -> Shop:
    """Let a suspended shop sell again."""
    return services.reinstate_shop(moderator_id=identity.signed_in_user(), slug=slug)


@blueprint.get("/admin/users")
@blueprint.arguments(UserSearch, location="query")
@blueprint.response(200, page_schema(SeenUserSchema, "UserPage"))
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.support
def list_users(query: dict[str, Any]) -> dict[str, Any]:
    """The users, newest first; those with a role; or by the beginning of their name or e-mail address."""
    return _page(query, lambda at: services.search_users(at=at, **_filters(query)))


@blueprint.get("/admin/users/<object_id:user_id>")
@blueprint.response(200, SeenUserSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@access.support
def show_user(user_id: ObjectId) -> User:
    """Somebody's account."""
    return users.get(user_id)


@blueprint.post("/admin/users/<object_id:user_id>/lock")
@blueprint.arguments(GiveReason)
@blueprint.response(200, SeenUserSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="This is the only admin.")
@access.moderator
def lock_user(asked: dict[str, Any], user_id: ObjectId) -> User:
    """Keep somebody from signing in; their sessions and API tokens end."""
    return services.lock_user(moderator_id=identity.signed_in_user(), user_id=user_id, **asked)


@blueprint.post("/admin/users/<object_id:user_id>/unlock")
@blueprint.arguments(GiveReason)
@blueprint.response(200, SeenUserSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@access.moderator
def unlock_user(asked: dict[str, Any], user_id: ObjectId) -> User:
    """Let somebody sign in again."""
    return services.unlock_user(moderator_id=identity.signed_in_user(), user_id=user_id, **asked)


@blueprint.put(f"/admin/users/<object_id:user_id>/roles/<any({','.join(Role)}):role>")
@blueprint.response(200, SeenUserSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@access.admin
def grant_role(user_id: ObjectId, role: str) -> User:
    """Give somebody a role, with which they sign in anew."""
    return services.grant_role(admin_id=identity.signed_in_user(), user_id=user_id, role=Role(role))


@blueprint.delete(f"/admin/users/<object_id:user_id>/roles/<any({','.join(Role)}):role>")
@blueprint.response(200, SeenUserSchema)
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@blueprint.alt_response(404, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="This is the only admin.")
@access.admin
def revoke_role(user_id: ObjectId, role: str) -> User:
    """Take a role from somebody, who is signed out everywhere."""
    return services.revoke_role(admin_id=identity.signed_in_user(), user_id=user_id, role=Role(role))


@blueprint.get("/admin/audit")
@blueprint.arguments(AuditQuery, location="query")
@blueprint.response(200, page_schema(AuditEntrySchema, "AuditPage"))
@blueprint.alt_response(403, schema=Problem, description=NOT_YOURS)
@access.moderator
def list_audit(query: dict[str, Any]) -> dict[str, Any]:
    """What was done by whom, newest first."""
    return _page(query, lambda at: audit_log.search(at=at, **_filters(query)))


def shop_page(status: ShopStatus, query: dict[str, Any]) -> dict[str, Any]:
    """A page of the shops in this status, as the cursor of the query asks."""
    return _page(query, lambda at: shops.in_status(status, at=at, limit=query["limit"]))


def _filters(query: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if name != "cursor"}


def _page(query: dict[str, Any], find: Any) -> dict[str, Any]:
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    return cursors.page_json(find(at), listing, query["limit"])
