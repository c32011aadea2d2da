"""API tokens over JSON; no token makes or revokes another one."""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ...shared import access, identity
from ...shared.api import Problem
from .. import services
from ..documents import ApiToken
from ..schemas import MakeToken, NewTokenSchema, TokenSchema
from .blueprint import blueprint


@blueprint.get("/seller/<shop>/tokens")
@blueprint.response(200, TokenSchema(many=True))
@blueprint.alt_response(404, schema=Problem, description="You have no such shop.")
@access.seller()
def list_tokens(shop: str) -> list[ApiToken]:
    """The API tokens of your shop that were not revoked, newest first."""
    return services.tokens_of(identity.signed_in_user(), shop)


@blueprint.post("/seller/<shop>/tokens")
@blueprint.arguments(MakeToken)
@blueprint.response(201, NewTokenSchema)
@blueprint.alt_response(404, schema=Problem, description="You have no such shop.")
@blueprint.alt_response(409, schema=Problem, description="The shop has as many tokens as it may have.")
@access.seller()
def make_token(asked: dict[str, Any], shop: str) -> services.NewToken:
    """Make an API token; this answer alone shows it."""
    return services.make_token(owner_id=identity.signed_in_user(), slug=shop, **asked)


@blueprint.delete("/seller/<shop>/tokens/<object_id:token_id>")
@blueprint.response(204)
@blueprint.alt_response(404, schema=Problem, description="Your shop has no such token.")
@access.seller()
def revoke_token(shop: str, token_id: ObjectId) -> None:
    """Revoke an API token, which opens nothing from then on."""
    services.revoke_token(owner_id=identity.signed_in_user(), slug=shop, token_id=token_id)
