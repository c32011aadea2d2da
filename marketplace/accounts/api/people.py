"""Accounts over JSON: sessions, and the account of whoever is signed in."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, identity
from ...shared.api import Problem
from ...shared.sessions import ActiveSession
from .. import services
from ..documents import SavedAddress, User
from ..repositories import users
from ..schemas import (
    ActiveSessionSchema,
    ChangePassword,
    KeepAddress,
    Register,
    Rename,
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
@access.everyone
def sign_in(credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign in; the answer sets the session's cookie."""
    identity.sign_in(services.authenticate(**credentials).id)
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


@blueprint.post("/users")
@blueprint.arguments(Register)
@blueprint.response(201, UserSchema)
@blueprint.alt_response(409, schema=Problem, description="An account with this e-mail exists.")
@access.everyone
def register(account: dict[str, Any]) -> User:
    """Open an account and sign in to it."""
    user = services.register(**account)
    identity.sign_in(user.id)
    return user


@blueprint.get("/me")
@blueprint.response(200, UserSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def show_me() -> User:
    """The account of whoever is signed in."""
    return users.get(identity.signed_in_user())


@blueprint.patch("/me")
@blueprint.arguments(Rename)
@blueprint.response(200, UserSchema)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def rename(change: dict[str, Any]) -> User:
    """Change the name that others see."""
    return services.rename(user_id=identity.signed_in_user(), **change)


@blueprint.put("/me/password")
@blueprint.arguments(ChangePassword)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def change_password(change: dict[str, Any]) -> None:
    """Set a new password, which ends all other sessions; this one gets a new id."""
    user = services.change_password(user_id=identity.signed_in_user(), **change)
    identity.sign_in_anew(user.id)


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
