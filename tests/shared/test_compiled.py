from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, post_dump

from marketplace.shared.compiled import Kept, dumper
from marketplace.shared.schemas import Id, Moment, MoneySchema, ShownSchema
from marketplace.shared.values import Money


class Colour(StrEnum):
    RED = "red"


class Inner(Schema):
    name = fields.String()
    price = fields.Nested(MoneySchema, allow_none=True)


class Shown(Schema):
    id = Id()
    text = fields.String(allow_none=True)
    number = fields.Integer()
    written = fields.Integer(as_string=True)
    flag = fields.Boolean()
    at = Moment()
    raw = fields.Raw()
    renamed = fields.String(data_key="shownAs")
    elsewhere = fields.String(attribute="inner.name")
    besides = fields.Integer(attribute="figure")
    made = fields.Function(lambda obj: "made")
    usual = fields.String(dump_default="usual")
    inner = fields.Nested(Inner)
    several = fields.Nested(Inner, many=True)
    listed = fields.List(fields.Nested(Inner(only=("name",))))
    words = fields.List(fields.String())
    kinds = fields.Dict(keys=fields.String(), values=fields.Integer())


@dataclass(eq=False)
class Thing:
    name: Any
    price: Any = None


THINGS = st.builds(Thing, name=st.none() | st.text(), price=st.none() | st.just(Money(1250, "USD")))
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.none() | st.builds(ObjectId),
        "text": st.none() | st.text() | st.just(Colour.RED) | st.integers(),
        "number": st.none() | st.integers() | st.just("12"),
        "written": st.integers(),
        "figure": st.none() | st.integers(),
        "flag": st.none() | st.booleans() | st.just("yes"),
        "at": st.none() | st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        "raw": st.none() | st.lists(st.integers()),
        "renamed": st.text(),
        "usual": st.text(),
        "inner": st.none() | THINGS,
        "several": st.lists(THINGS, max_size=2),
        "listed": st.none() | st.lists(THINGS, max_size=2),
        "words": st.lists(st.none() | st.text(), max_size=3),
        "kinds": st.dictionaries(st.text(), st.integers(), max_size=2),
    },
)


@given(OBJECTS)
def test_a_compiled_dump_is_the_one_of_marshmallow(obj):
    schema = Shown()

    assert dumper(schema)(obj) == schema.dump(obj)
    assert dumper(schema)(SimpleNamespace(**obj)) == schema.dump(SimpleNamespace(**obj))
    assert list(dumper(schema)(obj)) == list(schema.dump(obj))


class Hooked(Schema):
    name = fields.String()

    @post_dump
    def shout(self, data, **_):
        return {"name": data["name"].upper()}


def test_a_schema_with_hooks_is_left_to_marshmallow():
    assert dumper(Hooked())({"name": "ada"}) == {"name": "ADA"}


class Shelf(Schema):
    things = fields.List(Kept(Inner))


def test_what_is_shown_of_a_kept_object_is_kept_with_it():
    things = [Thing("mug"), Thing("jug"), Thing("mug")]
    shelf = Shelf()
    dump = dumper(shelf)

    first, second = (dump({"things": things})["things"] for _ in range(2))

    assert first == shelf.dump({"things": things})["things"]
    assert all(one is other for one, other in zip(first, second, strict=True))
    assert first[0] is not first[2]


class Listed(ShownSchema):
    name = fields.String()


@pytest.mark.parametrize("many", [True, None])
def test_several_objects_are_dumped_one_by_one(many):
    schema = Listed(many=many is None)

    assert schema.dump([{"name": "a"}, {"name": "b"}], many=many) == [{"name": "a"}, {"name": "b"}]
