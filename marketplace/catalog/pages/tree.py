"""The tree of categories, as moderators arrange it."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Category
from ..repositories import attributes, categories, products
from ..schemas import CategoryForm, MoveCategory, NewCategory, RemoveCategory, RulesForm, ShiftCategory
from .blueprint import blueprint
from .listing_values import rows_of

#: How many empty rows for rules the editor offers.
SPARE_RULES = 3

_ONE = "/admin/categories/<object_id:category_id>"


@blueprint.get("/admin/categories")
@access.moderator
def admin_categories() -> ResponseReturnValue:
    """The whole tree, with a form for a new category."""
    accounts.require_moderator(identity.signed_in_user())
    return _tree_page(Form({"parent_id": request.args.get("below", "")}))


@blueprint.post("/admin/categories")
@access.moderator
def add_category() -> ResponseReturnValue:
    """Make a category, the last among those beside it."""
    form = Form.read(NewCategory())
    moderator = identity.signed_in_user()
    if form.accepted_by(services.create_category, actor_id=moderator, position=None):
        notify(f"“{form.result.name}” is there.")
        return redirect(url_for(".admin_categories"), 303)
    accounts.require_moderator(moderator)
    return _tree_page(form), form.status


@blueprint.get(_ONE)
@access.moderator
def admin_category(category_id: ObjectId) -> ResponseReturnValue:
    """One category: its name, its place, and what it asks; with `parent_id` what a move would take along."""
    accounts.require_moderator(identity.signed_in_user())
    category = categories.get(category_id)
    if "parent_id" not in request.args:
        return _category_page(category)
    form = Form.read(MoveCategory(), {"parent_id": request.args["parent_id"]})
    form.accepted_by(services.preview_move, category_id=category_id)
    return _category_page(category, move=form), form.status


@blueprint.post(_ONE)
@access.moderator
def submit_category(category_id: ObjectId) -> ResponseReturnValue:
    """Call it something else, show it or hide it."""
    form = Form.read(CategoryForm())
    if form.accepted_by(services.edit_category, actor_id=identity.signed_in_user(), category_id=category_id):
        return _done(category_id, "Saved.")
    accounts.require_moderator(identity.signed_in_user())
    return _category_page(categories.get(category_id), form=form), form.status


@blueprint.post(f"{_ONE}/move")
@access.moderator
def submit_move(category_id: ObjectId) -> ResponseReturnValue:
    """Move it to where the preview said."""
    form = Form.read(MoveCategory())
    if form.accepted_by(services.move_category, actor_id=identity.signed_in_user(), category_id=category_id):
        return _done(category_id, f"It lies in {' › '.join(form.result.path)} now.")
    accounts.require_moderator(identity.signed_in_user())
    return _category_page(categories.get(category_id), move=form), form.status


@blueprint.post(f"{_ONE}/shift")
@access.moderator
def submit_shift(category_id: ObjectId) -> ResponseReturnValue:
    """Put it before or behind the one beside it."""
    form = Form.read(ShiftCategory())
    moderator = identity.signed_in_user()
    form.accepted_by(services.shift_category, actor_id=moderator, category_id=category_id)
    return redirect(url_for(".admin_categories", _anchor=f"c{category_id}"), 303)


@blueprint.post(f"{_ONE}/rules")
@access.moderator
def submit_rules(category_id: ObjectId) -> ResponseReturnValue:
    """Say what it asks of its products."""
    form = Form.read(RulesForm())
    if form.accepted_by(services.set_rules, actor_id=identity.signed_in_user(), category_id=category_id):
        return _done(category_id, "Saved.")
    accounts.require_moderator(identity.signed_in_user())
    return _category_page(categories.get(category_id), rules=form), form.status


@blueprint.post(f"{_ONE}/remove")
@access.moderator
def submit_removal(category_id: ObjectId) -> ResponseReturnValue:
    """Remove it; what is in it goes elsewhere."""
    form = Form.read(RemoveCategory())
    if form.accepted_by(
        services.remove_category, actor_id=identity.signed_in_user(), category_id=category_id
    ):
        notify("It is removed." if form.result else "It is hidden, and goes when its products have moved.")
        return redirect(url_for(".admin_categories"), 303)
    accounts.require_moderator(identity.signed_in_user())
    return _category_page(categories.get(category_id), removal=form), form.status


def _done(category_id: ObjectId, said: str) -> ResponseReturnValue:
    notify(said)
    return redirect(url_for(".admin_category", category_id=category_id), 303)


def _tree_page(form: Form) -> str:
    ordered = categories.in_order(hidden=True)
    return render_template(
        "catalog/admin_categories.html", form=form, rows=_depth_first(ordered), choices=_choices(ordered)
    )


def _depth_first(ordered: list[Category]) -> list[tuple[Category, bool, bool]]:
    """Each category below its parent, and whether it is the first and the last among those beside it."""
    below: dict[ObjectId | None, list[Category]] = {}
    for one in ordered:
        below.setdefault(one.parent_id, []).append(one)
    rows: list[tuple[Category, bool, bool]] = []

    def walk(parent_id: ObjectId | None) -> None:
        beside = below.get(parent_id, [])
        for one in beside:
            rows.append((one, one is beside[0], one is beside[-1]))
            walk(one.pk)

    walk(None)
    return rows


def _choices(ordered: list[Category], *, besides: Category | None = None) -> list[tuple[str, str]]:
    """The categories to choose from, by their path; without one and all below it."""
    rows = [one for one, *_ in _depth_first(ordered) if besides is None or besides.pk not in one.line]
    return [(str(one.pk), " › ".join(one.path)) for one in rows]


def _category_page(
    category: Category,
    *,
    form: Form | None = None,
    move: Form | None = None,
    rules: Form | None = None,
    removal: Form | None = None,
) -> str:
    """The page of a category, with what was typed into one of its forms."""
    rules = rules or Form(_written_rules(category))
    known = attributes.in_order()
    below = categories.below(category.pk)
    return render_template(
        "catalog/admin_category.html",
        category=category,
        form=form or Form(_written(category)),
        move=move or Form({"parent_id": str(category.parent_id or "")}),
        preview=move.result if move else None,
        rules=rules,
        rule_rows=rows_of(rules, "rules") + SPARE_RULES,
        removal=removal or Form(),
        choices=_choices(categories.in_order(hidden=True), besides=category),
        attributes=[(one.code, one.label) for one in known],
        inherited=_inherited(category),
        below=len(below),
        products=products.number_in([category.pk, *(one.pk for one in below)]),
    )


def _inherited(category: Category) -> list[Any]:
    """What those above it ask, as far as it does not ask for the same itself."""
    own = {rule.attribute for rule in category.attribute_rules}
    return [rule for rule in services.rules_for(category) if rule.attribute.code not in own]


def _written(category: Category) -> dict[str, str]:
    return {
        "name": category.name,
        "slug": category.slug,
        "active": "1" if category.active else "",
        "version": str(category.version),
    }


def _written_rules(category: Category) -> dict[str, str]:
    values = {"version": str(category.version)}
    for index, rule in enumerate(category.attribute_rules):
        at = f"rules.{index}"
        values[f"{at}.attribute"] = rule.attribute
        values |= {f"{at}.{name}": "1" for name in ("required", "filter", "axis") if getattr(rule, name)}
    return values
