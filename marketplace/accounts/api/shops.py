"""Shops over JSON: everybody sees them, owners look after theirs."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from ...shared import access, freshness, identity
from ...shared.api import Problem
from ...shared.schemas import PageQuery, page_schema
from .. import services
from ..documents import Shop
from ..schemas import (
    AcceptTerms,
    EditShop,
    OpenShop,
    OwnShopSchema,
    ShopSchema,
)
from ..values import ShopStatus
from .blueprint import blueprint
from .moderation import shop_page

NOT_THERE = "You have no such shop."


@blueprint.get("/me/shops")
@blueprint.response(200, OwnShopSchema(many=True))
@blueprint.alt_response(401, schema=Problem)
@access.signed_in
def list_own_shops() -> list[Shop]:
    """The shops of whoever is signed in."""
    return services.shops_of(identity.signed_in_user())


@blueprint.get("/shops")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(ShopSchema, "ShopPage"))
@access.everyone
@freshness.public
def list_shops(query: dict[str, Any]) -> dict[str, Any]:
    """The shops that sell, newest first."""
    return shop_page(ShopStatus.ACTIVE, query)


@blueprint.post("/shops")
@blueprint.arguments(OpenShop)
@blueprint.response(201, OwnShopSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(409, schema=Problem, description="Another shop has this slug.")
@access.signed_in
def open_shop(asked: dict[str, Any]) -> tuple[Shop, int, dict[str, str]]:
    """Open a shop, which sells once you sent it in and a moderator approved it."""
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
@access.everyone
@freshness.public
def show_shop(slug: str) -> Shop:
    """A shop that sells."""
    return services.visible_shop(slug)


@blueprint.get("/seller/<shop>")
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@access.seller("read:shop")
def show_own_shop(shop: str) -> Shop:
    """Your shop, with what it still needs and may do."""
    return services.own_shop(identity.signed_in_user(), shop)


@blueprint.put("/seller/<shop>")
@blueprint.arguments(EditShop)
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="The shop is closed.")
@access.seller("write:shop")
def edit_shop(change: dict[str, Any], shop: str) -> Shop:
    """Change what your shop says of itself; how it ships is told by its shipping profiles."""
    return services.edit_shop(owner_id=identity.signed_in_user(), slug=shop, **change)


@blueprint.post("/seller/<shop>/terms")
@blueprint.arguments(AcceptTerms)
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="These are not the present terms.")
@access.seller()
def accept_terms(asked: dict[str, Any], shop: str) -> Shop:
    """Accept the terms for sellers, which are at `/seller-terms`."""
    return services.accept_terms(owner_id=identity.signed_in_user(), slug=shop, **asked)


@blueprint.post("/seller/<shop>/submit")
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(
    409, schema=Problem, description="Its checklist is not done, or it was sent in before."
)
@access.seller("write:shop")
def submit_shop(shop: str) -> Shop:
    """Send your shop in for review, for the first time or after it was sent back."""
    return services.submit_shop(owner_id=identity.signed_in_user(), slug=shop)


@blueprint.post("/seller/<shop>/close")
@blueprint.response(200, OwnShopSchema)
@blueprint.alt_response(404, schema=Problem, description=NOT_THERE)
@blueprint.alt_response(409, schema=Problem, description="Orders are open; `obligations` lists them.")
@access.seller()
def close_shop(shop: str) -> Shop:
    """Close your shop for good."""
    return services.close_shop(owner_id=identity.signed_in_user(), slug=shop)
