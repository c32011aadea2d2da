"""The pages of those who look after the marketplace: users and their roles, and the audit log."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity, sessions
from ...shared.errors import Unavailable
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import AuditEntry, User
from ..repositories import audit_log, users
from ..schemas import AuditQuery, GiveReason, UserSearch
from ..values import Role
from .blueprint import blueprint


@blueprint.get("/admin/users")
@access.support
def list_users() -> ResponseReturnValue:
    """The users: the newest, those with a role, or those who are searched for."""
    form = Form.read(UserSearch(), _known(UserSearch()))
    listing = cursors.listing_of(form.data)

    def find(*, cursor: str | None = None, **asked: Any) -> Page[User]:
        return services.search_users(at=cursors.decode(cursor, listing), **asked)

    page = form.result if form.accepted_by(find) else Page([])
    links = cursors.page_links(page, listing)
    body = render_template("accounts/admin_users.html", form=form, users=page.items, roles=Role, page=links)
    return body, 400 if form.errors else 200


@blueprint.get("/admin/users/<object_id:user_id>")
@access.support
def show_user(user_id: ObjectId) -> ResponseReturnValue:
    """Somebody's account, and what can be done with it."""
    return _user_page(user_id, Form())


@blueprint.post("/admin/users/<object_id:user_id>/lock")
@access.moderator
def lock_user(user_id: ObjectId) -> ResponseReturnValue:
    """Keep somebody from signing in, with a reason."""
    return _decide(user_id, services.lock_user, "cannot sign in any more, and is signed out everywhere.")


@blueprint.post("/admin/users/<object_id:user_id>/unlock")
@access.moderator
def unlock_user(user_id: ObjectId) -> ResponseReturnValue:
    """Let somebody sign in again, with a reason."""
    return _decide(user_id, services.unlock_user, "can sign in again.")


@blueprint.post(f"/admin/users/<object_id:user_id>/roles/<any({','.join(Role)}):role>/grant")
@access.admin
def grant_role(user_id: ObjectId, role: str) -> ResponseReturnValue:
    """Give somebody a role."""
    return _change(user_id, role, services.grant_role, "is {} now, and signs in anew.")


@blueprint.post(f"/admin/users/<object_id:user_id>/roles/<any({','.join(Role)}):role>/revoke")
@access.admin
def revoke_role(user_id: ObjectId, role: str) -> ResponseReturnValue:
    """Take a role from somebody."""
    return _change(user_id, role, services.revoke_role, "is not {} any more, and is signed out.")


@blueprint.get("/admin/audit")
@access.moderator
def audit() -> ResponseReturnValue:
    """What was done by whom, newest first."""
    form = Form.read(AuditQuery(), _known(AuditQuery()))
    listing = cursors.listing_of(form.data)

    def find(*, cursor: str | None = None, **asked: Any) -> Page[AuditEntry]:
        return audit_log.search(at=cursors.decode(cursor, listing), **asked)

    page = form.result if form.accepted_by(find) else Page([])
    body = render_template(
        "accounts/audit.html",
        form=form,
        entries=page.items,
        people=services.find_users(one.actor_id for one in page.items if one.actor_id),
        actions=[(one, one) for one in audit_log.actions()],
        page=cursors.page_links(page, listing),
    )
    return body, 400 if form.errors else 200


def _decide(user_id: ObjectId, use_case: Any, said: str) -> ResponseReturnValue:
    form = Form.read(GiveReason())
    if form.accepted_by(use_case, moderator_id=identity.signed_in_user(), user_id=user_id):
        notify(f"{form.result.display_name} {said}")
        return redirect(url_for(".show_user", user_id=user_id), 303)
    return _user_page(user_id, form), form.status


def _change(user_id: ObjectId, role: str, use_case: Any, said: str) -> ResponseReturnValue:
    form = Form()
    if form.accepted_by(use_case, admin_id=identity.signed_in_user(), user_id=user_id, role=Role(role)):
        named = {"support": "support", "admin": "an admin"}.get(role, f"a {role}")
        notify(f"{form.result.display_name} {said.format(named)}")
        return redirect(url_for(".show_user", user_id=user_id), 303)
    return _user_page(user_id, form), form.status


def _user_page(user_id: ObjectId, form: Form) -> str:
    user, here = users.get(user_id), access.roles_of(identity.signed_in_user())
    history = audit_log.search(subject=("users", user_id), limit=20).items
    return render_template(
        "accounts/admin_user.html",
        user=user,
        form=form,
        shops=services.shops_of(user_id),
        counts=[("Sessions", _sessions(user_id)), *services.counts_of("user", user_id)],
        history=history,
        people=services.find_users(one.actor_id for one in history if one.actor_id),
        roles=Role,
        decides=not access.ROLES[access.Audience.MODERATOR].isdisjoint(here),
        gives=Role.ADMIN in here,
        own=user_id == identity.signed_in_user(),
    )


def _sessions(user_id: ObjectId) -> int | str:
    """In how many places somebody is signed in."""
    try:
        return len(sessions.list_of(user_id))
    except Unavailable:
        return "not known now"


def _known(schema: Any) -> dict[str, str]:
    """What the query asks, without what somebody else put into the address."""
    return {name: request.args[name] for name in schema.fields if name in request.args}
