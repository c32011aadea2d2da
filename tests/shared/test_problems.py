from __future__ import annotations

import pytest
from bson import ObjectId
from flask import Response
from mongoengine.errors import OperationError
from mongoengine.errors import ValidationError as DocumentError
from pymongo.errors import AutoReconnect, ExecutionTimeout, NetworkTimeout, PyMongoError
from redis.exceptions import TimeoutError as RedisTimeout
from werkzeug.exceptions import Gone, ImATeapot

from marketplace.shared import errors
from marketplace.shared.http import LARGEST_BODY
from marketplace.shared.problems import SENTENCES, flat_errors, status_of
from tests.builders import usd

#: These add routes of their own.
pytestmark = pytest.mark.own_app


class CakeEaten(errors.Conflict):
    """Somebody ate the cake."""


KINDS = {
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    CakeEaten: 409,
    errors.VersionConflict: 412,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.Unavailable: 503,
    errors.MarketplaceError: 500,
}


@pytest.fixture
def fails(app):
    """Routes that fail as told, as page and in the API: `fails(error, path)` answers."""
    failure: list[BaseException] = []

    @app.get("/oops")
    @app.get("/api/oops")
    def oops() -> str:
        raise failure[0]

    def ask(error: BaseException, path: str = "/api/oops", **options):
        failure[:] = [error]
        return app.test_client().get(path, **options)

    return ask


# Rules


@pytest.mark.parametrize(("kind", "status"), KINDS.items())
def test_each_kind_of_error_has_its_status(fails, kind, status):
    assert status_of(kind) == status_of(kind("No.")) == status
    assert fails(kind("No.")).status_code == status


def test_a_problem_has_the_members_of_rfc_9457_and_ours(fails):
    answer = fails(CakeEaten("The cake is gone.", field="cake.kind", left=0))

    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "/api/docs#cake_eaten",
        "title": "Conflict",
        "status": 409,
        "detail": "The cake is gone.",
        "code": "cake_eaten",
        "instance": "/api/oops",
        "request_id": answer.headers["X-Request-Id"],
        "errors": [{"pointer": "/cake/kind", "message": "The cake is gone."}],
        "left": 0,
    }


def test_details_may_be_ids_and_amounts(fails):
    answer = fails(CakeEaten("Gone.", variant=ObjectId("a" * 24), price=usd(5)))

    assert (answer.json["variant"], answer.json["price"]) == ("a" * 24, {"amount": 5, "currency": "USD"})


def test_details_do_not_hide_what_every_problem_has(fails):
    assert fails(CakeEaten("Gone.", status="eaten", code="x")).json["status"] == 409


@pytest.mark.parametrize(
    ("field", "pointer"), [("a.0.b", "/a/0/b"), ("a/b", "/a~1b"), ("a~b", "/a~0b"), ("name", "/name")]
)
def test_a_pointer_leads_to_the_field(fails, field, pointer):
    assert fails(CakeEaten("Gone.", field=field)).json["errors"][0]["pointer"] == pointer


def test_a_page_shows_the_same_sentence(fails):
    answer = fails(CakeEaten("The <cake> is gone."), "/oops")

    assert (answer.status_code, answer.content_type) == (409, "text/html; charset=utf-8")
    assert "The &lt;cake&gt; is gone." in answer.text


def test_several_wrong_fields_are_all_told(fails):
    answer = fails(errors.Invalid("Mend it.", errors={"a": ["1", "2"], "b": ["3"]}))

    assert [(one["pointer"], one["message"]) for one in answer.json["errors"]] == [
        ("/a", "1"), ("/a", "2"), ("/b", "3"),
    ]  # fmt: skip


# Servers


def caused(cause: BaseException) -> OperationError:
    """The error that MongoEngine wraps the driver's in."""
    try:
        try:
            raise cause
        except BaseException as error:
            raise OperationError("Could not save") from error
    except OperationError as wrapped:
        return wrapped


@pytest.mark.parametrize("path", ["/oops", "/api/oops"])
@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("gone"),
        NetworkTimeout("slow"),
        ExecutionTimeout("slow", 50, {}),
        RedisTimeout("slow"),
        caused(AutoReconnect("gone")),
    ],
    ids=repr,
)
def test_a_server_that_does_not_answer_is_a_503_to_try_again(fails, error, path):
    answer = fails(error, path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert SENTENCES[503] in answer.text


@pytest.mark.parametrize("path", ["/oops", "/api/oops"])
@pytest.mark.parametrize(
    "error", [ZeroDivisionError("secret"), PyMongoError("secret"), OperationError("secret")], ids=repr
)
def test_what_nobody_foresaw_is_logged_and_describes_nothing(fails, caplog, error, path):
    answer = fails(error, path)

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret" in caplog.text


def test_a_document_that_breaks_its_own_rules_names_the_fields(fails):
    error = DocumentError("wrong", errors={"title": DocumentError("Too long.", field_name="title")})

    answer = fails(error)

    assert answer.status_code == 422
    assert answer.json["errors"] == [{"pointer": "/title", "message": "Too long."}]


def test_the_page_of_a_failing_server_asks_nothing_of_it(fails, app):
    def ask_the_database() -> dict[str, str]:
        raise AutoReconnect("gone")

    app.context_processor(ask_the_database)

    answer = fails(AutoReconnect("gone"), "/oops")

    assert answer.status_code == 503
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_page_that_loses_its_server_while_it_is_made_is_an_outage(app, client):
    app.context_processor(lambda: (_ for _ in ()).throw(AutoReconnect("gone")))

    assert client.get("/signin").status_code == 503


# HTTP


@pytest.mark.parametrize(
    ("path", "kind"), [("/nowhere", "text/html"), ("/api/v1/nowhere", "application/problem")]
)
def test_an_unknown_address_is_a_404_in_the_form_of_its_side(client, path, kind):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.content_type.startswith(kind)
    assert SENTENCES[404] in answer.text


@pytest.mark.parametrize("path", ["/signin", "/api/v1/session"])
def test_a_method_that_an_address_does_not_take_is_told_which_it_does(client, path):
    answer = client.put(path)

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("path", ["/signin", "/api/v1/session"])
def test_a_body_that_is_too_large_is_a_413(client, path):
    answer = client.post(
        path, data=b"x" * (LARGEST_BODY + 1), content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413
    assert SENTENCES[413] in answer.text


def test_another_http_error_keeps_its_own_words(fails):
    answer = fails(ImATeapot())

    assert (answer.status_code, answer.json["code"]) == (418, "i_m_a_teapot")


def test_a_gone_page_says_so(fails):
    assert fails(Gone(), "/oops").status_code == 410


def test_an_error_that_brings_its_own_answer_keeps_it(fails):
    assert fails(Gone(response=Response("We moved.", 410))).text == "We moved."


def test_a_redirect_of_the_router_goes_through(app, client):
    app.add_url_rule("/folder/", view_func=lambda: "in", endpoint="folder")

    assert client.get("/folder").status_code == 308


# Bodies of the API


def post(client, body: bytes | str, kind: str = "application/json"):
    return client.post("/api/v1/session", data=body, content_type=kind)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"email": }',
        b"[" * 90_000,
        b"[" * 90_000 + b"]" * 90_000,
        b'{"email": ' * 90_000 + b"1" + b"}" * 90_000,
        b'{"email": ' + b"1" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_not_json_is_a_400(client, body):
    answer = post(client, body)

    assert (answer.status_code, answer.json["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/html", ""])
def test_a_body_that_does_not_say_that_it_is_json_is_a_415(client, kind):
    answer = post(client, '{"email": "a@example.com"}', kind)

    assert answer.status_code == 415
    assert "Content-Type: application/json" in answer.json["detail"]


@pytest.mark.parametrize("body", ["", "{}"])
def test_an_empty_body_lacks_every_field(client, body):
    answer = post(client, body)

    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json["errors"]} == {"/email", "/password"}


@pytest.mark.parametrize("body", ["[]", "5", '"x"', "null", "true"])
def test_a_body_that_is_no_object_is_refused(client, body):
    assert post(client, body).status_code in (400, 422)


def test_a_wrong_field_is_pointed_at(client):
    answer = post(client, '{"email": "ada", "password": "x"}')

    assert (answer.status_code, answer.json["code"]) == (422, "validation_error")
    assert answer.json["errors"] == [
        {"pointer": "/email", "message": "Write an e-mail address such as ada@example.com."}
    ]


def test_a_wrong_part_of_a_part_is_pointed_at(person):
    _, browser = person()

    answer = browser.post("/api/v1/me/addresses", json={"address": {"country": "DE", "name": 5}})

    assert {one["pointer"] for one in answer.json["errors"]} == {"/address/name", "/address/line1"}


@pytest.mark.parametrize("name", ["colour", "query", "json", "form", "$where", "a/b", "__class__"])
def test_an_unknown_field_is_refused_by_name(client, name):
    answer = client.post("/api/v1/session", json={"email": "a@example.com", "password": "x", name: 1})

    assert (answer.status_code, answer.json["code"]) == (422, "unknown_field")
    assert answer.json["errors"][0]["pointer"] == "/" + name.replace("/", "~1")


def test_an_unknown_parameter_is_refused_by_name(client):
    answer = client.get("/api/v1/shops?colour=blue")

    assert (answer.status_code, answer.json["code"]) == (400, "unknown_parameter")
    assert answer.json["errors"][0]["pointer"] == "/colour"


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1", "1.5", "1e3", "9" * 5000, "٣x"])
def test_a_wrong_parameter_is_told_what_would_be_right(client, limit):
    answer = client.get("/api/v1/shops", query_string={"limit": limit})

    assert (answer.status_code, answer.json["code"]) == (400, "validation_error")
    assert answer.json["errors"] == [{"pointer": "/limit", "message": "Give a whole number from 1 to 100."}]


def test_nested_messages_are_flat_by_dotted_name():
    messages = {"items": {0: {"quantity": ["Too many."]}}, "_schema": ["Wrong."], "note": "Long."}

    assert flat_errors(messages) == {"items.0.quantity": ["Too many."], "": ["Wrong."], "note": ["Long."]}
