"""The shapes of categories and of what they ask."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from ...shared.errors import Invalid
from ...shared.schemas import AskedSchema, Id, ShownSchema, Text, Whole
from ..documents import SLUG
from ..values import AttributeRule
from ..values.attributes import MOST_RULES
from .attributes import ShownAttributeSchema
from .fields import PLEASE
from .shown import CategorySchema

_IS_SLUG = validate.Regexp(SLUG, error="Use small letters, digits and single hyphens: tea-pots.")


class ShownRuleSchema(ShownSchema):
    """An attribute that a category asks for."""

    attribute = fields.Nested(ShownAttributeSchema)
    required = fields.Boolean(metadata={"description": "A listing needs it before it is published."})
    filter = fields.Boolean(metadata={"description": "Lists of the category can be filtered by it."})
    axis = fields.Boolean(metadata={"description": "Variants can be told apart by it."})


class CategoryDetailSchema(CategorySchema):
    """A category with what it asks of a listing, its ancestors' rules among it."""

    children = fields.List(fields.Nested(CategorySchema))
    rules = fields.List(fields.Nested(ShownRuleSchema))


class OwnRuleSchema(ShownSchema):
    """A rule that a category has itself."""

    attribute = fields.String(metadata={"description": "The code of the attribute."})
    required = fields.Boolean()
    filter = fields.Boolean()
    axis = fields.Boolean()


class AdminCategorySchema(CategorySchema):
    """A category as moderators see it."""

    position = fields.Integer()
    active = fields.Boolean()
    shown = fields.Boolean(metadata={"description": "Whether it and all above it are active."})
    attribute_rules = fields.List(fields.Nested(OwnRuleSchema))
    version = fields.Integer()


class NewCategory(AskedSchema):
    """A category to make."""

    name = Text(longest=100, required=True)
    slug = Text(longest=120, validate=_IS_SLUG, metadata={"description": "By default made of the name."})
    parent_id = Id(allow_none=True, load_default=None)


class EditCategory(AskedSchema):
    """What a category is called, and whether people see it."""

    name = Text(longest=100, required=True)
    slug = Text(longest=120, validate=_IS_SLUG, required=True)
    active = fields.Boolean(required=True)
    version = Whole(least=0, most=2**31, required=True)


class CategoryForm(EditCategory):
    """The same in a form, which does not send boxes without a tick."""

    active = fields.Boolean(load_default=False)


class MoveCategory(AskedSchema):
    """Where a category goes: below another, or to the first level."""

    parent_id = Id(allow_none=True, load_default=None)


class ShiftCategory(AskedSchema):
    """Whether a category goes before the one above it in the list, or behind the one below it."""

    by = fields.Integer(required=True, validate=validate.OneOf([-1, 1], error="Use -1 or 1."))


class RemoveCategory(AskedSchema):
    """Where the things of a category go that is removed."""

    move_to = Id(load_default=None)


class WriteRule(AskedSchema):
    """A rule as it is written."""

    attribute = Text(longest=40, required=True, metadata={"description": "The code of an attribute."})
    required = fields.Boolean(load_default=False)
    filter = fields.Boolean(load_default=False)
    axis = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AttributeRule:
        """The value object."""
        try:
            return AttributeRule(**data)
        except Invalid as error:
            raise ValidationError(error.errors) from None


class SetRules(AskedSchema):
    """What a category asks, in the order in which a listing shows it."""

    rules = fields.List(
        fields.Nested(WriteRule),
        required=True,
        validate=validate.Length(max=MOST_RULES, error=f"Give {MOST_RULES} rules at most."),
        error_messages=PLEASE,
    )
    version = Whole(least=0, most=2**31, required=True)


class RulesForm(SetRules):
    """The same in a form; rows without an attribute are left out."""

    @pre_load
    def drop_rows(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out rows in which no attribute is chosen."""
        rows = data.get("rules")
        kept = [row for row in rows if isinstance(row, dict) and row.get("attribute")] if rows else []
        return {**data, "rules": kept}


class MovePreviewSchema(ShownSchema):
    """What a move takes along."""

    categories = fields.Integer()
    products = fields.Integer()
    path = fields.List(fields.String(), metadata={"description": "Where the category would lie."})
