"""The page that says what a buyer agrees to."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from ...shared import access
from . import blueprint


@blueprint.get("/terms")
@access.everyone
def show_terms() -> ResponseReturnValue:
    """The terms of sale."""
    return render_template("ordering/terms.html", hold_minutes=current_app.config["HOLD_MINUTES"])
