"""What lists of products are asked for, and how their facets are shown.

The options of attributes are parameters of their own: `f.colour=blue&f.colour=green` are the products with
one of both, `f.material=oak` beside it those that are of oak too; `num.weight=450..1500` bounds a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from ...shared.schemas import AskedSchema, PageQuery, ShownSchema, Text, Whole
from ...shared.values import is_plain
from ..values import AttributeBounds, ProductSort
from ..values.tokens import ATTRIBUTE_CODE, RESERVED, STARS
from .fields import Price

#: How many attributes a list is filtered by, and how many options of each.
MOST_ATTRIBUTES, MOST_OPTIONS = 10, 20

_ATTRIBUTE_NAMES = "The parameters are `f.<attribute>`, several times for one option or another"

_OPTION = re.compile(r"[\w.~+-]{1,80}", re.ASCII)

_UNKNOWN = "There is no such field."


class BoundsField(fields.Field):
    """Two bounds with two points between: `450..1500`, `450 g..1.5 kg`, `450..`."""

    default_error_messages = {"invalid": "Write two numbers such as 450..1500; one of them may be left out."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> AttributeBounds:
        least, dots, most = (part.strip() for part in str(value)[:80].partition(".."))
        if not dots or not (least or most) or not is_plain(least + most):
            raise self.make_error("invalid")
        return AttributeBounds(least, most)


class ProductQuery(PageQuery):
    """Which products to list, in which order; prices are in `currency`, or the marketplace's own."""

    q = Text(longest=200, metadata={"description": "Words to search for.", "example": "usb keyboard"})
    price_min = Price(
        metadata={
            "type": "string",
            "example": "10",
            "description": "The least price, in the marketplace's currency; other currencies are left out.",
        }
    )
    price_max = Price(
        metadata={
            "type": "string",
            "example": "99.95",
            "description": "The highest price, in the marketplace's currency; other currencies are left out.",
        }
    )
    exact = fields.Boolean(
        load_default=False,
        error_messages={"invalid": "Write true or false."},
        metadata={"description": "Search for exactly what was typed, and correct nothing."},
    )
    rating_min = Whole(
        least=min(STARS), most=max(STARS), metadata={"description": "So many stars on average, or more."}
    )
    in_stock = fields.Boolean(
        metadata={"description": "Only what can be bought now."},
        error_messages={"invalid": "Write true or false."},
    )
    f = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String(), validate=validate.Length(max=MOST_OPTIONS)),
        validate=validate.Length(max=MOST_ATTRIBUTES, error=f"Give {MOST_ATTRIBUTES} attributes at most."),
        metadata={
            "description": f"Options of attributes. {_ATTRIBUTE_NAMES}: `f.colour=blue&f.colour=green`.",
            "example": {},
        },
    )
    num = fields.Dict(
        keys=fields.String(),
        values=BoundsField(),
        validate=validate.Length(max=MOST_ATTRIBUTES, error=f"Give {MOST_ATTRIBUTES} attributes at most."),
        metadata={
            "description": "Bounds of numbers, as `num.<attribute>`: `num.weight=450 g..1.5 kg`. A number "
            "alone is in the attribute's own unit.",
            "example": {},
        },
    )
    sort = Text(
        longest=20,
        metadata={
            "enum": [sort.value for sort in ProductSort],
            "description": "By default relevance where words are searched for, else newest.",
        },
    )

    def __init__(self, *, currency: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        for price in (self.fields["price_min"], self.fields["price_max"]):
            cast(Price, price).currency = currency

    @pre_load
    def drop_empty(self, data: Any, **kwargs: Any) -> Any:
        """Gather the parameters of attributes, and leave out what a form sends for empty inputs."""
        if not isinstance(data, Mapping):
            return data
        source: Any = getattr(data, "data", data)
        plain: dict[str, Any] = {}
        attributes: dict[str, dict[str, list[str]]] = {"f": {}, "num": {}}
        for name in source:
            kind, _, code = str(name).partition(".")
            if kind in attributes and isinstance(data[name], Mapping):  # a form's names are nested already
                for inner in data[name]:
                    attributes[kind][_code(f"{name}.{inner}", str(inner))] = _texts(data[name], inner)
            elif kind in attributes:
                attributes[kind][_code(name, code)] = _texts(source, name)
            else:
                plain[name] = data[name]
        options = {code: _options(code, values) for code, values in attributes["f"].items() if values}
        bounds = {code: values[-1] for code, values in attributes["num"].items() if values}
        filled = {name: found for name, found in (("f", options), ("num", bounds)) if found}
        return super().drop_empty(plain, **kwargs) | filled

    @post_load
    def check_range(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Refuse a range that is upside down, and put the attributes in an order of their own."""
        if "price_min" in data and "price_max" in data and data["price_min"] > data["price_max"]:
            raise ValidationError("This is below the least price.", "price_max")
        for name in ("f", "num"):
            if name in data:
                data[name] = dict(sorted(data[name].items()))
        return data


class ProductListQuery(ProductQuery):
    """Which products to list, of which category and shop, and what to count of them."""

    category = Text(longest=120, metadata={"description": "The slug of a category.", "example": "keyboard"})
    shop = Text(longest=60, metadata={"description": "The slug of a shop.", "example": "kiln-and-clay"})
    facets = Text(
        longest=400,
        metadata={
            "description": "What to count the list's products by, with commas between: `category`, `price`, "
            "`rating`, `stock`, and codes of attributes.",
            "example": "category,price,stock",
        },
    )

    @post_load
    def split_facets(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The names of the facets, each once."""
        if "facets" in data:
            names = [name.strip() for name in data["facets"].split(",") if name.strip()]
            if len(names) > MOST_ATTRIBUTES + len(RESERVED) or any(not _is_code(name) for name in names):
                raise ValidationError("Write names such as category,price,stock.", "facets")
            data["facets"] = list(dict.fromkeys(names))
        return data


class SuggestQuery(AskedSchema):
    """What somebody has typed so far."""

    q = Text(longest=200, load_default="", metadata={"example": "keyb"})


class FacetValueSchema(ShownSchema):
    """One thing to narrow the list by."""

    value = fields.String(metadata={"description": "As the query takes it.", "example": "blue"})
    label = fields.String(metadata={"example": "Blue"})
    count = fields.Integer(metadata={"description": "How many products it leaves."})
    chosen = fields.Boolean()


class FacetSchema(ShownSchema):
    """One aspect of the list, with its values as if none of them were chosen."""

    name = fields.String(metadata={"example": "colour"})
    label = fields.String()
    values = fields.List(fields.Nested(FacetValueSchema))
    more = fields.Boolean(metadata={"description": "Whether there are other values."})
    least = fields.Integer(allow_none=True, metadata={"description": "The lowest price, in minor units."})
    most = fields.Integer(allow_none=True, metadata={"description": "The highest price, in minor units."})


class SuggestionSchema(ShownSchema):
    """Something that may be meant."""

    type = fields.String(metadata={"enum": ["term", "category", "shop", "product"]})
    label = fields.String()
    url = fields.String(metadata={"example": "/c/keyboard"})


class SuggestionsSchema(ShownSchema):
    """At most eight suggestions, the likeliest first."""

    data = fields.List(fields.Nested(SuggestionSchema))


def _code(name: str, code: str) -> str:
    if not _is_code(code) or code in RESERVED:
        raise ValidationError({name: [_UNKNOWN]})
    return code


def _is_code(code: str) -> bool:
    return re.fullmatch(ATTRIBUTE_CODE, code) is not None


def _texts(source: Any, name: str) -> list[str]:
    """Everything that was sent under the name; of a form it is a list already."""
    found = source.getlist(name) if hasattr(source, "getlist") else source[name]
    listed = found if isinstance(found, list) else [found]
    return [text for one in listed if (text := str(one).strip())]


def _options(code: str, values: list[str]) -> list[str]:
    if not all(_OPTION.fullmatch(value) for value in values):
        raise ValidationError({f"f.{code}": ["There is no such option."]})
    return sorted(set(values))
