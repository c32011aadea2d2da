from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from bson import ObjectId
from flask import session
from markupsafe import Markup

from marketplace.shared.sessions import LARGEST
from marketplace.shared.sessions.values import decode, encode
from tests.shared.test_sessions import FOR_LONG

LONG = timedelta(days=60)


def kept(value):
    """What a session gives back for a value that was put into it."""
    return decode(encode({"_since": FOR_LONG, "it": value}), LONG)["it"]


@pytest.mark.parametrize("value", ["text", 5, 2.5, True, None, [1, "two"], {"a": {"b": [3]}}, b"bytes"])
def test_plain_values_are_kept_as_they_are(value):
    assert kept(value) == value


def test_a_moment_stays_a_moment():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert kept(moment) == moment


@pytest.mark.parametrize(
    ("value", "text"), [(Markup("<b>Saved</b>"), "<b>Saved</b>"), (ObjectId("a" * 24), "a" * 24)]
)
def test_markup_and_ids_become_plain_texts(value, text):
    found = kept([value])

    assert found == [text]
    assert type(found[0]) is str


@pytest.mark.parametrize(
    ("value", "kind"), [(object(), "object"), (1j, "complex"), ({"deep": [RuntimeError()]}, "RuntimeError")]
)
def test_what_cannot_be_kept_is_refused_by_its_name(value, kind):
    with pytest.raises(TypeError, match=f"'it' cannot be kept in a session: a {kind} is no text"):
        kept(value)


def test_a_session_is_no_place_for_data():
    with pytest.raises(ValueError, match=f"larger than {LARGEST}; 'data' takes 16387"):
        encode({"_since": FOR_LONG, "small": 1, "data": "x" * LARGEST})


def test_a_session_may_be_as_large_as_it_says():
    rest = len(encode({"data": "x" * 1000})) - 1000

    assert len(encode({"data": "x" * (LARGEST - rest)})) == LARGEST


@pytest.mark.own_app
@pytest.mark.parametrize("value", [Markup("<b>Saved</b>"), ObjectId("a" * 24)], ids=repr)
def test_a_request_that_keeps_markup_or_an_id_is_answered(app, client, value):
    @app.get("/keep")
    def keep() -> str:
        session["it"] = value
        return "kept"

    @app.get("/show")
    def show() -> str:
        return repr(session["it"])

    assert client.get("/keep").status_code == 200
    assert client.get("/show").text == repr(str(value))


@pytest.mark.own_app
def test_a_request_that_keeps_too_much_fails_and_says_why_in_the_log(app, client, caplog):
    @app.get("/keep")
    def keep() -> str:
        session["data"] = "x" * LARGEST
        return "kept"

    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/keep")

    assert answer.status_code == 500
    assert f"is larger than {LARGEST}; 'data' takes" in caplog.text


def test_what_msgspec_knows_and_a_reader_does_not_is_still_text():
    assert kept(Decimal("1.50")) == "1.50"


@pytest.mark.parametrize(
    "stored",
    [None, b"", b"\xff", b"{}", msgspec.msgpack.encode({"_since": "x"}), msgspec.msgpack.encode({})],
)
def test_what_is_no_session_is_none(stored):
    assert decode(stored, LONG) is None
