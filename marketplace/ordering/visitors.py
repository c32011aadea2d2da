"""Whose cart a request means: the member's who is signed in, or a visitor's by a cookie of its own.

Visitors have no session. Their cart is known by a random token in the cookie `cart`, which is set when
they first put something into it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bson import ObjectId
from flask import Flask, Response, current_app, g, has_request_context, request
from mongoengine.errors import OperationError
from pymongo.errors import PyMongoError

from ..shared import identity
from ..shared.errors import MarketplaceError, Unavailable
from ..shared.notices import notify
from . import services
from .repositories import carts
from .values import CartOwner, MergedLine, MergeOutcome, is_cart_token, new_cart_token

COOKIE = "cart"


def owner() -> CartOwner:
    """Whose cart this request means; nobody's for a visitor who never filled one.

    Raises Unavailable for a member whose session cannot be looked at: another cart would not be theirs.
    """
    user_id = identity.user_id_for_sure()
    return CartOwner(user_id=user_id) if user_id else CartOwner(token=_token())


def owner_to_fill() -> CartOwner:
    """Whose cart this request fills; a visitor gets a cookie, or keeps the one they have for longer."""
    found = owner()
    if found.user_id:
        return found
    g.cart_token = found.token or new_cart_token()
    return CartOwner(token=g.cart_token)


def priced_cart(sending: services.Sending | None = None) -> services.PricedCart:
    """The cart of this request at today's prices; its page then counts the pieces without asking again."""
    found = services.priced_cart(owner(), sending)
    g.cart_count = found.pieces
    return found


def merge() -> list[MergedLine]:
    """Join the cart of this browser to the member's who is signed in; what that changed.

    Raises CheckoutInProgress.
    """
    token = _token()
    return services.merge_carts(token=token, user_id=identity.signed_in_user()) if token else []


def _token() -> str | None:
    token = request.cookies.get(COOKIE, "")
    return token if is_cart_token(token) else None


def _keep_cookie(response: Response) -> Response:
    if "cart_token" in g:
        response.set_cookie(
            COOKIE,
            g.cart_token,
            max_age=current_app.config["GUEST_CART_DAYS"] * 86_400,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def _join_carts(_: Flask, *, user_id: ObjectId) -> None:
    """Take a visitor's cart along into their account; signing in does not fail for it."""
    token = _token() if has_request_context() else None
    if token:
        with suppress(MarketplaceError):
            _tell(services.merge_carts(token=token, user_id=user_id))


def _tell(changes: list[MergedLine]) -> None:
    """Say on the next page what came along into the member's cart, and what did not."""
    if request.path.startswith("/api/"):
        return
    left = sum(one.outcome in (MergeOutcome.NO_ROOM, MergeOutcome.CURRENCY_MISMATCH) for one in changes)
    came = sum(one.outcome in (MergeOutcome.ADDED, MergeOutcome.RAISED) for one in changes)
    if came:
        notify(f"{came} {'line' if came == 1 else 'lines'} of your cart changed: what you chose came along.")
    if left:
        notify(f"{left} {'thing' if left == 1 else 'things'} did not fit into your cart.", "warning")


def _count_pieces() -> dict[str, Any]:
    """The number beside the cart on every page; pages that say what went wrong do without."""
    if "cart_count" in g:
        return {"cart_count": g.cart_count}
    try:
        return {"cart_count": carts.pieces(owner())}
    except (PyMongoError, OperationError, Unavailable):
        return {"cart_count": 0}


def init_app(app: Flask) -> None:
    """Set the cookie, join carts at sign-in and tell pages how full the cart is."""
    app.after_request(_keep_cookie)
    app.context_processor(_count_pieces)
    identity.signed_in.connect(_join_carts, app)
