"""Dumping with a schema, compiled at its first use: marshmallow's answer for a fraction of its time.

A schema becomes a list of steps, one for each field, that read the value and show it. Plain fields, nested
schemas and lists of them are shown here; every other field is asked as marshmallow asks it, and a schema with
hooks or an accessor of its own is left to marshmallow altogether.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, missing

#: Shows a value that is not None: `show(value, name, object)`.
Show = Callable[[Any, str, Any], Any]

#: Fields that show a value as it is when it is of exactly this type.
_AS_IT_IS: dict[type[fields.Field], type] = {fields.String: str, fields.Integer: int, fields.Boolean: bool}


def dumper(schema: Schema) -> Callable[[Any], Any]:
    """What dumps one object as `schema.dump(obj, many=False)` does."""
    own_accessor = type(schema).get_attribute is not Schema.get_attribute
    if own_accessor or any(schema._hooks[name] for name in ("pre_dump", "post_dump")):
        return lambda obj: schema.dump(obj, many=False)
    steps = [
        (name, name if field.data_key is None else field.data_key, field, _show(field))
        for name, field in schema.dump_fields.items()
    ]

    def dump(obj: Any) -> dict[str, Any]:
        is_dict = type(obj) is dict
        shown: dict[str, Any] = {}
        for name, key, field, show in steps:
            if show is not None:
                try:
                    value = obj[name] if is_dict else getattr(obj, name)
                except (KeyError, AttributeError):
                    pass
                else:
                    shown[key] = value if value is None else show(value, name, obj)
                    continue
            value = field.serialize(name, obj, accessor=schema.get_attribute)
            if value is not missing:
                shown[key] = value
        return shown

    return dump


def _show(field: fields.Field) -> Show | None:
    """What shows the field's values; None where marshmallow has to be asked how to read them."""
    if field.attribute is not None or not field._CHECK_ATTRIBUTE:
        return None
    if (
        type(field).serialize is not fields.Field.serialize
        or type(field).get_value is not fields.Field.get_value
    ):
        return None
    return _shows_nested(field) or _shows_list(field) or _shows_plain(field) or field._serialize


def _shows_plain(field: fields.Field) -> Show | None:
    kind = next((kind for of, kind in _AS_IT_IS.items() if type(field)._serialize is of._serialize), None)
    if kind is None or getattr(field, "as_string", False):
        return None
    otherwise = field._serialize
    return lambda value, name, obj: value if type(value) is kind else otherwise(value, name, obj)


def _shows_nested(field: fields.Field) -> Show | None:
    if type(field) is not fields.Nested:
        return None
    one = dumper(field.schema)
    if field.many or field.schema.many:
        return lambda value, name, obj: [one(part) for part in value]
    return lambda value, name, obj: one(value)


def _shows_list(field: fields.Field) -> Show | None:
    show = _show(field.inner) if type(field) is fields.List else None
    if show is None:
        return None
    return lambda value, name, obj: [None if part is None else show(part, name, obj) for part in value]
