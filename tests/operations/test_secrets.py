"""Passwords in the addresses of servers are in no output, whatever goes wrong."""

from __future__ import annotations

import pytest

from marketplace import config

pytestmark = [pytest.mark.real, pytest.mark.slow]

#: As it is meant, and as an address writes it.
PLANTED, WRITTEN = "plan/ted secret", "plan%2Fted%20secret"

#: What a person and a browser may do, one after the other, and in the end something that nobody foresaw.
SCRIPT = """
import logging
from app import create_app
from flask.cli import cli
from marketplace.shared import connections

app = create_app(profile="web")
print(repr(app.config), connections.redacted(app.config["MONGODB_URI"]))
for words in ("db-migrate status", "users grant ada@example.com moderator"):
    try:
        cli.main(words.split(), prog_name="flask")
    except SystemExit as ended:
        print(words, "->", ended.code)

app = create_app(profile="web")
browser = app.test_client()
for path in ("/", "/account", "/health"):
    answer = browser.get(path, headers={"Cookie": "session=x"})
    print(path, "->", answer.status_code, answer.text, answer.headers)
print(browser.post("/signin", data={"email": "ada@example.com", "password": "x"}).text)
with app.app_context():
    print(connections.gauges())
    logging.getLogger("careless").error("No luck with %s", app.config["MONGODB_URI"])
    print(connections.sessions_store())
    try:
        print(connections.database().client)
        connections.sessions_store().ping()
    finally:
        raise RuntimeError(f"No luck with {app.config['REDIS_URL']}")
"""

SOON = "serverSelectionTimeoutMS=200&connectTimeoutMS=200"


@pytest.mark.parametrize(
    ("place", "redis"),
    [
        ("mongodb://shop:{}@10.255.255.1/?" + SOON, "redis://:{}@10.255.255.1"),
        ("mongodb://shop:{}@{server}&" + SOON, "redis://:{}@127.0.0.1:1"),
        ("mongodb://shop:{}@127.0.0.1:1/?" + SOON, "redis://:{}@127.0.0.1:1"),
        ("mongodb+srv://shop:{}@nowhere.invalid/?" + SOON, "redis://:{}@nowhere.invalid"),
    ],
    ids=["wrong host", "wrong password", "wrong port", "no such name"],
)
def test_a_planted_password_is_in_no_output(launch, servers, place, redis):
    server = servers.mongodb_uri.removeprefix("mongodb://")
    process = launch(
        "-c",
        SCRIPT,
        database="planted",
        MARKETPLACE_MONGODB_URI=place.format(WRITTEN, server=server),
        MARKETPLACE_REDIS_URL=redis.format(WRITTEN),
        MARKETPLACE_LOG_LEVEL="DEBUG",
        FLASK_APP="wsgi",
    )

    output, _ = process.communicate(timeout=120)

    assert "RuntimeError: No luck with " in output, output
    assert "users grant ada@example.com moderator -> 1" in output
    assert "No luck with mongodb" in output
    assert PLANTED not in output
    assert WRITTEN not in output
    assert "***" in output


def test_no_secret_is_in_what_the_settings_look_like():
    secrets = {
        "MARKETPLACE_SMTP_URL": "smtps://shop:mail-secret-17@mail.example",
        "MARKETPLACE_MAIL_FROM": "shop@shop.example",
        "MARKETPLACE_BASE_URL": "https://shop.example",
        "MARKETPLACE_HEALTH_TOKEN": "health-secret-4711",
    }

    shown = repr(config.load(secrets))

    assert "mail-secret-17" not in shown
    assert "health-secret-4711" not in shown
