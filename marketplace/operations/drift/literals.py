"""Values and calls as Python source, laid out as the rest of the code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 110


class Unwritable(Exception):
    """A value that cannot be written into a migration; the sentence says which."""


def literal(value: Any, indent: int = 0) -> str:
    """The value as source, in several lines where one would be too long. Raises Unwritable."""
    line = _inline(value)
    if len(line) + indent <= WIDTH - 12 or not isinstance(value, Mapping | list | tuple) or not value:
        return line
    inner, outer = " " * (indent + 4), " " * indent
    if isinstance(value, Mapping):
        parts = [f"{_inline(name)}: {literal(part, indent + 4)}" for name, part in value.items()]
        return "{\n" + "".join(f"{inner}{part},\n" for part in parts) + outer + "}"
    parts = [literal(part, indent + 4) for part in value]
    return "[\n" + "".join(f"{inner}{part},\n" for part in parts) + outer + "]"


def call(name: str, values: Sequence[str], options: Mapping[str, str], *, indent: int = 4) -> str:
    """A call of values and options that are source already, as an element of a list."""
    parts = [*values, *(f"{option}={value}" for option, value in options.items())]
    line = f"{' ' * indent}{name}({', '.join(parts)}),"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    inner = " " * (indent + 4)
    return f"{' ' * indent}{name}(\n" + "".join(f"{inner}{part},\n" for part in parts) + " " * indent + "),"


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inline(name)}: {_inline(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_inline, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        return repr(int(value))
    if isinstance(value, float):
        return repr(float(value))
    raise Unwritable(f"{value!r} cannot be written into a migration: write this one by hand.")
