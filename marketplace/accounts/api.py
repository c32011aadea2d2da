"""Accounts over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import current_app, url_for

from ..shared import cursors, identity
from ..shared.api import ApiBlueprint, Problem
from ..shared.schemas import PageQuery, page_schema
from ..shared.sessions import ActiveSession
from . import services
from .documents import SavedAddress, Shop, User
from .repositories import shops, users
from .schemas import (
    ActiveSessionSchema,
    ChangePassword,
    EditShopJson,
    KeepAddress,
    OpenShop,
    OwnShopSchema,
    Register,
    RejectShop,
    Rename,
    SavedAddressSchema,
    SessionSchema,
    ShopSchema,
    SignIn,
    UserSchema,
)
from .values import ShopStatus

blueprint = ApiBlueprint("accounts_api", __name__, url_prefix="/api/v1", description="People and their shops")


def _session() -> dict[str, Any]:
    user_id = identity.user_id_for_sure()
    user = services.find_user(user_id) if user_id else None
    return {"user": user, "csrf_token": identity.csrf_token()}


@blueprint.get("/session")
@blueprint.response(200, SessionSchema)
def show_session() -> dict[str, Any]:
    """Who is signed in, and the CSRF token of the session."""
    return _session()


@blueprint.post("/session")
@blueprint.arguments(SignIn)
@blueprint.response(200, SessionSchema)
@blueprint.alt_response(401, schema=Problem, description="E-mail and password do not match an account.")
def sign_in(credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign in; the answer sets the session's cookie."""
    identity.sign_in(services.authenticate(**credentials).id)
    return _session()


@blueprint.delete("/session")
@blueprint.response(204)
def sign_out() -> None:
    """Sign out and end the session."""
    identity.sign_out()


@blueprint.get("/sessions")
@blueprint.response(200, ActiveSessionSchema(many=True))
@blueprint.alt_response(401, schema=Problem)
def list_sessions() -> list[ActiveSession]:
    """Where you are signed in: here, then the last used first."""
    return identity.active_sessions()


@blueprint.delete("/sessions/<session_id>")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(404, schema=Problem, description="You have no such session.")
def end_session(session_id: str) -> None:
    """Sign out in one place; here too, when the session is this one."""
    identity.end_session(session_id)


@blueprint.delete("/sessions")
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
def end_other_sessions() -> None:
    """Sign out everywhere but here."""
    identity.end_other_sessions()


@blueprint.post("/users")
@blueprint.arguments(Register)
@blueprint.response(201, UserSchema)
@blueprint.alt_response(409, schema=Problem, description="An account with this e-mail exists.")
def register(account: dict[str, Any]) -> User:
    """Open an account and sign in to it."""
    user = services.register(**account)
    identity.sign_in(user.id)
    return user


@blueprint.get("/me")
@blueprint.response(200, UserSchema)
@blueprint.alt_response(401, schema=Problem)
def show_me() -> User:
    """The account of whoever is signed in."""
    return users.get(identity.signed_in_user())


@blueprint.patch("/me")
@blueprint.arguments(Rename)
@blueprint.response(200, UserSchema)
@blueprint.alt_response(401, schema=Problem)
def rename(change: dict[str, Any]) -> User:
    """Change the name that others see."""
    return services.rename(user_id=identity.signed_in_user(), **change)


@blueprint.put("/me/password")
@blueprint.arguments(ChangePassword)
@blueprint.response(204)
@blueprint.alt_response(401, schema=Problem)
def change_password(change: dict[str, Any]) -> None:
    """Set a new password, which ends all other sessions; this one gets a new id."""
    user = services.change_password(user_id=identity.signed_in_user(), **change)
    identity.sign_in_anew(user.id)


@blueprint.post("/me/addresses")
@blueprint.arguments(KeepAddress)
@blueprint.response(201, SavedAddressSchema)
@blueprint.alt_response(401, schema=Problem)
def keep_address(asked: dict[str, Any]) -> SavedAddress:
    """Put an address into the book."""
    return services.add_address(user_id=identity.signed_in_user(), **asked)


@blueprint.delete("/me/addresses/<object_id:address_id>")
@blueprint.response(204)
@blueprint.alt_response(404, schema=Problem)
def remove_address(address_id: ObjectId) -> None:
    """Take an address out of the book."""
    services.remove_address(user_id=identity.signed_in_user(), address_id=address_id)


@blueprint.get("/me/shops")
@blueprint.response(200, OwnShopSchema(many=True))
@blueprint.alt_response(401, schema=Problem)
def list_own_shops() -> list[Shop]:
    """The shops of whoever is signed in."""
    return services.shops_of(identity.signed_in_user())


@blueprint.get("/shops")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(ShopSchema, "ShopPage"))
def list_shops(query: dict[str, Any]) -> dict[str, Any]:
    """The shops that sell, newest first."""
    return _shop_page(ShopStatus.ACTIVE, query)


@blueprint.post("/shops")
@blueprint.arguments(OpenShop)
@blueprint.response(201, OwnShopSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="Another shop has this slug.")
def open_shop(asked: dict[str, Any]) -> tuple[Shop, int, dict[str, str]]:
    """Open a shop, which sells once a moderator has approved it."""
    shop = services.open_shop(
        owner_id=identity.signed_in_user(),
        currency=current_app.config["CURRENCY"],
        approved=current_app.config["AUTO_APPROVE_SHOPS"],
        **asked,
    )
    return shop, 201, {"Location": url_for(".show_shop", slug=shop.slug)}


@blueprint.get("/shops/<slug>")
@blueprint.response(200, ShopSchema)
@blueprint.alt_response(404, schema=Problem)
def show_shop(slug: str) -> Shop:
    """A shop that sells."""
    return services.visible_shop(slug)


@blueprint.put("/seller/<shop>")
@blueprint.arguments(EditShopJson)
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description="You have no such shop.")
def edit_shop(change: dict[str, Any], shop: str) -> Shop:
    """Change what your shop says of itself and how it ships."""
    return services.edit_shop(owner_id=identity.signed_in_user(), slug=shop, **change)


@blueprint.post("/seller/<shop>/resubmit")
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description="You have no such shop.")
@blueprint.alt_response(409, schema=Problem, description="It was not sent back.")
def resubmit_shop(shop: str) -> Shop:
    """Ask for review again after your shop was sent back."""
    return services.resubmit_shop(owner_id=identity.signed_in_user(), slug=shop)


@blueprint.get("/admin/shops")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(OwnShopSchema, "WaitingShopPage"))
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
def list_waiting_shops(query: dict[str, Any]) -> dict[str, Any]:
    """The shops that wait for a moderator, newest first."""
    services.require_moderator(identity.signed_in_user())
    return _shop_page(ShopStatus.PENDING_REVIEW, query)


@blueprint.post("/admin/shops/<slug>/approve")
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(409, schema=Problem, description="The shop does not wait for review.")
def approve_shop(slug: str) -> Shop:
    """Let a shop sell."""
    return services.approve_shop(moderator_id=identity.signed_in_user(), slug=slug)


@blueprint.post("/admin/shops/<slug>/reject")
@blueprint.arguments(RejectShop)
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(403, schema=Problem, description="Only a moderator may do this.")
@blueprint.alt_response(409, schema=Problem, description="The shop does not wait for review.")
def reject_shop(asked: dict[str, Any], slug: str) -> Shop:
    """Send a shop back to its owner with a reason."""
    return services.reject_shop(moderator_id=identity.signed_in_user(), slug=slug, **asked)


def _shop_page(status: ShopStatus, query: dict[str, Any]) -> dict[str, Any]:
    listing = cursors.listing_of(query)
    at = cursors.decode(query.get("cursor"), listing)
    return cursors.page_json(shops.in_status(status, at=at, limit=query["limit"]), listing, query["limit"])
