"""JSON shapes that every context speaks, and how strictly they are read.

A schema that asks refuses fields that it does not know. Empty and missing are the same to forms and to
JSON: strings are trimmed, and an empty one is a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self
from unicodedata import category

from bson import ObjectId
from bson.errors import InvalidId
from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from . import destination
from .compiled import dumper
from .errors import Invalid
from .values import Address, Money, is_plain

#: Letters that show nothing though they count as letters, besides those that only say how others are shown.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe0e\ufe0f\uffa0"


def _looks_empty(text: str) -> bool:
    """Whether nothing of the text is seen: spaces, joiners, directions of writing, blank letters."""
    return all(sign.isspace() or sign in _BLANK or category(sign) == "Cf" for sign in text)


class Text(fields.String):
    """A trimmed string without characters that cannot be stored; `longest` and `shortest` bound it."""

    default_error_messages = {
        "required": "Please fill this in.",
        "null": "Please fill this in.",
        "characters": "This contains characters that cannot be used.",
    }

    def __init__(self, *, shortest: int = 1, longest: int = 200, **options: Any) -> None:
        rule = validate.Length(
            min=shortest,
            max=longest,
            error=f"Write between {shortest} and {longest} characters."
            if shortest > 1
            else f"Keep it under {longest + 1} characters.",
        )
        super().__init__(validate=[rule, *_as_list(options.pop("validate", []))], **options)
        self.shortest = shortest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if not is_plain(text):
            raise self.make_error("characters")
        if self.shortest and _looks_empty(text):
            raise self.make_error("required")
        return text


def _as_list(rules: Any) -> list[Any]:
    return list(rules) if isinstance(rules, (list, tuple)) else [rules]


class Whole(fields.Integer):
    """A whole number between two bounds, both allowed; a form's digits count as one."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        message = f"Give a whole number from {least} to {most}."
        plain = {"required": "Please fill this in.", "null": "Please fill this in."}
        plain |= {"invalid": message, "too_large": message}
        options["error_messages"] = plain | options.get("error_messages", {})
        super().__init__(strict=False, validate=validate.Range(min=least, max=most, error=message), **options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, (bool, float)) or (isinstance(value, str) and not value.strip().isdecimal()):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Email(fields.Email):
    """An e-mail address, in lower case."""

    default_error_messages = {
        "required": "Please fill this in.",
        "null": "Please fill this in.",
        "invalid": "Write an e-mail address such as ada@example.com.",
        "letters": "Mail cannot be sent to this address: before the @ use plain letters (a to z) and digits.",
    }

    def __init__(self, **options: Any) -> None:
        too_long = "Keep it under 255 characters."
        super().__init__(validate=validate.Length(max=254, error=too_long), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = value.strip().lower() if isinstance(value, str) else value
        address: str = super()._deserialize(text, attr, data, **kwargs)
        if not address.rpartition("@")[0].isascii():
            raise self.make_error("letters")
        return address


class Country(Text):
    """A country that parcels go to, as ISO 3166-1 alpha-2."""

    def __init__(self, **options: Any) -> None:
        metadata = {"description": "ISO 3166-1 alpha-2.", "example": "DE"} | options.pop("metadata", {})
        super().__init__(shortest=2, longest=2, metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).upper()
        if not destination.is_known(code):
            raise ValidationError("Choose a country; in the API two letters such as DE.")
        return code


class Moment(fields.DateTime):
    """A moment in UTC, shown as RFC 3339 with a Z."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat().replace("+00:00", "Z")


class Id(fields.Field):
    """An ObjectId, shown as 24 hexadecimal digits."""

    default_error_messages = {"invalid": "An id has 24 hexadecimal digits."}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ObjectId:
        try:
            return ObjectId(value)
        except (InvalidId, TypeError):
            raise self.make_error("invalid") from None


class SharedSchema(Schema):
    """A schema that nobody changes once it is made, so that a copy of it is itself.

    The API's documentation is copied several times for each route, with the schemas in it.
    """

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        """The schema itself."""
        return self


class ShownSchema(SharedSchema):
    """A shape that is shown: only dumped, never read. Its dumping is compiled at the first use."""

    _dumper: Callable[[Any], Any] | None = None

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """The object, or each of several, in plain data."""
        if self._dumper is None:
            self._dumper = dumper(self)
        one = self._dumper
        return [one(part) for part in obj] if (self.many if many is None else many) else one(obj)


class AskedSchema(SharedSchema):
    """A shape that is asked: unknown fields are refused, empty strings count as missing."""

    class Meta:
        """Refuse what is not asked for."""

        unknown = RAISE

    error_messages = {"unknown": "There is no such field."}

    @pre_load
    def drop_empty(self, data: Any, **_: Any) -> Any:
        """Leave out what a form sends for inputs that were not filled in."""
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if not _is_blank(value)}


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


class MoneySchema(AskedSchema):
    """An exact amount: whole minor units (cents) of an ISO 4217 currency."""

    amount = fields.Integer(
        required=True,
        strict=True,
        metadata={"description": "In the currency's smallest unit.", "example": 1250},
    )
    currency = fields.String(required=True, metadata={"example": "USD"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Money:
        """The value object."""
        try:
            return Money(**data)
        except Invalid as error:
            raise ValidationError(error.errors) from None


class AddressSchema(AskedSchema):
    """A postal address in the form that its country asks for."""

    name = Text(longest=120, required=True, metadata={"example": "Ada Lovelace"})
    company = Text(longest=120)
    line1 = Text(longest=120, required=True, metadata={"example": "12 Analytical Row"})
    line2 = Text(longest=120)
    postal = Text(longest=20)
    city = Text(longest=120)
    region = Text(longest=120, metadata={"description": "State or province, where the country uses one."})
    country = Text(shortest=2, longest=2, required=True, metadata={"description": "ISO 3166-1 alpha-2."})
    phone = Text(longest=40)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Address:
        """The value object, checked by the country's rules."""
        try:
            return Address.checked(**data)
        except Invalid as error:
            raise ValidationError(error.errors) from None


class PageInfoSchema(ShownSchema):
    """Where the list goes on."""

    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, if any."})
    previous = fields.String(allow_none=True, metadata={"description": "The cursor of the page before."})
    limit = fields.Integer()


class PageQuery(AskedSchema):
    """Which page of a list to show."""

    cursor = fields.String(metadata={"description": "From `page.next` or `page.previous` of an answer."})
    limit = Whole(least=1, most=100, load_default=24)


def page_schema(item: type[Schema], name: str) -> type[Schema]:
    """The schema of a page of such items: `{data: [...], page: {next, previous, limit}}`."""
    return ShownSchema.from_dict(
        {"data": fields.List(fields.Nested(item)), "page": fields.Nested(PageInfoSchema)}, name=name
    )
