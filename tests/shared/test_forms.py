from __future__ import annotations

import pytest
from marshmallow import fields

from marketplace.shared.errors import Conflict, Invalid
from marketplace.shared.forms import Form, nested
from marketplace.shared.schemas import AddressSchema, AskedSchema, Text, Whole


class Row(AskedSchema):
    """A row of a form."""

    title = Text(longest=5, required=True)
    quantity = Whole(least=1, most=9, required=True)


class Order(AskedSchema):
    """A form with rows and an address."""

    note = Text(longest=10)
    rows = fields.List(fields.Nested(Row))
    ship_to = fields.Nested(AddressSchema)


def read(app, typed: dict[str, str]) -> Form:
    with app.test_request_context("/", method="POST", data=typed):
        return Form.read(Order())


# Names


@pytest.mark.parametrize(
    ("flat", "tree"),
    [
        ({"a": "1"}, {"a": "1"}),
        ({"a.b": "1", "a.c": "2"}, {"a": {"b": "1", "c": "2"}}),
        ({"a.0.b": "1", "a.1.b": "2"}, {"a": [{"b": "1"}, {"b": "2"}]}),
        ({"a.10": "z", "a.9": "y"}, {"a": ["y", "z"]}),
        ({"a.7.b": "1"}, {"a": [{"b": "1"}]}),
        ({"a.0": "x", "a.b": "y"}, {"a": {"0": "x", "b": "y"}}),
        ({"a": "1", "a.b": "2"}, {"a": {"b": "2"}}),
        ({"a.b": "2", "a": "1"}, {"a": "1"}),
        ({"a.b": "2", "a.b.c": "1"}, {"a": {"b": {"c": "1"}}}),
        ({"": "1", ".": "2"}, {"": {"": "2"}}),
        ({"a.99999": "far"}, {"a": {"99999": "far"}}),
        ({}, {}),
    ],
)
def test_dotted_names_make_nested_data(flat, tree):
    assert nested(flat) == tree


@pytest.mark.parametrize(
    "name", ["a.0.b.__class__", "__proto__.x", "a..b", "...", "rows.٣.title", "rows.-1.title", "a." * 30_000]
)
def test_a_hostile_name_is_a_field_that_there_is_not(app, name):
    form = read(app, {name: "x"})

    assert form.status == 422
    assert form.errors


def test_ten_thousand_names_are_refused_not_choked_on(app):
    form = read(app, {f"rows.{number}.x": "1" for number in range(10_000)})

    assert form.status == 422
    assert len(form.values) == 10_000


# Reading


def test_a_right_form_is_read_by_its_schema(app):
    form = read(app, {"note": " hi ", "rows.0.title": "cup", "rows.0.quantity": "2"})

    assert form.data == {"note": "hi", "rows": [{"title": "cup", "quantity": 2}]}
    assert (form.errors, form.status) == ({}, 200)


def test_each_mistake_is_filed_under_the_name_of_its_input(app):
    form = read(
        app,
        {
            "note": "much too long",
            "rows.0.title": "cup",
            "rows.0.quantity": "many",
            "rows.1.quantity": "1",
            "ship_to.country": "DE",
        },
    )

    assert set(form.errors) == {
        "note", "rows.0.quantity", "rows.1.title", "ship_to.name", "ship_to.line1",
    }  # fmt: skip
    assert form.errors["rows.0.quantity"] == ["Give a whole number from 1 to 9."]
    assert form.errors["rows.1.title"] == ["Please fill this in."]


def test_a_wrong_form_keeps_what_was_typed_and_gives_no_data(app):
    form = read(app, {"note": "much too long", "rows.0.title": " cup"})

    assert form.values == {"note": "much too long", "rows.0.title": " cup"}
    assert form.data == {}


def test_rows_that_were_taken_out_leave_no_gap_between_values_and_errors(app):
    form = read(app, {"rows.0.title": "cup", "rows.0.quantity": "1", "rows.2.title": "far too long"})

    assert form.values["rows.1.title"] == "far too long"
    assert "rows.1.title" in form.errors


def test_inputs_left_empty_are_missing(app):
    assert read(app, {"note": "   "}).data == {}


def test_the_token_is_no_field(app):
    assert read(app, {"csrf_token": "x"}).errors == {}


# Use cases


class SoldOut(Conflict):
    """There is none left."""


def refuse(error):
    def use_case(**_):
        raise error

    return use_case


def test_a_use_case_gets_the_data_and_its_answer_is_kept(app):
    form = read(app, {"note": "hi"})

    accepted = form.accepted_by(lambda note, buyer: (note, buyer), buyer="Ada")

    assert accepted
    assert form.result == ("hi", "Ada")


def test_a_wrong_form_does_not_reach_the_use_case(app):
    assert not read(app, {"note": "much too long"}).accepted_by(refuse(AssertionError))


def test_the_refusal_of_a_rule_stands_at_its_field(app):
    form = read(app, {"note": "hi"})

    accepted = form.accepted_by(refuse(Invalid("Not this one.", field="note")))

    assert not accepted
    assert (form.errors, form.status) == ({"note": ["Not this one."]}, 422)


def test_a_refusal_about_no_field_is_about_the_whole_form(app):
    form = read(app, {"note": "hi"})

    form.accepted_by(refuse(SoldOut("Sold out.")))

    assert (form.errors, form.status) == ({"": ["Sold out."]}, 409)
