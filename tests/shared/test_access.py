from __future__ import annotations

import pytest
from flask import Flask

from marketplace.shared import access


def test_a_visitor_is_asked_to_sign_in_before_a_seller_s_route_looks_at_anything(client):
    answer = client.get("/api/v1/seller/nobodys-shop/products")

    assert answer.status_code == 401


def test_what_everyone_may_use_needs_no_account(client):
    assert client.get("/api/v1/categories").status_code == 200


def test_an_application_with_a_route_that_says_nothing_does_not_start():
    app = Flask("silent")
    view = access.everyone(lambda: "open")
    view.__module__ = "marketplace.loud"
    app.add_url_rule("/open", "open", view)
    forgotten = lambda: "forgotten"  # noqa: E731 - a view like any other
    forgotten.__module__ = "marketplace.silent"
    app.add_url_rule("/forgotten", "forgotten", forgotten)

    with pytest.raises(access.UndeclaredAccess, match=r"use them: forgotten\.$"):
        access.check_declared(app)
