from __future__ import annotations

import pytest
from flask import Flask, request, url_for
from werkzeug.routing import BuildError

from app import create_app
from marketplace.shared.http import LARGEST_BODY

#: These add routes of their own.
pytestmark = pytest.mark.own_app


@pytest.mark.parametrize("path", ["/signin", "/api/v1/session", "/nowhere", "/api/docs"])
def test_every_answer_has_the_headers_that_protect(client, path):
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_the_content_security_policy_allows_no_inline_code(client):
    policy = client.get("/signin").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_every_answer_has_a_request_id_of_its_own(client):
    ids = {client.get("/signin").headers["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3


def test_a_request_id_of_the_proxy_is_kept(client):
    answer = client.get("/signin", headers={"X-Request-Id": "abcd-1234-efgh"})

    assert answer.headers["X-Request-Id"] == "abcd-1234-efgh"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space in it", "<script>alert(1)</script>"])
def test_a_request_id_that_could_do_harm_is_replaced(client, given):
    assert client.get("/signin", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


def test_pages_are_asked_for_again_and_changes_are_never_kept(client):
    assert client.get("/signin").headers["Cache-Control"] == "no-cache"
    assert client.post("/signin").headers["Cache-Control"] == "private, no-store"


def test_what_is_somebodys_own_is_kept_nowhere(client, person):
    _, browser = person()
    client.set_cookie("cart", "0" * 32)

    assert browser.get("/account").headers["Cache-Control"] == "private, no-store"
    assert client.get("/cart").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/order/0000-0000?key=guess").headers["Cache-Control"] == "private, no-store"
    assert client.get("/signin").headers["Vary"] == "Cookie"


def test_static_files_are_nobodys_own_and_may_be_kept(person):
    _, browser = person()

    headers = browser.get("/static/style.css").headers

    assert headers["ETag"]
    assert "no-store" not in headers["Cache-Control"]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("application/x-www-form-urlencoded", "email=", ""),
        (
            "multipart/form-data; boundary=cut",
            '--cut\r\nContent-Disposition: form-data; name="email"\r\n\r\n',
            "\r\n--cut--\r\n",
        ),
    ],
)
def test_a_form_may_be_as_large_as_any_other_body(client, kind, before, after):
    long = "a" * (LARGEST_BODY - len(before + after))

    answer = client.post("/signin", data=(before + long + after).encode(), content_type=kind)

    assert answer.status_code == 422


def test_over_https_alone_browsers_are_told_to_stay_there(client, app):
    assert "Strict-Transport-Security" not in client.get("/signin").headers

    app.config["SESSION_COOKIE_SECURE"] = True

    assert "max-age" in client.get("/signin").headers["Strict-Transport-Security"]


def test_the_headers_of_trusted_proxies_are_believed(settings, addresses):
    app = create_app(settings | addresses | {"TRUSTED_PROXIES": 1})
    app.add_url_rule("/where", view_func=lambda: request.url)

    answer = app.test_client().get(
        "/where", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}
    )

    assert answer.text == "https://shop.example/where"


def test_without_trusted_proxies_their_headers_are_not_believed(app, client):
    app.add_url_rule("/where", view_func=lambda: request.url)

    answer = client.get("/where", headers={"X-Forwarded-Host": "evil.example"})

    assert answer.text == "http://localhost/where"


# Addresses


@pytest.fixture
def built(app, monkeypatch):
    """How often Flask itself was asked for an address."""
    calls = []
    asked = Flask.url_for
    monkeypatch.setattr(
        Flask, "url_for", lambda self, /, *args, **how: calls.append(args) or asked(self, *args, **how)
    )
    return calls


def test_an_address_is_built_once(app, built):
    with app.test_request_context():
        addresses = {url_for("catalog_pages.show_category", slug="lamp", _anchor=None) for _ in range(3)}

    assert addresses == {"/c/lamp"}
    assert len(built) == 1


def test_a_long_address_is_not_kept(app, built):
    with app.test_request_context():
        for _ in range(2):
            url_for("accounts_pages.sign_in", next="/" * 1000)

    assert len(built) == 2


def test_an_address_is_under_the_root_of_its_request(app):
    found = []
    for root in ("", "/market", ""):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            found.append(url_for("catalog_pages.show_category", slug="lamp"))

    assert found == ["/c/lamp", "/market/c/lamp", "/c/lamp"]


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"slug": "lamp", "page": 1}, "/c/lamp?page=1"),
        ({"slug": "lamp", "page": True}, "/c/lamp?page=True"),
        ({"slug": "lamp", "page": None}, "/c/lamp"),
        ({"slug": "lamp", "f": ["a", "b"]}, "/c/lamp?f=a&f=b"),
        ({"slug": "b c&d"}, "/c/b%20c&d"),
        ({"slug": "lamp", "_anchor": "top"}, "/c/lamp#top"),
        ({"slug": "lamp", "_external": True}, "http://localhost/c/lamp"),
        ({"slug": "lamp", "_external": True, "_scheme": "https"}, "https://localhost/c/lamp"),
    ],
)
def test_addresses_are_those_that_flask_builds(app, values, address):
    with app.test_request_context():
        for _ in range(2):
            assert url_for("catalog_pages.show_category", **values) == address


def test_an_address_beside_its_own_page_is_of_that_part(app):
    for path, address in (("/c/lamp", "/p/kiln/mug"), ("/signin", "/p/kiln/mug")):
        with app.test_request_context(path):
            named = ".show_product" if path == "/c/lamp" else "catalog_pages.show_product"
            assert url_for(named, shop="kiln", slug="mug") == address


def test_without_a_request_an_address_is_whole(app):
    with app.test_request_context():
        inside = url_for("catalog_pages.show_category", slug="lamp")
    app.config["SERVER_NAME"] = "shop.example"
    with app.app_context():
        assert url_for("catalog_pages.show_category", slug="lamp") == f"http://shop.example{inside}"


def test_what_has_no_address_is_a_fault(app):
    with app.test_request_context():
        for _ in range(2):
            with pytest.raises(BuildError):
                url_for("catalog_pages.show_category", slag="lamp")
