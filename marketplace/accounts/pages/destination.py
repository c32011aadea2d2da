"""Choosing the country that parcels would go to."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...shared import access, destination, identity
from ...shared.forms import Form
from ...shared.notices import notify
from ..schemas import CountryForm
from .blueprint import blueprint
from .people import is_local, visitor


@blueprint.get("/country")
@access.everyone
def country() -> ResponseReturnValue:
    """The form to choose it."""
    wanted = request.args.get("next", "")
    back = wanted if is_local(wanted) else "/"
    return render_template("accounts/country.html", chosen=destination.country(), back=back)


@blueprint.post("/country")
@access.everyone
def choose_country() -> ResponseReturnValue:
    """Show what sending to another country costs from now on, on the page that this was chosen on."""
    form = Form.read(CountryForm())
    wanted = form.values.get("next", "")
    response = make_response(redirect(wanted if is_local(wanted) else "/", 303))
    if form.errors:
        notify("Choose a country of the list.", "warning")
        return response
    return destination.remember(response, form.data["country"])


def members_country() -> str | None:
    """The country of the first saved address of whoever is signed in, if there is one."""
    user = visitor(identity.user_id())
    return user.addresses[0].address.country if user and user.addresses else None
