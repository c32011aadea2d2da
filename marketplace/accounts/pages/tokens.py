"""A shop's page for developers: its API tokens."""

from __future__ import annotations

from bson import ObjectId
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.clock import now
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.scopes import SCOPES
from .. import services
from ..schemas import MakeTokenForm
from .blueprint import blueprint


@blueprint.get("/sell/<shop>/developers")
@access.seller()
def developers(shop: str) -> ResponseReturnValue:
    """The shop's API tokens, and the form to make one."""
    return _page(shop, Form())


@blueprint.post("/sell/<shop>/developers")
@access.seller()
def make_token(shop: str) -> ResponseReturnValue:
    """Make a token, which this answer alone shows."""
    form = Form.read(MakeTokenForm())
    if form.accepted_by(services.make_token, owner_id=identity.signed_in_user(), slug=shop):
        return _page(shop, Form(), made=form.result), 201
    return _page(shop, form), form.status


@blueprint.post("/sell/<shop>/developers/<object_id:token_id>/revoke")
@access.seller()
def revoke_token(shop: str, token_id: ObjectId) -> ResponseReturnValue:
    """Revoke a token."""
    token = services.revoke_token(owner_id=identity.signed_in_user(), slug=shop, token_id=token_id)
    notify(f"“{token.name}” is revoked and opens nothing any more.")
    return redirect(url_for(".developers", shop=shop), 303)


def _page(shop: str, form: Form, made: services.NewToken | None = None) -> str:
    owner_id = identity.signed_in_user()
    return render_template(
        "accounts/developers.html",
        shop=services.own_shop(owner_id, shop),
        tokens=services.tokens_of(owner_id, shop),
        form=form,
        made=made,
        scopes=SCOPES,
        now=now(),
    )
