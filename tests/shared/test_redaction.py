from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.config import load
from marketplace.shared import redaction
from marketplace.shared.redaction import Secret, hide, redacted, scrubbed, secrets_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch):
    """What a test hides is hidden for it alone."""
    monkeypatch.setattr(redaction, "_hidden", set())


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://shop:pa%40ss@db.example/shop?tls=true", "mongodb://shop:***@db.example/shop?tls=true"),
        ("mongodb+srv://shop:secret@cluster.example/", "mongodb+srv://shop:***@cluster.example/"),
        ("mongodb://a.example,b.example/?replicaSet=rs0", "mongodb://a.example,b.example/?replicaSet=rs0"),
        ("rediss://:secret@redis.example:6379/0", "rediss://:***@redis.example:6379/0"),
        ("redis://redis.example", "redis://redis.example"),
        ("redis://redis.example/0?password=secret", "redis://redis.example/0?password=***"),
        ("mongodb://h/?tlsCertificateKeyFilePassword=secret&w=1", "mongodb://h/?tlsCertificateKeyFilePassword=***&w=1"),
        ("mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:secret", "mongodb://h/?authMechanismProperties=***"),
        ("mongodb://shop:sec/r?e:t@@db.example/", "mongodb://shop:***@db.example/"),
        ("mongodb://h/?password=secret&appName=a@b", "mongodb://***@b"),
        ("secret", "***"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_what_nobody_may_read(uri, shown):
    assert redacted(uri) == shown


def test_a_secret_shows_itself_redacted_and_is_used_as_it_is():
    secret = Secret("redis://:hunter2@host")

    assert repr({"REDIS_URL": secret}) == "{'REDIS_URL': 'redis://:***@host'}"
    assert (str(secret), secret + "/0") == ("redis://:hunter2@host", "redis://:hunter2@host/0")


def test_the_settings_show_no_secret():
    values = load(
        {
            "MONGODB_URI": "mongodb://shop:planted-1@host/",
            "REDIS_URL": "redis://:planted-2@host",
            "SECRET_KEY": "planted-3",
        }
    )

    assert "planted" not in repr(values)
    assert values["SECRET_KEY"] == "planted-3"


def test_the_secrets_of_an_address_are_known_as_written_and_as_meant():
    assert secrets_of("mongodb://shop:pl%40nted@host/?password=tw%20o") == {
        "pl%40nted", "pl@nted", "tw%20o", "tw o",
    }  # fmt: skip


def test_what_is_hidden_is_in_no_record_however_it_got_there(caplog):
    hide("planted")

    logging.getLogger("any").error("It is %s.", "planted")
    try:
        raise ValueError("planted")
    except ValueError:
        logging.getLogger("any").exception("It failed.")

    assert "planted" not in caplog.text
    assert "It is ***." in caplog.text
    assert "ValueError: ***" in caplog.text


def test_other_records_are_left_alone(caplog):
    hide("planted")

    logging.getLogger("any").error("%d of %d", 1, 2)

    assert caplog.records[0].args == (1, 2)


def test_a_record_that_cannot_be_formatted_is_left_to_its_handler():
    hide("planted")

    record = logging.getLogRecordFactory()("any", logging.ERROR, "", 1, "%d", ("x",), None)

    assert record.args == ("x",)


def test_what_is_too_short_to_be_a_secret_mangles_no_log():
    hide("a", "")

    assert scrubbed("a banana") == "a banana"


@pytest.mark.parametrize(
    ("raised", "shown"), [("planted", "ValueError: ***\n"), ("harmless", "ValueError: harmless\n")]
)
def test_a_traceback_at_a_terminal_shows_no_secret(raised, shown):
    code = (
        f"from marketplace.shared.redaction import hide; hide('plan' + 'ted'); raise ValueError({raised!r})"
    )

    failed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert failed.stderr.endswith(shown)
    assert "planted" not in failed.stderr
