"""The shapes of attributes."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, pre_load, validate

from ...shared.schemas import AskedSchema, ShownSchema, Text, Whole
from ..values import OptionDraft, SpecificationType
from ..values.attributes import CODE, MOST_OPTIONS, OPTION_CODE
from ..values.units import FAMILIES, LARGEST


class ShownOptionSchema(ShownSchema):
    """A value that an attribute offers."""

    code = fields.String()
    label = fields.String()
    retired = fields.Boolean(metadata={"description": "Products that have it keep it; it cannot be chosen."})


class ShownAttributeSchema(ShownSchema):
    """A kind of fact that products state."""

    code = fields.String(metadata={"example": "weight"})
    label = fields.String(metadata={"example": "Weight"})
    type = fields.String(metadata={"enum": [kind.value for kind in SpecificationType]})
    unit_family = fields.String(allow_none=True, metadata={"example": "mass"})
    unit = fields.String(
        allow_none=True, metadata={"description": "What a number without a unit means, and bounds are in."}
    )
    units = fields.Function(
        lambda attribute: [unit.symbol for unit in FAMILIES.get(attribute.unit_family or "", ())],
        metadata={"type": "array", "items": {"type": "string"}, "description": "Units that are understood."},
    )
    options = fields.List(fields.Nested(ShownOptionSchema))
    min = fields.Float(allow_none=True)
    max = fields.Float(allow_none=True)
    decimals = fields.Integer(allow_none=True)
    filterable = fields.Boolean()
    axis = fields.Boolean()
    searchable = fields.Boolean()


class AdminAttributeSchema(ShownAttributeSchema):
    """An attribute as moderators see it."""

    aliases = fields.List(fields.String())
    used = fields.Boolean(metadata={"description": "Code, type and family of units then stay."})
    version = fields.Integer()


class WriteOption(AskedSchema):
    """An option as it is written."""

    code = Text(
        longest=60,
        validate=validate.Regexp(OPTION_CODE, error="Use small letters, digits, - and _: dark-blue."),
        metadata={"description": "By default made of the label."},
    )
    label = Text(longest=100, required=True)
    retired = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OptionDraft:
        """The draft."""
        return OptionDraft(**data)


def _bound() -> fields.Float:
    message = "Write a number such as 2.5."
    return fields.Float(
        allow_none=True,
        validate=validate.Range(min=-LARGEST, max=LARGEST, error=message),
        error_messages={"invalid": message, "special": message, "too_large": message},
    )


class NewAttribute(AskedSchema):
    """An attribute as it is written; code, type and family of units stay once it is used."""

    code = Text(
        longest=40,
        required=True,
        validate=[
            validate.Regexp(CODE, error="Use small letters, digits and _, a letter first: screen_size."),
            validate.NoneOf(["new"], error="The form for new attributes has this address. Use another code."),
        ],
        metadata={"example": "screen_size"},
    )
    label = Text(longest=100, required=True, metadata={"example": "Screen size"})
    type = Text(
        longest=20,
        required=True,
        validate=validate.OneOf([kind.value for kind in SpecificationType], error="Use one of: {choices}."),
        metadata={"enum": [kind.value for kind in SpecificationType]},
    )
    unit_family = Text(
        longest=40,
        validate=validate.OneOf(list(FAMILIES), error="Use one of: {choices}."),
        metadata={"enum": list(FAMILIES)},
    )
    unit = Text(longest=20, metadata={"example": "in"})
    options = fields.List(
        fields.Nested(WriteOption),
        validate=validate.Length(max=MOST_OPTIONS, error=f"Give {MOST_OPTIONS} options at most."),
    )
    min = _bound()
    max = _bound()
    decimals = Whole(least=0, most=9, allow_none=True)
    filterable = fields.Boolean(load_default=False)
    axis = fields.Boolean(load_default=False)
    searchable = fields.Boolean(load_default=True)
    aliases = fields.List(
        Text(longest=100, required=True),
        validate=validate.Length(max=30, error="Give 30 aliases at most."),
        metadata={"description": "Other names by which imports call it."},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The parts of the draft."""
        return data | {name: tuple(data.get(name) or ()) for name in ("options", "aliases")}


class EditAttribute(NewAttribute):
    """An attribute written anew, by someone who saw this version of it."""

    version = Whole(least=0, most=2**31, required=True)


class AttributeForm(NewAttribute):
    """The form of an attribute: boxes without a tick are not sent, and aliases are one text."""

    searchable = fields.Boolean(load_default=False)
    version = Whole(least=0, most=2**31)

    @pre_load
    def read_form(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leave out options without a label, and part the aliases at their commas."""
        rows = data.get("options")
        options = [row for row in rows if isinstance(row, dict) and row.get("label")] if rows else []
        aliases = [part.strip() for part in str(data.get("aliases", "")).split(",") if part.strip()]
        return {**data, "options": options, "aliases": aliases}
