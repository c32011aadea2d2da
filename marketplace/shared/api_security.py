"""Who may use each operation, written into the OpenAPI document from the routes' own access policies."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from . import access
from .access import Audience, Policy
from .scopes import SCOPES

#: How a program proves who it is.
SCHEMES: dict[str, dict[str, Any]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "description": (
            "The cookie that `POST /api/v1/session` sets. Requests that change something also send its "
            "`csrf_token` in the header `X-CSRF-Token`."
        ),
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "mkt_…",
        "description": "An API token of one shop, made on its page “Developers”. It opens what its scopes "
        "name: " + " ".join(f"`{scope}` {about}" for scope, about in SCOPES.items()),
    },
}

#: What an audience asks for, where it is more than being signed in.
_ROLE_OF = {Audience.SUPPORT: "support", Audience.MODERATOR: "moderator", Audience.ADMIN: "admin"}

_REFUSALS = {
    "401": "Nobody is signed in, or the API token is not known or expired.",
    "403": "You do not have the role for this, or the API token lacks the scope.",
    "404": "There is nothing like that, or it is not yours.",
}


def describe(app: Flask, spec: Any) -> None:
    """Add the security schemes, and to each operation what opens it; call when every route is registered."""
    for name, scheme in SCHEMES.items():
        named = {"name": app.config["SESSION_COOKIE_NAME"]} if name == "session" else {}
        spec.components.security_scheme(name, scheme | named)
    for rule in app.url_map.iter_rules():
        policy = access.policy_of(app.view_functions.get(rule.endpoint))
        path = spec._paths.get(re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule))
        for method in rule.methods or ():
            operation = (path or {}).get(method.lower())
            if policy is not None and operation is not None:
                _describe(operation, policy)


def _describe(operation: dict[str, Any], policy: Policy) -> None:
    operation["security"] = security_of(policy)
    if policy.audience is Audience.EVERYONE:
        return
    refusals = ["401"]
    if policy.audience in _ROLE_OF or policy.scope:
        refusals.append("403")
    if policy.audience is Audience.SELLER:
        refusals.append("404")
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status in refusals:
        operation["responses"].setdefault(
            status,
            {"description": _REFUSALS[status], "content": {"application/problem+json": schema}},
        )


def security_of(policy: Policy) -> list[dict[str, list[str]]]:
    """What opens a route, each entry by itself; the list is empty for what everybody may use."""
    if policy.audience is Audience.EVERYONE:
        return []
    role = _ROLE_OF.get(policy.audience)
    opened: list[dict[str, list[str]]] = [{"session": [role] if role else []}]
    if policy.scope:
        opened.append({"token": [policy.scope]})
    return opened
