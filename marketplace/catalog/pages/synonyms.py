"""The page on which moderators keep the search's synonyms."""

from __future__ import annotations

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, cursors, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..schemas import SynonymForm
from .blueprint import blueprint

#: How many sets a page shows.
SHOWN = 50


@blueprint.get("/admin/synonyms")
@access.moderator
def list_synonyms() -> ResponseReturnValue:
    """All sets of synonyms, and the form for another."""
    return _page(Form())


@blueprint.post("/admin/synonyms")
@access.moderator
def add_synonyms() -> ResponseReturnValue:
    """Add a set."""
    form = Form.read(SynonymForm())
    if form.accepted_by(services.add_synonyms, moderator_id=identity.signed_in_user()):
        notify("Added. Searches use it from now on.")
        return redirect(url_for(".list_synonyms"), 303)
    return _page(form), form.status


@blueprint.post("/admin/synonyms/<object_id:set_id>")
@access.moderator
def edit_synonyms(set_id: ObjectId) -> ResponseReturnValue:
    """Write a set anew."""
    form = Form.read(SynonymForm())
    if form.accepted_by(services.edit_synonyms, moderator_id=identity.signed_in_user(), set_id=set_id):
        notify("Saved. Searches use it from now on.")
        return redirect(url_for(".list_synonyms"), 303)
    return _page(form, edited=set_id), form.status


@blueprint.post("/admin/synonyms/<object_id:set_id>/remove")
@access.moderator
def remove_synonyms(set_id: ObjectId) -> ResponseReturnValue:
    """Forget a set."""
    services.remove_synonyms(moderator_id=identity.signed_in_user(), set_id=set_id)
    notify("Removed.")
    return redirect(url_for(".list_synonyms"), 303)


def _page(form: Form, *, edited: ObjectId | None = None) -> str:
    listing = cursors.listing_of({})
    at = cursors.decode(request.args.get("cursor"), listing)
    sets = services.synonym_sets(moderator_id=identity.signed_in_user(), at=at, limit=SHOWN)
    links = cursors.page_links(sets, listing)
    return render_template("catalog/synonyms.html", sets=sets.items, page=links, form=form, edited=edited)
