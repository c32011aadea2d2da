from __future__ import annotations

import pytest
from bson import ObjectId
from marshmallow import Schema, ValidationError, fields

from marketplace.shared.schemas import AddressSchema, AskedSchema, Email, Id, MoneySchema, Text, Whole
from tests.builders import an_address, usd


class Ask(AskedSchema):
    """A question with a field of each kind."""

    name = Text(longest=5, required=True)
    nick = Text(shortest=2, longest=5)
    size = Whole(least=1, most=9)
    id = Id()
    tags = fields.List(Text(longest=5))


def load(**data):
    return Ask().load({"name": "Ada"} | data)


def messages(schema: Schema, data) -> dict:
    with pytest.raises(ValidationError) as refusal:
        schema.load(data)
    return refusal.value.messages


@pytest.mark.parametrize(
    "letters", ["\u200b", "\ufeff\u2800", " \u2060 ", "\u202e", "\u3164", "\u2067 \u200f"]
)
def test_a_text_that_looks_empty_is_missing(letters):
    assert messages(Ask(), {"name": letters}) == {"name": ["Please fill this in."]}


def test_text_is_trimmed():
    assert load(name="  Ada ")["name"] == "Ada"


@pytest.mark.parametrize("name", ["", "   ", None])
def test_empty_and_missing_text_is_asked_for(name):
    assert messages(Ask(), {"name": name}) == {"name": ["Please fill this in."]}
    assert messages(Ask(), {}) == {"name": ["Please fill this in."]}


def test_an_empty_text_of_a_list_is_asked_for():
    found = messages(Ask(), {"name": "Ada", "tags": ["old", " "]})

    assert found == {"tags": {1: ["Please fill this in."]}}


@pytest.mark.parametrize("name", ["a\x00b", "\ud800", "x\udfff"])
def test_text_that_cannot_be_stored_is_refused(name):
    assert messages(Ask(), {"name": name}) == {"name": ["This contains characters that cannot be used."]}


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", "toolong", "Keep it under 6 characters."),
        ("nick", "x", "Write between 2 and 5 characters."),
        ("nick", "toolong", "Write between 2 and 5 characters."),
    ],
)
def test_text_has_a_length(field, text, sentence):
    assert messages(Ask(), {"name": "Ada"} | {field: text}) == {field: [sentence]}


@pytest.mark.parametrize("size", [3, "3", " 3 "])
def test_a_whole_number_may_be_typed(size):
    assert load(size=size)["size"] == 3


@pytest.mark.parametrize("size", [0, 10, "0", "10", "-1", "1.0", 1.0, True, "three", "1" * 5000, [], {}])
def test_what_is_no_such_number_is_told_the_bounds(size):
    assert messages(Ask(), {"name": "Ada", "size": size}) == {"size": ["Give a whole number from 1 to 9."]}


def test_a_number_that_is_missing_is_asked_for():
    assert messages(Ask(), {"name": "Ada", "size": None}) == {"size": ["Please fill this in."]}


def test_an_id_is_read_and_shown_as_digits():
    known = ObjectId("a" * 24)

    assert load(id="a" * 24)["id"] == known
    assert Ask().dump({"id": known}) == {"id": "a" * 24}
    assert Ask().dump({"id": None}) == {"id": None}


@pytest.mark.parametrize("identifier", ["x", "a" * 23, 5, [], {"$ne": None}])
def test_what_is_no_id_is_told_what_one_is(identifier):
    assert messages(Ask(), {"name": "Ada", "id": identifier}) == {"id": ["An id has 24 hexadecimal digits."]}


def test_a_field_that_was_not_asked_for_is_refused():
    assert messages(Ask(), {"name": "Ada", "$where": "1"}) == {"$where": ["There is no such field."]}


@pytest.mark.parametrize("body", [[], "x", 5])
def test_what_is_no_object_is_refused(body):
    assert "_schema" in messages(Ask(), body)


def test_money_is_read_as_the_value():
    assert MoneySchema().load({"amount": 1250, "currency": "USD"}) == usd(1250)
    assert MoneySchema().dump(usd(5)) == {"amount": 5, "currency": "USD"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"amount": 5, "currency": "usd"}, "currency"),
        ({"amount": 10**14, "currency": "USD"}, "amount"),
        ({"amount": 1.5, "currency": "USD"}, "amount"),
        ({"currency": "USD"}, "amount"),
    ],
)
def test_wrong_money_names_its_part(data, field):
    assert list(messages(MoneySchema(), data)) == [field]


def test_an_address_is_read_as_the_value():
    data = AddressSchema().dump(an_address())

    assert AddressSchema().load(data) == an_address()


def test_a_wrong_address_names_its_parts():
    found = messages(
        AddressSchema(), {"name": "A", "line1": "x", "city": "y", "country": "DE", "postal": "1"}
    )

    assert found == {"postal": ["A postal code there looks like 26133."]}


class AskEmail(AskedSchema):
    """A question for an e-mail address."""

    email = Email(required=True)


@pytest.mark.parametrize("email", ["ada@example.com", "ada@münchen.example", "a.d+a@example.com"])
def test_an_address_that_mail_can_be_sent_to_is_taken(email):
    assert AskEmail().load({"email": f" {email.upper()} "}) == {"email": email}


@pytest.mark.parametrize("email", ["ädä@example.com", "用户@example.com"])
def test_an_address_that_no_mail_can_be_sent_to_is_refused_in_a_sentence(email):
    assert messages(AskEmail(), {"email": email}) == {
        "email": ["Mail cannot be sent to this address: before the @ use plain letters (a to z) and digits."]
    }
