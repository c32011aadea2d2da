"""The country that a visitor's parcels would go to, so that pages can say what sending costs.

It is what the visitor chose (the cookie `country`), else what the application knows of a member, else the
country of the marketplace's locale. What a checkout charges goes by the address that is written there.
"""

from __future__ import annotations

from collections.abc import Callable

from babel import Locale
from flask import Flask, Response, current_app, has_request_context, request

from . import formats

COOKIE = "country"

#: How long a choice is remembered.
DAYS = 180


def country() -> str:
    """The code of the country (ISO 3166-1 alpha-2)."""
    if has_request_context():
        chosen = request.cookies.get(COOKIE, "")
        if is_known(chosen):
            return chosen
        ask: Callable[[], str | None] | None = current_app.extensions.get("members_country")
        theirs = ask() if ask else None
        if theirs:
            return theirs
    return Locale.parse(current_app.config["LOCALE"]).territory or "US"


def is_known(code: str) -> bool:
    """Whether parcels go to the country with this code."""
    return code in dict(formats.countries(current_app.config["LOCALE"]))


def remember(response: Response, code: str) -> Response:
    """The response, which has the visitor's browser remember the country."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def know_members(app: Flask, ask: Callable[[], str | None]) -> None:
    """Have this asked for the country of whoever is signed in."""
    app.extensions["members_country"] = ask
