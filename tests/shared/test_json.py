from __future__ import annotations

import json

import pytest
from bson import ObjectId


@pytest.mark.parametrize(
    "value",
    [{"b": 1, "a": [True, None, 1.5, "é"]}, {"surrogate": "\ud800"}, {"large": 2**70}, []],
)
def test_what_is_written_is_read_again(app, value):
    assert json.loads(app.json.dumps(value)) == value
    assert json.loads(app.json.response(value).data) == value


def test_fields_keep_their_order(app):
    assert app.json.dumps({"b": 1, "a": 2}) == '{"b":1,"a":2}'


def test_an_id_is_its_digits(app):
    identifier = ObjectId()

    assert json.loads(app.json.dumps({"id": identifier})) == {"id": str(identifier)}
