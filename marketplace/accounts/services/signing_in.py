"""Signing in: a proven password becomes a session, unless the account changed at the same moment."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from ...shared import identity
from ..documents import User
from ..errors import InvalidCredentials
from ..repositories import users
from .people import authenticate, fits


def sign_in(*, email: str, password: str, origin: str = "") -> User:
    """Sign in with e-mail and password; raises what `authenticate` raises, and Unavailable."""
    user = authenticate(email=email, password=password, origin=origin)
    begin_session(user, password)
    return user


def begin_session(user: User, password: str) -> None:
    """Sign in a user whose password was just checked.

    The account is looked at once more when its session is stored: a new password, a lock or an erasure of
    the same instant either ends that session or is seen here. Raises InvalidCredentials then.
    """

    def check() -> None:
        fresh = users.find(pk=user.pk)
        same = fresh is not None and fresh.is_active
        if fresh is None or not same or not _same_password(fresh, user.password_hash, password):
            raise InvalidCredentials("E-mail and password do not match an account.")

    identity.sign_in(user.pk, check=check, longest=_longest(user))


def begin_session_anew(user: User) -> None:
    """End all sessions of a user who changed their password, and sign in here again; raises Unavailable."""
    identity.sign_in_anew(user.pk, longest=_longest(user))


def _same_password(fresh: User, hashed: str, password: str) -> bool:
    """Whether the password is still right, also where its hash was only renewed."""
    return fresh.password_hash == hashed or fits(fresh.password_hash, password)


def _longest(user: User) -> timedelta | None:
    """Those who look after the marketplace sign in every day."""
    return timedelta(hours=current_app.config["SESSION_MODERATOR_HOURS"]) if user.is_staff else None
