"""What every aggregate shares: versions, fields for plain text and value objects, ids of other aggregates.

Three fences keep documents the home of the rules: they never query, never import the web, and never
save themselves. A repository loads and saves them.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from mongoengine import Document, IntField, ObjectIdField, QuerySet, StringField
from mongoengine.base import BaseField

from . import transactions
from .values import is_plain


class Query(QuerySet):
    """A queryset that counts inside transactions too, and is quick to find one document."""

    def first(self) -> Any:
        """The first that matches, or None; MongoEngine's own copies the query once more to the same end."""
        return next(iter(self.limit(1)), None)

    def count(self, with_limit_and_skip: bool = False) -> int:
        """The number of documents that match.

        Of a whole collection MongoDB keeps an estimate, which it does not tell inside a transaction: there
        they are counted.
        """
        if transactions.is_open() and not self._query:
            return super(Query, self.filter(pk__exists=True)).count(with_limit_and_skip)
        return super().count(with_limit_and_skip)


class Stored(Document):
    """What is stored, and takes part in transactions as `transactions.tracking` tells."""

    meta: ClassVar[dict[str, Any]] = {
        "abstract": True,
        "auto_create_index": False,
        "strict": False,
        "queryset_class": Query,
    }

    def reload(self, *fields: Any, **options: Any) -> Stored:
        """What is stored now; loaded as a whole, it may be saved again after a rollback."""
        super().reload(*fields, **options)
        if not any(isinstance(name, str) for name in fields):
            transactions.forget_staleness(self)
        return self

    def modify(self, *args: Any, **changes: Any) -> bool:
        """Change what is stored, and here what it is then; see mongoengine."""
        transactions.touch(self)
        return super().modify(*args, **changes)


class Aggregate(Stored):
    """The root of things that change together, guarded by a version.

    Every save counts `version` up and is refused when someone else saved in between
    (`Repository.save`). Unknown fields are tolerated, so that old and new code run side by side while a
    deployment rolls. Indexes belong to migrations: MongoEngine creates none.
    """

    meta: ClassVar[dict[str, Any]] = {
        "abstract": True,
        "auto_create_index": False,
        "strict": False,
        "allow_inheritance": False,
    }

    version = IntField(required=True, default=0, min_value=0)


class IdOf(ObjectIdField):
    """The id of another aggregate: it says which collection that is in, and loads nothing.

    `flask db-check --live` looks whether it is there. Where it may be gone, `may_dangle` says why.
    """

    def __init__(self, collection: str, *, may_dangle: str | None = None, **options: Any) -> None:
        self.collection = collection
        self.may_dangle = may_dangle
        super().__init__(**options)

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...


class IdWithin(ObjectIdField):
    """The id of a part of another aggregate, such as a shop's shipping profile.

    Nobody looks whether it is there: whoever reads it knows what to do when it is not.
    """

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...


class PlainText(StringField):
    """Text without NUL, control characters and lone surrogates."""

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...

    def validate(self, value: Any) -> None:
        """Refuse what cannot be stored or shown."""
        if isinstance(value, str) and not (self.min_length or 0) <= len(value) <= self.max_length:
            self.error(f"Write {self.min_length or 0} to {self.max_length} characters.")
        super().validate(value)
        if not is_plain(value):
            self.error("This contains characters that cannot be used.")


class IdOfOne(ObjectIdField):
    """The id of an aggregate of one of several kinds; another field says of which.

    Nobody looks whether it is there: whoever reads it knows what to do when it is not.
    """

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...


class ValueField(BaseField):
    """A field that holds a frozen dataclass, stored as a sub-document of its fields.

    Fields that hold an empty string or None are left out of the stored form and have a default for it.
    Nested value objects and tuples of them are stored in place; their class stands in the field's
    metadata: `field(metadata={"value_class": Money})`.
    """

    def __init__(self, value_class: type, **options: Any) -> None:
        if not is_dataclass(value_class):
            raise TypeError(f"{value_class!r} is no value object: make it a frozen dataclass.")
        self.value_class = value_class
        super().__init__(**options)

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...

    def to_mongo(self, value: Any) -> Any:
        """The stored form of the value."""
        return stored(value)

    def to_python(self, value: Any) -> Any:
        """The value object for what is stored."""
        return restored(self.value_class, value) if isinstance(value, dict) else value

    def validate(self, value: Any, clean: bool = True) -> None:
        """Refuse anything but the value object, which checked itself when it was made."""
        if not isinstance(value, self.value_class):
            self.error(f"Expected {self.value_class.__name__}, not {type(value).__name__}.")

    def lookup_member(self, name: str) -> str | None:
        """The stored name of a field of the value, for indexes; None where it has no such field."""
        return name if name in {field.name for field in fields(self.value_class)} else None

    def prepare_query_value(self, op: str | None, value: Any) -> Any:
        """Let queries compare with the value object itself."""
        return stored(value) if isinstance(value, self.value_class) else value


def stored(value: Any) -> dict[str, Any]:
    """The sub-document that a value object is stored as."""
    value_class: Any = type(value)
    found = ((name, getattr(value, name)) for name in _names_of(value_class))
    return {name: _stored_part(part) for name, part in found if part not in ("", None)}


@cache
def _names_of(value_class: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(value_class))


def _stored_part(part: Any) -> Any:
    if isinstance(part, (tuple, list)):
        return [_stored_part(one) for one in part]
    if isinstance(part, Enum):  # what the database answers is no member: mongomock would hand it back
        return part.value
    return stored(part) if is_dataclass(part) else part


def restored(value_class: type, data: dict[str, Any]) -> Any:
    """The value object that a sub-document was stored from; unknown keys are left aside."""
    return value_class(
        **{name: _restored_part(kind, data[name]) for name, kind in _parts_of(value_class) if name in data}
    )


@cache
def _parts_of(value_class: Any) -> list[tuple[str, type | None]]:
    return [(field.name, field.metadata.get("value_class")) for field in fields(value_class)]


def _restored_part(value_class: type | None, part: Any) -> Any:
    if type(part) in (tuple, list):
        return tuple(_restored_part(value_class, one) for one in part)
    return restored(value_class, part) if value_class and part is not None else part
