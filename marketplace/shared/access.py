"""Who may use a route, said where the route is written, and held to before it runs.

    @blueprint.get("/sell/<shop>/listings")
    @access.seller("read:products")
    def listings(shop): ...

The application does not start with a route that says nothing. A policy opens the door only: whose shop or
order it is, the service decides, and answers 404 for those of others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, request

from . import identity

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    """For whom a route is."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"
    SELLER = "seller"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Policy:
    """For whom a route is, and the scope that an API token needs for it; without one no token opens it."""

    audience: Audience
    scope: str = ""


class UndeclaredAccess(Exception):
    """A route does not say who may use it."""


def everyone(view: View) -> View:
    """A route for whoever comes."""
    return _declare(view, Policy(Audience.EVERYONE))


def signed_in(view: View) -> View:
    """A route for people with an account."""
    return _declare(view, Policy(Audience.SIGNED_IN))


def seller(scope: str) -> Callable[[View], View]:
    """A route for a shop's own people, and for its API tokens with this scope, such as `write:stock`."""
    return lambda view: _declare(view, Policy(Audience.SELLER, scope))


def moderator(view: View) -> View:
    """A route for those who look after the marketplace."""
    return _declare(view, Policy(Audience.MODERATOR))


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """What the view declares, or None."""
    return getattr(view, "access_policy", None)


def _declare(view: View, policy: Policy) -> View:
    view.access_policy = policy  # type: ignore[attr-defined]
    return view


def _hold() -> None:
    """Refuse who is not of the route's audience; raises AuthenticationRequired."""
    view = current_app.view_functions.get(request.endpoint or "")
    policy = policy_of(view) if view else None
    if policy is not None and policy.audience is not Audience.EVERYONE:
        identity.signed_in_user()


def check_declared(app: Flask) -> None:
    """Raise UndeclaredAccess for routes of ours that say nothing; call when all are registered."""
    silent = sorted(
        name
        for name, view in app.view_functions.items()
        if view.__module__.startswith("marketplace.") and policy_of(view) is None
    )
    if silent:
        raise UndeclaredAccess(f"These routes do not say who may use them: {', '.join(silent)}.")


def init_app(app: Flask) -> None:
    """Hold every request to its route's policy."""
    app.before_request(_hold)
