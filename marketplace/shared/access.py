"""Who may use a route, said where the route is written, and held to before it runs.

    @blueprint.get("/sell/<shop>/listings")
    @access.seller("read:products")
    def listings(shop): ...

The application does not start with a route that says nothing. Before the view runs, a route for sellers is
held to the owner of its shop, one for those who look after the marketplace to their roles, and an API token
to its shop and scopes. What inside a shop is whose, the service decides, and answers 404 for others'.

Who has which role, owns which shop or is behind a token, accounts know: they fill `Directory` in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from bson import ObjectId
from flask import Flask, Response, current_app, g, request

from . import identity, quotas
from .errors import Forbidden, NotFound, NotYourRole, Unauthenticated
from .scopes import SCOPES

View = TypeVar("View", bound=Callable[..., Any])

_SAFE = ("GET", "HEAD", "OPTIONS")


class Audience(StrEnum):
    """For whom a route is."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"
    SELLER = "seller"
    SUPPORT = "support"
    MODERATOR = "moderator"
    ADMIN = "admin"


#: The roles that open the routes of an audience.
ROLES: dict[Audience, frozenset[str]] = {
    Audience.SUPPORT: frozenset({"support", "moderator", "admin"}),
    Audience.MODERATOR: frozenset({"moderator", "admin"}),
    Audience.ADMIN: frozenset({"admin"}),
}


class InvalidToken(Unauthenticated):
    """The API token is none of ours, or was taken back."""


class TokenExpired(Unauthenticated):
    """The API token's time is over; its shop makes another one."""


class InsufficientScope(Forbidden):
    """The API token does not open this; `scope` names what it would need, if any token could."""


class NoSuchShop(NotFound):
    """There is no such shop, or it is not this person's."""


@dataclass(frozen=True, slots=True)
class Policy:
    """For whom a route is, and the scope that an API token needs for it; without one no token opens it."""

    audience: Audience
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom an API token stands for, in which shop, and what it may do there."""

    user_id: ObjectId
    shop: str
    scopes: frozenset[str]
    prefix: str


@dataclass(slots=True)
class Directory:
    """What accounts know of people: their roles, whose a shop is, and who is behind a token.

    `owns` is whether the shop at an address is this person's; `bearer` raises InvalidToken and TokenExpired.
    """

    roles: Callable[[ObjectId], frozenset[str]]
    owns: Callable[[ObjectId, str], bool]
    bearer: Callable[[str], Bearer]


class UndeclaredAccess(Exception):
    """A route does not say who may use it."""


def everyone(view: View) -> View:
    """A route for whoever comes."""
    return _declare(view, Policy(Audience.EVERYONE))


def signed_in(view: View) -> View:
    """A route for people with an account."""
    return _declare(view, Policy(Audience.SIGNED_IN))


def seller(scope: str = "") -> Callable[[View], View]:
    """A route for a shop's own people, and for its API tokens with this scope, such as `write:stock`.

    The shop is the part `<shop>` of the address. Without a scope no token opens it.
    """
    if scope and scope not in SCOPES:
        raise ValueError(f"There is no scope {scope!r}. Use one of {', '.join(SCOPES)}.")
    return lambda view: _declare(view, Policy(Audience.SELLER, scope))


def support(view: View) -> View:
    """A route for everybody who looks after the marketplace, to see how things stand."""
    return _declare(view, Policy(Audience.SUPPORT))


def moderator(view: View) -> View:
    """A route for those who decide about shops, listings and people: moderators and admins."""
    return _declare(view, Policy(Audience.MODERATOR))


def admin(view: View) -> View:
    """A route for those who say who looks after the marketplace."""
    return _declare(view, Policy(Audience.ADMIN))


def policy_of(view: Callable[..., Any] | None) -> Policy | None:
    """What the view declares, or None."""
    return getattr(view, "access_policy", None)


def _declare(view: View, policy: Policy) -> View:
    view.access_policy = policy  # type: ignore[attr-defined]
    return view


def _hold() -> None:
    """Refuse who is not of the route's audience."""
    policy = policy_of(current_app.view_functions.get(request.endpoint or ""))
    if policy is None:
        return
    if identity.brings_token():
        _hold_token(policy)
    elif policy.audience is not Audience.EVERYONE:
        _hold_person(policy.audience, identity.signed_in_user())


def _hold_person(audience: Audience, user_id: ObjectId) -> None:
    needed = ROLES.get(audience)
    if needed is not None and needed.isdisjoint(roles_of(user_id)):
        raise NotYourRole("This is for those who look after the marketplace.")
    if audience is Audience.SELLER and not _directory().owns(user_id, _shop()):
        _no_shop()


def _hold_token(policy: Policy) -> None:
    """Let a token through to what its scopes name in its own shop, and to what everybody may see."""
    bearer = _counted_bearer()
    if policy.audience is Audience.EVERYONE and request.method in _SAFE:
        return
    if not policy.scope or not request.path.startswith("/api/"):
        raise InsufficientScope("No API token opens this. Sign in for it.", scope=None)
    _hold_to_scope(bearer, policy.scope)
    if bearer.shop != _shop():
        _no_shop()
    identity.act_as(bearer.user_id)


def _hold_to_scope(bearer: Bearer, scope: str) -> None:
    if scope not in bearer.scopes:
        raise InsufficientScope(f"This token lacks the scope {scope}.", scope=scope)


def check_scope(scope: str) -> None:
    """Raise InsufficientScope for an API token that lacks what a request asks beyond its route's scope."""
    bearer: Bearer | None = g.get("bearer")
    if bearer is not None:
        _hold_to_scope(bearer, scope)


def check_still_let_in() -> None:
    """Refuse whoever was let in, where the session or the token ended while the request waited."""
    if identity.brings_token():
        _directory().bearer(identity.token())
    else:
        identity.check_still_signed_in()


def _counted_bearer() -> Bearer:
    """Who is behind the token; guessing one counts for the address that guesses."""
    try:
        bearer = _directory().bearer(identity.token())
    except Unauthenticated:
        quotas.count(None)
        raise
    quotas.count(bearer.user_id)
    g.bearer = bearer
    return bearer


def roles_of(user_id: ObjectId) -> frozenset[str]:
    """The roles of who is asking, looked up once for each request."""
    if "roles" not in g:
        g.roles = _directory().roles(user_id)
    found: frozenset[str] = g.roles
    return found


def token_prefix() -> str | None:
    """The beginning of the API token that this request came with, or None."""
    bearer: Bearer | None = g.get("bearer")
    return bearer.prefix if bearer else None


def _shop() -> str:
    return str((request.view_args or {}).get("shop", ""))


def _no_shop() -> NoReturn:
    raise _extension()["missing_shop"]("There is no shop at this address.")


def _directory() -> Directory:
    found: Directory = _extension()["directory"]
    return found


def _extension() -> dict[str, Any]:
    found: dict[str, Any] = current_app.extensions["access"]
    return found


def fill_in(app: Flask, directory: Directory, *, missing_shop: type[NotFound] = NoSuchShop) -> None:
    """Have the application ask this directory; `missing_shop` is what is raised for others' shops."""
    app.extensions["access"] = {"directory": directory, "missing_shop": missing_shop}


def _say_how(response: Response) -> Response:
    """Tell a program with a refused token what it lacks (RFC 6750)."""
    if response.status_code == 401 and identity.brings_token():
        response.headers.setdefault("WWW-Authenticate", 'Bearer error="invalid_token"')
    return response


def check_declared(app: Flask) -> None:
    """Raise UndeclaredAccess for routes of ours that say nothing; call when all are registered."""
    silent = sorted(
        name
        for name, view in app.view_functions.items()
        if view.__module__.startswith("marketplace.") and policy_of(view) is None
    )
    if silent:
        raise UndeclaredAccess(f"These routes do not say who may use them: {', '.join(silent)}.")
    homeless = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if _is_for_sellers(app, rule.endpoint) and "shop" not in rule.arguments
    )
    if homeless:
        raise UndeclaredAccess(f"These routes are for sellers, but name no <shop>: {', '.join(homeless)}.")


def _is_for_sellers(app: Flask, endpoint: str) -> bool:
    policy = policy_of(app.view_functions.get(endpoint))
    return policy is not None and policy.audience is Audience.SELLER


def init_app(app: Flask) -> None:
    """Hold every request to its route's policy."""
    app.before_request(_hold)
    app.after_request(_say_how)
