from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.config import (
    DEVELOPMENT_SECRET,
    PREFIX,
    SETTINGS,
    ConfigurationError,
    Environment,
    load,
)

ROOT = Path(__file__).parents[1]

PRODUCTION = {
    "MARKETPLACE_ENV": "production",
    "MARKETPLACE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "MARKETPLACE_MONGODB_URI": "mongodb+srv://cluster.example/",
    "MARKETPLACE_REDIS_URL": "rediss://redis.example",
}

#: A value that each setting takes in place of its default, as text and as it is read.
TAKEN = {
    "LISTING_REVIEW": ("all", "all"),
    "LISTING_REVIEW_FIRST": ("5", 5),
    "LISTING_PICTURES": ("2", 2),
    "ENV": ("testing", Environment.TESTING),
    "SECRET_KEY": ("x", "x"),
    "MONGODB_URI": ("mongodb://db.example", "mongodb://db.example"),
    "MONGODB_DATABASE": ("shop", "shop"),
    "REDIS_URL": ("redis://redis.example", "redis://redis.example"),
    "BASE_URL": ("https://shop.example.com/", "https://shop.example.com"),
    "SMTP_URL": ("smtp://mail.example", "smtp://mail.example"),
    "MAIL_FROM": ("Shop <shop@example.com>", "Shop <shop@example.com>"),
    "MONGOD": ("/opt/mongod", "/opt/mongod"),
    "MEDIA_STORE": ("/srv/pictures", "/srv/pictures"),
    "NAME": ("Bazaar", "Bazaar"),
    "CURRENCY": ("EUR", "EUR"),
    "SEARCH_LANGUAGE": ("german", "german"),
    "LOCALE": ("de_DE", "de_DE"),
    "AUTO_APPROVE_SHOPS": ("no", False),
    "PAYMENT_PROVIDERS": (" manual, sandbox", "manual,sandbox"),
    "BANK_ACCOUNT": ("IBAN 1", "IBAN 1"),
    "BANK_TRANSFER_DAYS": ("3", 3),
    "HOLD_MINUTES": ("5", 5),
    "ORDER_SHIP_REMINDER_DAYS": ("0", 0),
    "ORDER_CANCEL_DAYS": ("10", 10),
    "ORDER_ARRIVAL_REMINDER_DAYS": ("6", 6),
    "ORDER_DELIVERED_DAYS": ("8", 8),
    "ORDER_COMPLETE_DAYS": ("30", 30),
    "GUEST_CART_DAYS": (" 7 ", 7),
    "CART_DAYS": ("90", 90),
    "MESSAGE_MAIL_SECONDS": ("60", 60.0),
    "REVIEW_DAYS": ("90", 90),
    "REPORTS_TO_HIDE": ("5", 5),
    "SESSION_IDLE_DAYS": ("1", 1),
    "SESSION_MODERATOR_HOURS": ("24", 24),
    "SESSION_MAX_DAYS": ("2", 2),
    "SESSION_COOKIE_SECURE": ("TRUE", True),
    "TRUSTED_PROXIES": ("1", 1),
    "API_LIMIT": ("50", 50),
    "API_LIMIT_VISITORS": ("20", 20),
    "API_LIMIT_SEARCHES": ("10", 10),
    "MESSAGE_LIMIT": ("30", 30),
    "CONVERSATION_LIMIT": ("40", 40),
    "CONVERSATION_LIMIT_NEW": ("10", 10),
    "REQUEST_TIMEOUT": ("2.5", 2.5),
    "THREADS": ("4", 4),
    "SLOW_MS": ("250", 250),
    "DRAIN_SECONDS": ("5", 5),
    "FRESH_SECONDS": ("3", 3),
    "HEALTH_TOKEN": ("0123456789abcdef", "0123456789abcdef"),
    "LEASE_SECONDS": ("1.5", 1.5),
    "LOG_LEVEL": ("ERROR", "ERROR"),
}


# Documentation


def test_the_manual_has_a_row_for_every_setting_and_none_besides():
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").splitlines()

    assert [line for line in manual if line.startswith(f"| `{PREFIX}")] == [
        setting.row() for setting in SETTINGS
    ]


def test_every_setting_that_the_code_reads_is_declared():
    declared = {setting.name for setting in SETTINGS}
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "marketplace").rglob("*.py"))

    assert set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", code)) <= declared


# Reading


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_a_setting_is_read_from_the_environment(name):
    text, value = TAKEN[name]

    assert load({PREFIX + name: text})[name] == value


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_a_setting_is_read_from_the_local_file(tmp_path, name):
    text, value = TAKEN[name]
    local = tmp_path / "settings.toml"
    local.write_text(f'{name.lower()} = "{text}"')

    assert load({}, local)[name] == value


def test_the_local_file_may_write_numbers_and_flags_as_such(tmp_path):
    local = tmp_path / "settings.toml"
    local.write_text("hold_minutes = 5\nauto_approve_shops = false\nrequest_timeout = 2.5")

    values = load({}, local)

    assert (values["HOLD_MINUTES"], values["AUTO_APPROVE_SHOPS"], values["REQUEST_TIMEOUT"]) == (
        5,
        False,
        2.5,
    )


def test_the_environment_counts_before_the_local_file(tmp_path):
    local = tmp_path / "settings.toml"
    local.write_text('name = "Local"')

    assert load({"MARKETPLACE_NAME": "Bazaar"}, local)["NAME"] == "Bazaar"


def test_without_a_local_file_there_are_defaults(tmp_path):
    assert load({}, tmp_path / "none.toml")["NAME"] == "Sundry"


@pytest.mark.parametrize(
    ("name", "start"), [("MONGODB_URI", "mongodb+srv://"), ("REDIS_URL", "rediss://"), ("SECRET_KEY", "")]
)
def test_the_names_that_hosting_platforms_give_are_known_too(name, start):
    assert load({name: start + "theirs"})[name] == start + "theirs"
    assert load({name: start + "theirs", PREFIX + name: start + "ours"})[name] == start + "ours"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("MONGODB_URI", "mongodb://shop:se/cret@host/db"),
        ("MONGODB_URI", "host"),
        ("REDIS_URL", "host:6379"),
        ("SMTP_URL", "host:587"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://shop:se/cret@host:587"),
        ("SMTP_URL", "smtp://shop:se#cret@host:587"),
        ("SMTP_URL", "smtp://shop:secret@host:many"),
        ("SMTP_URL", "http://shop:secret@host"),
    ],
)
def test_an_address_of_another_form_is_refused_without_its_password(name, wrong):
    with pytest.raises(ConfigurationError, match=f"{name} must be an address such as") as refused:
        load({PREFIX + name: wrong})

    assert "cret" not in str(refused.value)


@pytest.mark.parametrize("wrong", ["shop", "shop@", "Shop <shop>", "a@b@c.example", "a@host"])
def test_a_sender_that_is_no_address_is_refused(wrong):
    with pytest.raises(ConfigurationError, match="MAIL_FROM must be an e-mail address such as"):
        load({"MARKETPLACE_MAIL_FROM": wrong})


def test_an_empty_variable_is_one_that_is_not_set():
    assert load({"MARKETPLACE_CURRENCY": ""})["CURRENCY"] == "USD"


def test_a_default_depends_on_the_environment():
    assert load({})["AUTO_APPROVE_SHOPS"] is True
    assert load({"MARKETPLACE_ENV": "testing"})["AUTO_APPROVE_SHOPS"] is False
    assert load(PRODUCTION)["SESSION_COOKIE_SECURE"] is True


# Refusing


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("ENV", "staging", "MARKETPLACE_ENV must be development, testing or production."),
        ("CURRENCY", "usd", "MARKETPLACE_CURRENCY must be three letters of ISO 4217, such as USD."),
        ("LOCALE", "xx_YY", "MARKETPLACE_LOCALE must be a locale such as en_US."),
        ("LOCALE", "../..", "MARKETPLACE_LOCALE must be a locale such as en_US."),
        ("AUTO_APPROVE_SHOPS", "maybe", "MARKETPLACE_AUTO_APPROVE_SHOPS must be true or false."),
        (
            "PAYMENT_PROVIDERS",
            "cash",
            "MARKETPLACE_PAYMENT_PROVIDERS must be some of sandbox, manual, parted by commas.",
        ),
        ("HOLD_MINUTES", "0", "MARKETPLACE_HOLD_MINUTES must be a whole number from 1 to 1440."),
        ("HOLD_MINUTES", "soon", "MARKETPLACE_HOLD_MINUTES must be a whole number from 1 to 1440."),
        ("TRUSTED_PROXIES", "-1", "MARKETPLACE_TRUSTED_PROXIES must be a whole number from 0 to 5."),
        ("REQUEST_TIMEOUT", "0", "MARKETPLACE_REQUEST_TIMEOUT must be seconds from 0.1 to 60."),
        ("REQUEST_TIMEOUT", "nan", "MARKETPLACE_REQUEST_TIMEOUT must be seconds from 0.1 to 60."),
        ("REQUEST_TIMEOUT", "long", "MARKETPLACE_REQUEST_TIMEOUT must be seconds from 0.1 to 60."),
        ("DRAIN_SECONDS", "16", "MARKETPLACE_DRAIN_SECONDS must be a whole number from 0 to 15."),
        (
            "HEALTH_TOKEN",
            "short",
            "MARKETPLACE_HEALTH_TOKEN must be a random text of 16 characters or more, without spaces.",
        ),
        (
            "BASE_URL",
            "shop.example.com",
            "MARKETPLACE_BASE_URL must be an address such as https://shop.example.com.",
        ),
        (
            "BASE_URL",
            "https://x.example/?a=b",
            "MARKETPLACE_BASE_URL must be an address such as https://shop.example.com.",
        ),
        ("LOG_LEVEL", "loud", "MARKETPLACE_LOG_LEVEL must be DEBUG or INFO or WARNING or ERROR."),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_one_sentence(name, text, sentence):
    with pytest.raises(ConfigurationError) as refusal:
        load({PREFIX + name: text})

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "settings.toml names no setting called 'colour'."),
        ("currency = ", "settings.toml is not valid TOML"),
        ('currency = "usd"', "currency in settings.toml must be three letters of ISO 4217"),
    ],
)
def test_a_local_file_that_cannot_be_used_is_named(tmp_path, text, sentence):
    local = tmp_path / "settings.toml"
    local.write_text(text)

    with pytest.raises(ConfigurationError, match=re.escape(sentence)):
        load({}, local)


# Production


MAIL = {
    "MARKETPLACE_SMTP_URL": "smtps://mail.example",
    "MARKETPLACE_MAIL_FROM": "shop@shop.example",
    "MARKETPLACE_BASE_URL": "https://shop.example",
}


def test_production_sends_mail_when_all_is_told_that_mail_needs():
    assert load(PRODUCTION | MAIL)["SMTP_URL"] == "smtps://mail.example"
    assert load(PRODUCTION)["SMTP_URL"] == ""


def test_production_starts_with_its_own_secret_and_servers():
    assert load(PRODUCTION)["ENV"] is Environment.PRODUCTION


@pytest.mark.parametrize(
    ("wrong", "variable"),
    [
        ({"MARKETPLACE_SECRET_KEY": ""}, "MARKETPLACE_SECRET_KEY"),
        ({"MARKETPLACE_SECRET_KEY": DEVELOPMENT_SECRET}, "MARKETPLACE_SECRET_KEY"),
        ({"MARKETPLACE_SECRET_KEY": "x" * 31}, "MARKETPLACE_SECRET_KEY"),
        ({"MARKETPLACE_SECRET_KEY": " " * 40}, "MARKETPLACE_SECRET_KEY"),
        ({"MARKETPLACE_MONGODB_URI": ""}, "MARKETPLACE_MONGODB_URI"),
        ({"MARKETPLACE_REDIS_URL": ""}, "MARKETPLACE_REDIS_URL"),
        ({"MARKETPLACE_SESSION_COOKIE_SECURE": "false"}, "MARKETPLACE_SESSION_COOKIE_SECURE"),
        (MAIL | {"MARKETPLACE_BASE_URL": ""}, "MARKETPLACE_BASE_URL"),
        (MAIL | {"MARKETPLACE_MAIL_FROM": ""}, "MARKETPLACE_MAIL_FROM"),
    ],
    ids=repr,
)
def test_production_refuses_to_start_and_says_which_variable_to_set(wrong, variable):
    with pytest.raises(ConfigurationError) as refusal:
        load(PRODUCTION | wrong)

    assert str(refusal.value).startswith(f"Set {variable} to ")
    assert str(refusal.value).count(".") == 1


def test_the_refusal_at_the_terminal_is_the_sentence_alone():
    environment = {name: text for name, text in os.environ.items() if "SECRET_KEY" not in name}

    answer = subprocess.run(
        [sys.executable, "-m", "flask", "db-migrate", "status"],
        env=environment | {"MARKETPLACE_ENV": "production"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    sentence = "Set MARKETPLACE_SECRET_KEY to a random secret of 32 characters or more."
    assert answer.stderr == f"Error: {sentence}\n"
