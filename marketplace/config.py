"""Every setting of the application, where it comes from, and what production demands of it.

A setting named `CURRENCY` is read from the environment variable `MARKETPLACE_CURRENCY`, else from
`instance/settings.toml` (`currency = "EUR"`), else it has its default. The addresses of the servers and
the secret key are also known under the names that hosting platforms give them: `MONGODB_URI`,
`REDIS_URL` and `SECRET_KEY`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import list_currencies
from pymongo.errors import ConfigurationError as MalformedAddress
from pymongo.uri_parser import parse_uri

from .shared.redaction import Secret

PREFIX = "MARKETPLACE_"

#: Those that the text index of MongoDB knows.
LANGUAGES = (
    "none", "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian", "norwegian",
    "portuguese", "romanian", "russian", "spanish", "swedish", "turkish",
)  # fmt: skip

#: What development signs with. Production refuses it.
DEVELOPMENT_SECRET = "not-a-secret-for-development-only"  # noqa: S105 - its whole point is to be known


class Environment(StrEnum):
    """Where the application runs, which decides some defaults."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class ConfigurationError(click.ClickException):
    """The settings do not let the application start; the sentence says which one to set, and to what.

    At a terminal the `flask` command prints the sentence alone.
    """


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, how its text is read, its default, and what it means.

    `default` is a value, or a mapping with a value for each environment.
    """

    name: str
    read: Callable[[str], Any]
    default: Any
    meaning: str
    also: tuple[str, ...] = ()

    def default_in(self, environment: Environment) -> Any:
        """The value without any configuration."""
        return self.default[environment] if isinstance(self.default, dict) else self.default

    def row(self) -> str:
        """The setting as a row of the table in docs/operations.md."""
        by_default = {environment: self.default_in(environment) for environment in Environment}
        shown = _shown(by_default[Environment.PRODUCTION])
        if by_default[Environment.DEVELOPMENT] != by_default[Environment.PRODUCTION]:
            shown += f" (development: {_shown(by_default[Environment.DEVELOPMENT])})"
        return f"| `{PREFIX}{self.name}` | {shown} | {self.meaning} |"


def _shown(default: Any) -> str:
    text = str(default).lower() if isinstance(default, bool) else str(default)
    return f"`{text}`" if text else "–"


def _flag(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ValueError("true or false")
    return lowered in ("1", "true", "yes", "on")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _mongodb_uri(text: str) -> str:
    """Check the form alone, without looking up hosts."""
    try:
        parse_uri(re.sub(r"^mongodb\+srv:", "mongodb:", text))
    except (MalformedAddress, ValueError):
        raise ValueError(
            "an address such as mongodb://host/?replicaSet=rs0, where special characters of the password "
            "are written as %XX"
        ) from None
    return Secret(text)


def _redis_url(text: str) -> str:
    if not re.match(r"(rediss?|unix)://", text):
        raise ValueError("an address such as redis://host:6379/0")
    return Secret(text)


def _base_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError("an address such as https://shop.example.com")
    return text.rstrip("/")


def _smtp_url(text: str) -> str:
    """Check the form alone; what it says may hold a password, so no error repeats it."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "an address such as smtp://user:password@host:587, where special characters of the password "
            "are written as %XX"
        )
    return Secret(text)


def _mail_address(text: str) -> str:
    name, address = parseaddr(text)
    try:
        usable = "." in Address(name, addr_spec=address).domain or address.endswith("@localhost")
    except (ValueError, LookupError, MessageError):
        usable = False
    if not usable:
        raise ValueError("an e-mail address such as shop@example.com or Shop <shop@example.com>")
    return text


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0.1 <= value <= 60:
        raise ValueError("seconds from 0.1 to 60")
    return value


def _token(text: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{16,}", text):
        raise ValueError("a random text of 16 characters or more, without spaces")
    return Secret(text)


def _currency(text: str) -> str:
    if text not in list_currencies():
        raise ValueError("three letters of ISO 4217, such as USD")
    return text


def _media_store(text: str) -> str:
    if text != "gridfs" and not (text.startswith("/") and "\0" not in text):
        raise ValueError("gridfs, or the whole path of a folder such as /srv/marketplace/pictures")
    return text


def _locale(text: str) -> str:
    try:
        Locale.parse(text)
    except (UnknownLocaleError, ValueError):
        raise ValueError("a locale such as en_US") from None
    return text


def _environment(text: str) -> Environment:
    try:
        return Environment(text.strip().lower())
    except ValueError:
        raise ValueError("development, testing or production") from None


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(" or ".join(choices))
        return text

    return read


def _per_environment(development: Any, testing: Any, production: Any) -> dict[Environment, Any]:
    return dict(zip(Environment, (development, testing, production), strict=True))


SETTINGS = (
    Setting("ENV", _environment, Environment.DEVELOPMENT, "development, testing or production."),
    Setting(
        "SECRET_KEY",
        Secret,
        _per_environment(DEVELOPMENT_SECRET, DEVELOPMENT_SECRET, ""),
        "Signs cursors, links and forms. Production needs its own, of 32 characters or more.",
        also=("SECRET_KEY",),
    ),
    Setting(
        "MONGODB_URI",
        _mongodb_uri,
        "",
        "The MongoDB replica set or Atlas cluster. Empty outside production: the embedded server.",
        also=("MONGODB_URI",),
    ),
    Setting("MONGODB_DATABASE", str, "marketplace", "The database's name, unless the URI names one."),
    Setting(
        "REDIS_URL",
        _redis_url,
        "",
        "The Redis that holds sessions. Empty outside production: the embedded server.",
        also=("REDIS_URL",),
    ),
    Setting(
        "BASE_URL",
        _base_url,
        _per_environment("http://127.0.0.1:5000", "http://localhost", ""),
        "Where people reach the marketplace, for the links in mails. Needed to send mail.",
    ),
    Setting(
        "SMTP_URL",
        _smtp_url,
        "",
        "The mail server, `smtp://user:password@host:587` or `smtps://…`. Empty: no mail is sent; "
        "development writes files to `instance/mail/`.",
    ),
    Setting(
        "MAIL_FROM",
        _mail_address,
        _per_environment("shop@localhost", "shop@localhost", ""),
        "Who mail comes from, `shop@example.com` or `Shop <shop@example.com>`. Needed to send mail.",
    ),
    Setting("MONGOD", str, "", "The mongod to run as the embedded server, instead of one that is found."),
    Setting(
        "MEDIA_STORE",
        _media_store,
        "gridfs",
        "Where uploaded pictures are kept: `gridfs` in MongoDB, or the path of a folder.",
    ),
    Setting("NAME", str, "Sundry", "What the marketplace is called on its pages."),
    Setting("CURRENCY", _currency, "USD", "The currency of new shops (ISO 4217)."),
    Setting(
        "SEARCH_LANGUAGE",
        _one_of(*LANGUAGES),
        "english",
        "The language of products and searches, for the endings of their words; `none` has none.",
    ),
    Setting("LOCALE", _locale, "en_US", "How dates and amounts are written."),
    Setting(
        "AUTO_APPROVE_SHOPS",
        _flag,
        _per_environment(True, False, False),
        "Whether a new shop sells at once, instead of waiting for a moderator.",
    ),
    Setting(
        "LISTING_REVIEW",
        _one_of("off", "new_shops", "all"),
        _per_environment("off", "off", "new_shops"),
        "Which listings a moderator looks at before people can buy: `off`, `new_shops` (a shop's first ones) "
        "or `all`.",
    ),
    Setting(
        "LISTING_REVIEW_FIRST",
        _whole(1, 1000),
        3,
        "With `new_shops`: how many listings of a shop have to be on sale once before it needs no review.",
    ),
    Setting(
        "LISTING_PICTURES",
        _whole(0, 12),
        1,
        "How many pictures a listing needs before people can buy. Imported ones go on sale without.",
    ),
    Setting(
        "PAYMENT_PROVIDER", _one_of("sandbox"), "sandbox", "Who takes payments; `sandbox` moves no money."
    ),
    Setting("HOLD_MINUTES", _whole(1, 1440), 20, "How long stock is held for an order that is not yet paid."),
    Setting(
        "GUEST_CART_DAYS", _whole(1, 365), 30, "How long a visitor's cart is kept after its last change."
    ),
    Setting("CART_DAYS", _whole(1, 730), 180, "How long a member's cart is kept after its last change."),
    Setting(
        "REVIEW_DAYS",
        _whole(1, 3650),
        180,
        "How long after its delivery something may be reviewed, and the review be edited.",
    ),
    Setting("SESSION_IDLE_DAYS", _whole(1, 365), 14, "A session ends when it is not used for this long."),
    Setting(
        "SESSION_MAX_DAYS", _whole(1, 365), 60, "A session ends this long after signing in, used or not."
    ),
    Setting(
        "SESSION_MODERATOR_HOURS",
        _whole(1, 168),
        12,
        "A moderator's session ends this long after signing in.",
    ),
    Setting(
        "SESSION_COOKIE_SECURE",
        _flag,
        _per_environment(False, False, True),
        "Whether cookies travel over HTTPS only. Production refuses to go without.",
    ),
    Setting("TRUSTED_PROXIES", _whole(0, 5), 0, "How many proxies in front set the X-Forwarded headers."),
    Setting(
        "API_LIMIT",
        _whole(0, 100_000),
        _per_environment(0, 0, 600),
        "How many requests a minute the API answers somebody who is signed in or brings a token; 0 any.",
    ),
    Setting(
        "API_LIMIT_VISITORS",
        _whole(0, 100_000),
        _per_environment(0, 0, 120),
        "How many requests a minute the API answers one address without an account; 0 any.",
    ),
    Setting(
        "API_LIMIT_SEARCHES",
        _whole(0, 100_000),
        _per_environment(0, 0, 60),
        "How many of these may be searches; 0 any.",
    ),
    Setting("REQUEST_TIMEOUT", _seconds, 1.5, "How long the database may take for one request, in seconds."),
    Setting("THREADS", _whole(1, 1000), 8, "How many requests a process answers at once."),
    Setting("SLOW_MS", _whole(0, 60_000), 100, "From how many milliseconds on a database command is logged."),
    Setting(
        "DRAIN_SECONDS",
        _whole(0, 15),
        _per_environment(0, 0, 2),
        "How long a worker that was told to stop still serves, while `/health/ready` says it goes.",
    ),
    Setting(
        "FRESH_SECONDS",
        _whole(0, 60),
        _per_environment(1, 0, 1),
        "How long a public page or list is answered again as it was, to visitors without a cookie; 0 never.",
    ),
    Setting(
        "HEALTH_TOKEN",
        _token,
        "",
        "Opens `/health` to operators, as `Authorization: Bearer …`. Without one only development shows it.",
    ),
    Setting(
        "LEASE_SECONDS",
        _seconds,
        30.0,
        "How long the lock of a command outlives its process, in seconds; the same everywhere.",
    ),
    Setting("LOG_LEVEL", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "The least that is logged."),
)


def load(environ: Mapping[str, str], local: Path | None = None) -> dict[str, Any]:
    """The value of every setting by name, checked.

    `local` is a TOML file of local values, which may be absent. Raises ConfigurationError with one
    sentence for the first value that cannot be used.
    """
    written = _local_values(local)
    environment = _value(SETTINGS[0], environ, written, Environment.DEVELOPMENT)
    values = {setting.name: _value(setting, environ, written, environment) for setting in SETTINGS}
    if environment is Environment.PRODUCTION:
        _check_production(values)
    return values


def _local_values(local: Path | None) -> dict[str, Any]:
    if local is None or not local.is_file():
        return {}
    try:
        written = tomllib.loads(local.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{local.name} is not valid TOML: {error}.") from None
    unknown = set(written) - {setting.name.lower() for setting in SETTINGS}
    if unknown:
        raise ConfigurationError(f"{local.name} names no setting called {min(unknown)!r}.")
    return written


def _value(
    setting: Setting, environ: Mapping[str, str], written: dict[str, Any], environment: Environment
) -> Any:
    sources = [(name, environ.get(name)) for name in (PREFIX + setting.name, *setting.also)]
    local = written.get(setting.name.lower())
    sources.append((f"{setting.name.lower()} in settings.toml", None if local is None else str(local)))
    for name, text in sources:
        if text:
            try:
                return setting.read(text)
            except ValueError as error:
                raise ConfigurationError(f"{name} must be {error}.") from None
    return setting.default_in(environment)


def _check_production(values: dict[str, Any]) -> None:
    if len(values["SECRET_KEY"].strip()) < 32 or values["SECRET_KEY"] == DEVELOPMENT_SECRET:
        raise ConfigurationError("Set MARKETPLACE_SECRET_KEY to a random secret of 32 characters or more.")
    if not values["MONGODB_URI"]:
        raise ConfigurationError("Set MARKETPLACE_MONGODB_URI to the address of your MongoDB replica set.")
    if not values["REDIS_URL"]:
        raise ConfigurationError("Set MARKETPLACE_REDIS_URL to the address of your Redis.")
    if not values["SESSION_COOKIE_SECURE"]:
        raise ConfigurationError("Set MARKETPLACE_SESSION_COOKIE_SECURE to true: cookies need HTTPS.")
    if values["SMTP_URL"] and not values["BASE_URL"]:
        raise ConfigurationError("Set MARKETPLACE_BASE_URL to where people reach the marketplace.")
    if values["SMTP_URL"] and not values["MAIL_FROM"]:
        raise ConfigurationError("Set MARKETPLACE_MAIL_FROM to the address that mail comes from.")
