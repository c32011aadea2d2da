from __future__ import annotations

import re
from html import unescape

import pytest

from marketplace.shared.errors import MarketplaceError


@pytest.fixture
def page(client) -> str:
    return unescape(client.get("/api/docs").text)


def api_routes(app) -> set[tuple[str, str]]:
    """Method and OpenAPI path of every route of the JSON API."""
    return {
        (method, re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_the_page_lists_every_route_of_the_api(app, page):
    listed = set(re.findall(r">(GET|POST|PUT|PATCH|DELETE)<.*?<code>([^<]+)</code>", page))

    assert listed == api_routes(app)


def test_every_route_of_the_api_says_what_it_does(client):
    paths = client.get("/api/openapi.json").json["paths"]

    assert [path for path, item in paths.items() for one in item.values() if one == {} or (
        isinstance(one, dict) and not one.get("summary"))] == []  # fmt: skip


def test_the_page_shows_the_fields_of_bodies_and_answers(page):
    assert "address.postal" in page
    assert "data[].slug" in page
    assert "user.addresses[].address.city" in page


def test_the_page_lists_every_error_code(page):
    def below(kind):
        return {one for direct in kind.__subclasses__() for one in {direct, *below(direct)}}

    ours = {kind for kind in below(MarketplaceError) if kind.__module__.startswith("marketplace.")}
    missing = {kind.code for kind in ours if f'id="{kind.code}"' not in page}

    assert missing == set()


@pytest.mark.parametrize(
    ("method", "path", "sent", "code"),
    [
        ("GET", "/api/v1/shops?colour=blue", {}, "unknown_parameter"),
        ("GET", "/api/v1/shops?limit=0", {}, "validation_error"),
        ("POST", "/api/v1/users", {"json": {"email": "ada"}}, "validation_error"),
        ("POST", "/api/v1/session", {"data": "email=ada"}, "unsupported_media_type"),
        ("GET", "/api/v1/nothing", {}, "not_found"),
        ("DELETE", "/api/v1/users", {}, "method_not_allowed"),
        ("POST", "/api/v1/users", {"json": {"email": "a" * 1_048_576}}, "content_too_large"),
    ],
)
def test_a_code_that_no_class_stands_for_is_listed_too(client, page, method, path, sent, code):
    assert client.open(path, method=method, **sent).json["code"] == code
    assert page.count(f'id="{code}"') == 1


def test_a_problem_points_at_its_code_on_the_page(client, page):
    problem = client.get("/api/v1/me").json

    assert f'id="{problem["type"].partition("#")[2]}"' in page


def test_the_document_is_openapi_3_1(client):
    document = client.get("/api/openapi.json").json

    assert document["openapi"] == "3.1.0"
    assert document["paths"]["/api/v1/me/addresses/{address_id}"]["parameters"][0]["schema"] == {
        "type": "string",
        "pattern": "[0-9a-f]{24}",
    }


def test_every_failure_is_documented_as_what_it_is_sent_as(client):
    document = client.get("/api/openapi.json").json
    answers = [
        answer if "$ref" not in answer else document["components"]["responses"][answer["$ref"].split("/")[-1]]
        for path in document["paths"].values()
        for method in path.keys() & {"get", "post", "put", "patch", "delete"}
        for status, answer in path[method]["responses"].items()
        if not status.startswith("2")
    ]

    assert answers
    assert {kind for answer in answers for kind in answer.get("content", {})} == {"application/problem+json"}
