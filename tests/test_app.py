from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mongomock
import pytest

from app import create_app
from marketplace.config import ConfigurationError
from marketplace.shared.connections import database_name
from tests.conftest import Browser

ROOT = Path(__file__).parents[1]


class Unreachable:
    """A client of MongoDB that must not be made."""

    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError("Something connected.")


def test_making_the_application_connects_to_nothing(settings):
    assert create_app(settings, mongo_class=Unreachable).url_map


def test_what_belongs_to_one_place_lies_beside_the_code(settings):
    app = create_app(settings)

    assert Path(app.instance_path) == ROOT / "instance"
    assert Path(app.root_path) == ROOT / "marketplace"


def test_settings_in_hand_count_before_the_environment(monkeypatch, settings):
    monkeypatch.setenv("MARKETPLACE_NAME", "Bazaar")

    assert create_app(settings).config["NAME"] == "Bazaar"
    assert create_app(settings | {"NAME": "Souk"}).config["NAME"] == "Souk"


def test_a_setting_that_cannot_be_used_stops_the_start(monkeypatch):
    monkeypatch.setenv("MARKETPLACE_CURRENCY", "dollars")

    with pytest.raises(ConfigurationError, match="MARKETPLACE_CURRENCY must be"):
        create_app()


def test_production_does_not_start_without_its_settings(monkeypatch):
    monkeypatch.setenv("MARKETPLACE_ENV", "production")

    with pytest.raises(ConfigurationError, match="Set MARKETPLACE_SECRET_KEY"):
        create_app()


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("", "marketplace"),
        ("mongodb://db.example", "marketplace"),
        ("mongodb://db.example/", "marketplace"),
        ("mongodb://db.example/shop?replicaSet=rs0", "shop"),
        ("mongodb://user:p%40ss@one.example,two.example/shop", "shop"),
        ("mongodb+srv://cluster.example/shop?retryWrites=true", "shop"),
        ("mongodb+srv://cluster.example", "marketplace"),
    ],
)
def test_the_database_is_the_one_that_the_uri_names(settings, uri, name):
    app = create_app(settings | {"MONGODB_URI": uri}, mongo_class=mongomock.MongoClient)

    assert database_name(app) == name


@pytest.mark.real
@pytest.mark.parametrize("named", [(), ("MONGODB_URI",), ("REDIS_URL",)], ids=str)
def test_a_server_that_no_setting_names_is_the_embedded_one(settings, servers, addresses, monkeypatch, named):
    asked = []

    def ensure(folder, **_):
        asked.append(folder.name)
        return servers

    monkeypatch.setattr("marketplace.operations.embedded.ensure", ensure)
    app = create_app(settings | {name: addresses[name] for name in ("MONGODB_DATABASE", *named)})
    app.test_client_class = Browser
    browser = app.test_client()
    browser.set_cookie("session", "unknown")

    assert browser.get("/api/v1/session").status_code == 200
    assert browser.get("/api/v1/shops").status_code == 200
    assert set(asked) == {"servers"}


def test_the_name_of_the_marketplace_stands_on_its_pages(client, app):
    app.config["NAME"] = "Bazaar"

    assert "<title>Sign in · Bazaar</title>" in client.get("/signin").text


@pytest.mark.real
def test_the_entry_for_gunicorn_serves(addresses, servers):
    code = "from wsgi import app; print(app.test_client().get('/api/v1/session').status_code)"
    environment = {f"MARKETPLACE_{name}": value for name, value in addresses.items()}

    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert answer.stdout == "200\n"


def test_gunicorn_refuses_with_the_sentence_alone():
    refused = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env={"PATH": "", "MARKETPLACE_ENV": "production"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert refused.stderr.rstrip().endswith(
        "Error: Set MARKETPLACE_SECRET_KEY to a random secret of 32 characters or more."
    )
