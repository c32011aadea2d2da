"""What the documents say of themselves: contexts, fields, value objects, indexes and their queries."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from mongoengine.base import BaseField
from mongoengine.fields import EmbeddedDocumentField, EnumField, ListField

from ...shared.documents import Aggregate, IdOf, ValueField
from ..drift.declared import documents

#: The contexts in the order in which they build on each other, and what the rest is called.
CONTEXTS = ("accounts", "catalog", "ordering", "messaging", "moderation")
PLATFORM = "shared"


@dataclass(frozen=True, slots=True)
class Part:
    """A field: its name, its type in words, and whether it must be there."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its name, keys and options in words, and the query that it serves."""

    name: str
    keys: str
    options: str
    serves: str


def by_context() -> dict[str, list[Any]]:
    """The document classes of each context that has some, in the order of CONTEXTS."""
    found: dict[str, list[Any]] = {name: [] for name in (*CONTEXTS, PLATFORM)}
    for kind in documents():
        found[context_of(kind)].append(kind)
    return {name: kinds for name, kinds in found.items() if kinds}


def context_of(kind: Any) -> str:
    """The context that a class belongs to."""
    name = str(kind.__module__).split(".")[1]
    return name if name in CONTEXTS else PLATFORM


def is_aggregate(kind: Any) -> bool:
    """Whether it is guarded by a version and saved as a whole."""
    return issubclass(kind, Aggregate)


def parts(kind: Any) -> list[Part]:
    """The fields of a document in the order of their declaration; of a value object its attributes."""
    if not hasattr(kind, "_fields_ordered"):
        return [Part(one.name, _annotation(one.type), True) for one in fields(kind)]
    return [
        Part(field.db_field, type_of(field), bool(field.required))
        for field in (kind._fields[name] for name in kind._fields_ordered)
    ]


def type_of(field: Any) -> str:
    """The type of a field in words: `string`, `Money`, `id of shops`, `list of Variant`."""
    if isinstance(field, ListField):
        return f"list of {type_of(field.field)}" if field.field else "list"
    if isinstance(field, IdOf):
        return f"id of {field.collection}"
    if isinstance(field, ValueField):
        return str(field.value_class.__name__)
    if isinstance(field, EmbeddedDocumentField):
        return str(field.document_type.__name__)
    if isinstance(field, EnumField):
        return str(field._enum_cls.__name__)
    return _plain(type(field))


def _plain(kind: type) -> str:
    known = {"ObjectIdField": "id", "PlainText": "string", "DateTimeField": "moment", "DictField": "object"}
    while kind.__module__.startswith("marketplace.") and kind.__name__ not in known:
        kind = kind.__mro__[1]
    return known.get(kind.__name__, kind.__name__.removesuffix("Field").lower())


def _annotation(written: Any) -> str:
    text = written if isinstance(written, str) else getattr(written, "__name__", str(written))
    return text.replace(" | ", " or ").replace("tuple[", "list of ").replace(", ...]", "").replace("]", "")


def held_by(kind: Any) -> Iterator[tuple[str, Any, bool]]:
    """What a document holds inside: the name of the field, the class, and whether it holds several."""
    for field in _fields(kind):
        inner = field.field if isinstance(field, ListField) else field
        several = isinstance(field, ListField)
        if isinstance(inner, ValueField):
            yield field.db_field, inner.value_class, several
        elif isinstance(inner, EmbeddedDocumentField):
            yield field.db_field, inner.document_type, several


def ids_in(kind: Any) -> Iterator[tuple[str, str, bool]]:
    """The ids of other aggregates in a document: the field's name, the collection, and whether several."""
    for field in _fields(kind):
        inner = field.field if isinstance(field, ListField) else field
        if isinstance(inner, IdOf):
            yield field.db_field, inner.collection, isinstance(field, ListField)


def _fields(kind: Any) -> Iterator[BaseField]:
    for name in getattr(kind, "_fields_ordered", ()):
        yield kind._fields[name]


def indexes(kind: Any) -> list[Index]:
    """The declared indexes of a collection, each with the comment above it: the query that it serves."""
    queries = _comments(kind)
    found = []
    for spec in kind._meta["index_specs"]:
        options = {name: value for name, value in spec.items() if name not in ("fields", "name", "cls")}
        keys = ", ".join(_key(name, order) for name, order in spec["fields"])
        found.append(Index(spec["name"], keys, _options(options), queries.get(spec["name"], "")))
    return found


def _key(name: str, order: Any) -> str:
    return f"-{name}" if order == -1 else name if order == 1 else f"{name} ({order})"


def _options(options: dict[str, Any]) -> str:
    words = []
    for name, value in options.items():
        if name == "unique" and value:
            words.append("unique")
        elif name == "partialFilterExpression":
            words.append(f"only where {value}".replace("'", ""))
        elif name == "expireAfterSeconds":
            words.append(f"expires after {value} s")
        elif name == "weights":
            words.append(", ".join(f"{field} {weight}" for field, weight in value.items()))
        elif value not in (None, False):
            words.append(f"{name}: {value}")
    return "; ".join(words)


def _comments(kind: Any) -> dict[str, str]:
    """The comment above each index in the source of the class; it also counts for those right below it."""
    source = textwrap.dedent(inspect.getsource(kind))
    lines, found, above = source.splitlines(), {}, ""
    for entry in _index_entries(ast.parse(source)):
        comment: list[str] = []
        line = entry.lineno - 2
        while line >= 0 and lines[line].strip().startswith("#"):
            comment.insert(0, lines[line].strip().lstrip("# "))
            line -= 1
        above = " ".join(comment) or above
        found[_name(entry)] = above
    return found


def _index_entries(tree: ast.AST) -> Iterator[ast.Dict]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if _is(key, "indexes") and isinstance(value, ast.List):
                    yield from (entry for entry in value.elts if isinstance(entry, ast.Dict))


def _name(entry: ast.Dict) -> str:
    named = (value for key, value in zip(entry.keys, entry.values, strict=True) if _is(key, "name"))
    return str(ast.literal_eval(next(named)))


def _is(key: ast.expr | None, text: str) -> bool:
    return isinstance(key, ast.Constant) and key.value == text


def summary(kind: Any) -> str:
    """The docstring of a class without its indentation."""
    return inspect.cleandoc(kind.__doc__ or "")
