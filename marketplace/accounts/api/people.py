"""Accounts over JSON: sessions, and the account of whoever is signed in."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import request

from ...shared import access, identity
from ...shared.api import Problem
from ...shared.clients import origin_of
from ...shared.sessions import ActiveSession
from .. import services
from ..documents import SavedAddress, User
from ..repositories import users
from ..schemas import (
    ActiveSessionSchema,
    ChangePassword,
    DeleteAccount,
    EditAccount,
    KeepAddress,
    SavedAddressSchema,
    SessionSchema,
    SignIn,
    UserSchema,
)
from .blueprint import blueprint


def _session() -> dict[str, Any]:
    user_id = identity.user_id_for_sure()
    user = services.find_user(user_id) if user_id else None
    return {"user": user, "csrf_token": identity.csrf_token()}


@blueprint.get("/session")
@blueprint.response(200, SessionSchema)
@access.everyone
def show_session() -> dict[str, Any]:
    """Who is signed in, and the CSRF token of the session."""
    return _session()


@blueprint.post("/session")
@blueprint.arguments(SignIn)
@blueprint.response(200, SessionSchema)
@blueprint.alt_response(401, schema=Problem, description="E-mail and password do not match an account.")
@blueprint.alt_response(403, schema=Problem, description="The account is locked.")
@blueprint.alt_response(429, schema=Problem, description="Too many tries; Retry-After says when.")
@access.everyone
def sign_in(credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign in; the answer sets the session's cookie."""
    services.sign_in(**credentials, origin=origin_of(request.remote_addr))
    return _session()


@blueprint.delete("/session")
@blueprint.response(204)
@access.everyone
def sign_out() -> None:
    """Sign out and end the session."""
    identity.sign_out()


@blueprint.get("/sessions")
@blueprint.response(200, ActiveSessionSchema(many=True))
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def list_sessions() -> list[ActiveSession]:
    """Where you are signed in: here, then the last used first."""
    return identity.active_sessions()


@blueprint.delete("/sessions/<session_id>")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="You have no such session.")
@access.signed_in
def end_session(session_id: str) -> None:
    """Sign out in one place; here too, when the session is this one."""
    identity.end_session(session_id)


@blueprint.delete("/sessions")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def end_other_sessions() -> None:
    """Sign out everywhere but here."""
    identity.end_other_sessions()


@blueprint.get("/me")
@blueprint.response(200, UserSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def show_me() -> User:
    """The account of whoever is signed in."""
    return users.get(identity.signed_in_user())


@blueprint.patch("/me")
@blueprint.arguments(EditAccount)
@blueprint.response(200, UserSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def edit_me(change: dict[str, Any]) -> User:
    """Change your name, phone, preferences and whether you want news; what is left out stays."""
    return services.edit_account(user_id=identity.signed_in_user(), **change)


@blueprint.delete("/me")
@blueprint.arguments(DeleteAccount)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="Something is open; `obligations` lists it.")
@blueprint.alt_response(429, schema=Problem, description="Too many tries; Retry-After says when.")
@access.signed_in
def delete_me(asked: dict[str, Any]) -> None:
    """Delete your account for good; orders stay without your name, and your shops close."""
    services.delete_account(user_id=identity.signed_in_user(), **asked)
    identity.sign_out()


@blueprint.put("/me/password")
@blueprint.arguments(ChangePassword)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(429, schema=Problem, description="Too many tries; Retry-After says when.")
@access.signed_in
def change_password(change: dict[str, Any]) -> None:
    """Set a new password, which ends all other sessions; this one gets a new id."""
    user = services.change_password(user_id=identity.signed_in_user(), **change)
    services.begin_session_anew(user)


@blueprint.post("/me/addresses")
@blueprint.arguments(KeepAddress)
@blueprint.response(201, SavedAddressSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def keep_address(asked: dict[str, Any]) -> SavedAddress:
    """Put an address into the book."""
    return services.add_address(user_id=identity.signed_in_user(), **asked)


@blueprint.delete("/me/addresses/<object_id:address_id>")
@blueprint.response(204)
@blueprint.alt_response(404, schema=Problem)
@access.signed_in
def remove_address(address_id: ObjectId) -> None:
    """Take an address out of the book."""
    services.remove_address(user_id=identity.signed_in_user(), address_id=address_id)
