"""Dumping with a schema, compiled at its first use: marshmallow's answer for a fraction of its time.

A schema becomes a list of steps, one for each field, that read the value and show it. Plain fields, nested
schemas and lists of them are shown here; every other field is asked as marshmallow asks it, and a schema with
hooks or an accessor of its own is left to marshmallow altogether.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from marshmallow import Schema, fields, missing

from .rows import KEPT

#: Shows a value that is not None: `show(value, name, object)`.
Show = Callable[[Any, str, Any], Any]

#: Fields that show a value as it is when it is of exactly this type.
_AS_IT_IS: dict[type[fields.Field], type] = {fields.String: str, fields.Integer: int, fields.Boolean: bool}


def dumper(schema: Schema) -> Callable[[Any], Any]:
    """What dumps one object as `schema.dump(obj, many=False)` does."""
    own_accessor = type(schema).get_attribute is not Schema.get_attribute
    if own_accessor or any(schema._hooks[name] for name in ("pre_dump", "post_dump")):
        return lambda obj: schema.dump(obj, many=False)
    steps = [_step(schema, name, field) for name, field in schema.dump_fields.items()]

    def dump(obj: Any) -> dict[str, Any]:
        is_dict = type(obj) is dict
        shown: dict[str, Any] = {}
        for name, key, read, kind, show, ask in steps:
            if read is not None:
                try:
                    value = obj[read] if is_dict else getattr(obj, read)
                except (KeyError, AttributeError):
                    pass
                else:
                    as_it_is = value is None or type(value) is kind
                    shown[key] = value if as_it_is else show(value, name, obj)
                    continue
            value = ask(obj)
            if value is not missing:
                shown[key] = value
        return shown

    return dump


def _step(schema: Schema, name: str, field: fields.Field) -> tuple[Any, ...]:
    """How a field is shown.

    Its name and its key; what is read, and the type whose values are shown as they are; what shows other
    values; and what to ask where nothing can be read.
    """
    key = name if field.data_key is None else field.data_key
    if type(field) is fields.Function and field.serialize_func:
        return name, key, None, None, None, field.serialize_func
    show, read = _show(field), name if field.attribute is None else field.attribute
    return (
        name,
        key,
        read if show is not None and "." not in read else None,
        _kind(field),
        show,
        partial(field.serialize, name, accessor=schema.get_attribute),
    )


def _show(field: fields.Field) -> Show | None:
    """What shows the field's values; None where marshmallow has to be asked how to read them."""
    if not field._CHECK_ATTRIBUTE:
        return None
    if (
        type(field).serialize is not fields.Field.serialize
        or type(field).get_value is not fields.Field.get_value
    ):
        return None
    return _shows_nested(field) or _shows_list(field) or field._serialize


def _kind(field: fields.Field) -> type | None:
    """The type whose values a plain field shows as they are."""
    if getattr(field, "as_string", False):
        return None
    return next((kind for of, kind in _AS_IT_IS.items() if type(field)._serialize is of._serialize), None)


class Kept(fields.Nested):
    """A nested object that never changes and is equal to no other: what is shown of it is kept by it.

    Nobody may change what `dump` answers for it.
    """


def _shows_nested(field: fields.Field) -> Show | None:
    if not isinstance(field, fields.Nested) or type(field) not in (fields.Nested, Kept):
        return None
    one = dumper(field.schema)
    if type(field) is Kept:
        one = lru_cache(KEPT)(one)
    if field.many or field.schema.many:
        return lambda value, name, obj: [one(part) for part in value]
    return lambda value, name, obj: one(value)


def _shows_list(field: fields.Field) -> Show | None:
    if type(field) is not fields.List:
        return None
    kind, show = _kind(field.inner), _show(field.inner)
    if show is None:
        return None
    return lambda value, name, obj: [
        part if part is None or type(part) is kind else show(part, name, obj) for part in value
    ]
