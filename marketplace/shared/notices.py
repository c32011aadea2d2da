"""A sentence for the next page, such as "Saved.", in a short-lived signed cookie.

Flask's own flashes live in the session; visitors without an account have none, and need none for this.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "notice"


def notify(text: str, kind: str = "success") -> None:
    """Show a sentence on the next page; `kind` is success, info, warning or error."""
    g.setdefault("new_notices", []).append({"kind": kind, "text": text})


def waiting() -> list[dict[str, Any]]:
    """The sentences for this page; showing them takes them out of the cookie."""
    g.notices_shown = True
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""), max_age=60)
    except BadSignature:
        found = []
    return list(found) + g.pop("new_notices", [])


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="notice")


def _keep(response: Response) -> Response:
    new = g.get("new_notices")
    if new:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            COOKIE, str(_signer().dumps(new)), max_age=60, httponly=True, samesite="Lax", secure=secure
        )
    elif COOKIE in request.cookies and g.get("notices_shown"):
        response.delete_cookie(COOKIE)
    return response


def init_app(app: Flask) -> None:
    """Let templates show the notices and carry new ones over a redirect."""
    app.context_processor(lambda: {"notices": waiting()})
    app.after_request(_keep)
