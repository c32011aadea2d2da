"""Deleting one's account, in the browser."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..schemas import DeleteAccount
from .blueprint import blueprint


@blueprint.get("/account/delete")
@access.signed_in
def delete_account() -> ResponseReturnValue:
    """What deleting the account means, and what stands in its way."""
    return _page(Form())


@blueprint.post("/account/delete")
@access.signed_in
def submit_delete_account() -> ResponseReturnValue:
    """Delete the account."""
    form = Form.read(DeleteAccount())
    if form.accepted_by(services.delete_account, user_id=identity.signed_in_user()):
        identity.sign_out()
        notify("Your account is deleted. Goodbye, and thank you.", "info")
        return redirect("/", 303)
    return _page(form), form.status, form.headers


def _page(form: Form) -> str:
    owed = services.open_obligations(identity.signed_in_user())
    return render_template("accounts/delete.html", form=form, obligations=owed)
