"""Attributes, as moderators define them."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.errors import MarketplaceError
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Attribute
from ..repositories import attributes
from ..schemas import AttributeForm
from ..values import SpecificationType
from ..values.units import FAMILIES
from .blueprint import blueprint
from .listing_values import rows_of

#: What the types of attributes are called.
TYPE_NAMES = {
    SpecificationType.TEXT: "Words",
    SpecificationType.NUMBER: "Number",
    SpecificationType.BOOLEAN: "Yes or no",
    SpecificationType.ENUM: "One of several options",
    SpecificationType.MULTI_ENUM: "Some of several options",
    SpecificationType.DATE: "Date",
}

#: How many empty rows for options the editor offers.
SPARE_OPTIONS = 5


@blueprint.get("/admin/attributes")
@access.moderator
def admin_attributes() -> ResponseReturnValue:
    """All attributes."""
    accounts.require_moderator(identity.signed_in_user())
    return render_template(
        "catalog/admin_attributes.html", attributes=attributes.in_order(), type_names=TYPE_NAMES
    )


@blueprint.get("/admin/attributes/new")
@access.moderator
def new_attribute() -> ResponseReturnValue:
    """The form for a new attribute."""
    accounts.require_moderator(identity.signed_in_user())
    return _editor(Form({"searchable": "1"}))


@blueprint.post("/admin/attributes/new")
@access.moderator
def submit_new_attribute() -> ResponseReturnValue:
    """Define an attribute; or show the form with more rows for options."""
    form = Form.read(AttributeForm())
    moderator = identity.signed_in_user()
    accounts.require_moderator(moderator)
    if "add" in request.args:
        return _editor(Form(form.values))
    form.data.pop("version", None)
    if form.accepted_by(services.create_attribute, actor_id=moderator):
        return _done(form.result)
    return _editor(form), form.status


@blueprint.get("/admin/attributes/<code>")
@access.moderator
def edit_attribute(code: str) -> ResponseReturnValue:
    """The form of an attribute."""
    accounts.require_moderator(identity.signed_in_user())
    attribute = attributes.with_code(code)
    return _editor(Form(_written(attribute)), attribute)


@blueprint.post("/admin/attributes/<code>")
@access.moderator
def submit_attribute(code: str) -> ResponseReturnValue:
    """Save an attribute; or show the form with more rows for options."""
    moderator = identity.signed_in_user()
    accounts.require_moderator(moderator)
    attribute = attributes.with_code(code)
    form = Form.read(AttributeForm())
    if "add" in request.args:
        return _editor(Form(form.values), attribute)
    form.data.setdefault("version", attribute.version)
    if form.accepted_by(services.edit_attribute, actor_id=moderator, current_code=code):
        return _done(form.result)
    return _editor(form, attributes.with_code(code)), form.status


@blueprint.post("/admin/attributes/<code>/remove")
@access.moderator
def submit_attribute_removal(code: str) -> ResponseReturnValue:
    """Remove an attribute that nothing uses."""
    try:
        services.remove_attribute(actor_id=identity.signed_in_user(), code=code)
    except MarketplaceError as error:
        notify(str(error), "warning")
        return redirect(url_for(".edit_attribute", code=code), 303)
    notify("It is removed.")
    return redirect(url_for(".admin_attributes"), 303)


def _done(attribute: Attribute) -> ResponseReturnValue:
    notify("Saved.")
    return redirect(url_for(".edit_attribute", code=attribute.code), 303)


def _editor(form: Form, attribute: Attribute | None = None) -> str:
    spare = SPARE_OPTIONS if "add" in request.args or attribute is None else 2
    return render_template(
        "catalog/admin_attribute.html",
        form=form,
        attribute=attribute,
        types=[(kind.value, name) for kind, name in TYPE_NAMES.items()],
        families=[
            (family, f"{family.replace('_', ' ').capitalize()}: {', '.join(unit.symbol for unit in units)}")
            for family, units in FAMILIES.items()
        ],
        option_rows=rows_of(form, "options") + spare,
    )


def _written(attribute: Attribute) -> dict[str, str]:
    names = ("code", "label", "unit", "unit_family", "decimals")
    values = {name: str(value) for name in names if (value := getattr(attribute, name)) is not None}
    bounds = {"min": attribute.min, "max": attribute.max}
    values |= {name: f"{bound:.10g}" for name, bound in bounds.items() if bound is not None}
    flags = ("filterable", "axis", "searchable")
    values |= {name: "1" if getattr(attribute, name) else "" for name in flags}
    values |= {
        "type": attribute.type.value,
        "aliases": ", ".join(attribute.aliases),
        "version": str(attribute.version),
    }
    for index, option in enumerate(attribute.options):
        row = {"code": option.code, "label": option.label, "retired": "1" if option.retired else ""}
        values |= {f"options.{index}.{name}": text for name, text in row.items()}
    return values
