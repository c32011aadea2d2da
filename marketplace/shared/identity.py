"""Who is asking: the user that the session names, and protection against requests from elsewhere.

Anonymous visitors have no session. A cookie request that changes something must come from our own pages:
the browser says so (`Sec-Fetch-Site`, `Origin`), and who is signed in must also send the token of their
session, in the form field `csrf_token` or the header `X-CSRF-Token`. API clients learn theirs from
`GET /api/v1/session`.

A request that brings an API token (`Authorization: Bearer …`) is that token's and nothing else: its
session's cookie is not looked at and none is set, so there is nothing that another site could ride on.
`access` decides what the token opens.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from blinker import Signal
from bson import ObjectId
from flask import Flask, current_app, g, request, session

from . import sessions
from .clients import browser_of, network_of
from .errors import Forbidden, Unauthenticated, Unavailable

#: Sent after somebody signed in, with `user_id`: the sender is the application.
signed_in = Signal("Sent after somebody signed in.")

_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class AuthenticationRequired(Unauthenticated):
    """This needs somebody who is signed in."""


class CsrfFailed(Forbidden):
    """A request that changes something did not prove that it comes from our own pages."""


#: How an API token begins.
TOKEN_MARK = "mkt_"  # noqa: S105 - how one begins, not one


def token() -> str:
    """The API token that this request brings; empty without one."""
    sent = request.environ.get("HTTP_AUTHORIZATION")
    if not sent:
        return ""
    kind, _, value = sent.partition(" ")
    ours = request.path.startswith("/api/") or value.startswith(TOKEN_MARK)
    return value.strip() if kind.lower() == "bearer" and ours else ""


def brings_token() -> bool:
    """Whether this request is a program's, with an API token, rather than a session's."""
    return bool(token())


def act_as(user: ObjectId) -> None:
    """Let the rest of the request be this user's: the one behind its API token, which was checked."""
    g.token_user = user


def has_session() -> bool:
    """Whether the browser brought a session's cookie or gets one now; looking costs nothing."""
    if brings_token():
        return False
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies or g.get("signed_in", False)


def user_id() -> ObjectId | None:
    """The signed-in user, or None; sends nothing to Redis for visitors without a session."""
    if "token_user" in g:
        acting: ObjectId = g.token_user
        return acting
    if not has_session():
        return None
    found = session.get("user_id")
    return ObjectId(found) if ObjectId.is_valid(found) else None


def signed_in_user() -> ObjectId:
    """The signed-in user; raises AuthenticationRequired."""
    found = user_id_for_sure()
    if found is None:
        raise AuthenticationRequired("Please sign in first.")
    return found


def user_id_for_sure() -> ObjectId | None:
    """The signed-in user, or None for somebody who is surely nobody.

    Raises Unavailable for who brought a session that cannot be looked at now: they are not signed out.
    """
    found = user_id()
    if found is None and not getattr(session, "available", True):
        raise Unavailable("Your account cannot be reached right now. Please try again in a minute.")
    return found


def check_still_signed_in() -> None:
    """Raise AuthenticationRequired where the session ended since the request came; ask after a long wait.

    While Redis is away nobody knows, and whoever was let in stays.
    """
    fresh = current_app.session_interface.open_session(current_app._get_current_object(), request)  # type: ignore[attr-defined]
    theirs = fresh.get("user_id") if fresh is not None else None
    if theirs != session.get("user_id") and getattr(fresh, "available", True):
        raise AuthenticationRequired("Please sign in first.")


def sign_in(
    user: ObjectId, *, check: Callable[[], Any] | None = None, longest: timedelta | None = None
) -> None:
    """Remember the user in a session with a new id, so that an id planted before is worth nothing.

    `check` is called once the session is stored, when whoever ends the user's sessions will find it, and
    refuses by raising: a password that was changed meanwhile opens nothing. `longest` is how long the session
    may last at most, where that is less than for others. Raises Unavailable when it cannot be stored.
    """
    session.clear()
    current = session._get_current_object()  # type: ignore[attr-defined]
    device: dict[str, Any] = {
        sessions.BROWSER: browser_of(request.user_agent.string),
        sessions.NETWORK: network_of(request.remote_addr),
    }
    if longest is not None:
        device[sessions.LONGEST] = int(longest.total_seconds())
    current_app.session_interface.renew(current, user_id=str(user), **device)  # type: ignore[attr-defined]
    g.signed_in = True
    if check is not None:
        try:
            check()
        except BaseException:
            session.clear()
            raise
    signed_in.send(current_app._get_current_object(), user_id=user)  # type: ignore[attr-defined]


def sign_in_anew(user: ObjectId, *, longest: timedelta | None = None) -> None:
    """End all sessions of the user, wherever they are, and sign in here again: after a new password.

    Raises Unavailable when they cannot be ended, and says that the password is a new one all the same.
    """
    try:
        sessions.end_all(user)
    except Unavailable:
        raise Unavailable(
            "Your password is changed, but you are still signed in elsewhere. "
            "Open your sessions in a minute, and sign out everywhere else."
        ) from None
    sign_in(user, longest=longest)


def sign_out() -> None:
    """End the session, in Redis and in the browser; raises Unavailable when it cannot be reached."""
    session.clear()
    if not getattr(session, "available", True):
        raise Unavailable("Signing out does not work right now. Please try again in a minute.")


def active_sessions() -> list[sessions.ActiveSession]:
    """Where whoever is asking is signed in: here, then the last used first."""
    return sessions.list_of(signed_in_user(), here=_session_id())


def end_session(session_id: str) -> bool:
    """End a session of whoever is asking, and say whether it was this one; raises SessionNotFound."""
    user = signed_in_user()
    here = session_id == _session_id()
    if here:
        sign_out()
    else:
        sessions.revoke(user, session_id)
    return here


def end_other_sessions() -> None:
    """End the sessions of whoever is asking, except this one."""
    sessions.revoke_others(signed_in_user(), here=_session_id())


def _session_id() -> str:
    current = session._get_current_object()  # type: ignore[attr-defined]
    found: str = current_app.session_interface.id_of(current)  # type: ignore[attr-defined]
    return found


def csrf_token() -> str:
    """The token that the forms of this session carry; empty for visitors without one."""
    if user_id() is None or brings_token():
        return ""
    key = current_app.config["SECRET_KEY"].encode()
    sid: str = session.sid  # type: ignore[attr-defined]
    return hmac.new(key, f"csrf:{sid}".encode(), hashlib.sha256).hexdigest()


def protect() -> None:
    """Refuse requests that another site made the browser send."""
    if request.method in _SAFE or brings_token():
        return
    if _from_elsewhere():
        raise CsrfFailed("This request came from another site, so it was not carried out.")
    expected = csrf_token()
    if expected:
        sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
        if not hmac.compare_digest(sent.encode(), expected.encode()):
            raise CsrfFailed("This form has expired. Load the page again, then send it once more.")


def _from_elsewhere() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return False
    try:
        return urlsplit(source)[:2] != (request.scheme, request.host)
    except ValueError:
        return True


def init_app(app: Flask) -> None:
    """Check every request, and let templates write the token into their forms."""
    app.before_request(protect)
    app.jinja_env.globals["csrf_token"] = csrf_token
