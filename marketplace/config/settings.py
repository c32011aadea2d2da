"""Every setting: its name, how its text is read, its default, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..shared.redaction import Secret
from .texts import (
    base_url,
    currency,
    flag,
    locale,
    mail_address,
    media_store,
    mongodb_uri,
    one_of,
    redis_url,
    seconds,
    smtp_url,
    some_of,
    token,
    whole,
)

PREFIX = "MARKETPLACE_"

#: Those that the text index of MongoDB knows.
LANGUAGES = (
    "none", "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian", "norwegian",
    "portuguese", "romanian", "russian", "spanish", "swedish", "turkish",
)  # fmt: skip

#: What development signs with. Production refuses it.
DEVELOPMENT_SECRET = "not-a-secret-for-development-only"  # noqa: S105 - its whole point is to be known


#: Where bank transfers go while one tries the marketplace out.
EXAMPLE_ACCOUNT = "Sundry, IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001 (an example)"


class Environment(StrEnum):
    """Where the application runs, which decides some defaults."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


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


def _environment(text: str) -> Environment:
    try:
        return Environment(text.strip().lower())
    except ValueError:
        raise ValueError("development, testing or production") from None


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
        mongodb_uri,
        "",
        "The MongoDB replica set or Atlas cluster. Empty outside production: the embedded server.",
        also=("MONGODB_URI",),
    ),
    Setting("MONGODB_DATABASE", str, "marketplace", "The database's name, unless the URI names one."),
    Setting(
        "REDIS_URL",
        redis_url,
        "",
        "The Redis that holds sessions. Empty outside production: the embedded server.",
        also=("REDIS_URL",),
    ),
    Setting(
        "BASE_URL",
        base_url,
        _per_environment("http://127.0.0.1:5000", "http://localhost", ""),
        "Where people reach the marketplace, for the links in mails. Needed to send mail.",
    ),
    Setting(
        "SMTP_URL",
        smtp_url,
        "",
        "The mail server, `smtp://user:password@host:587` or `smtps://…`. Empty: no mail is sent; "
        "development writes files to `instance/mail/`.",
    ),
    Setting(
        "MAIL_FROM",
        mail_address,
        _per_environment("shop@localhost", "shop@localhost", ""),
        "Who mail comes from, `shop@example.com` or `Shop <shop@example.com>`. Needed to send mail.",
    ),
    Setting("MONGOD", str, "", "The mongod to run as the embedded server, instead of one that is found."),
    Setting(
        "MEDIA_STORE",
        media_store,
        "gridfs",
        "Where uploaded pictures are kept: `gridfs` in MongoDB, or the path of a folder.",
    ),
    Setting("NAME", str, "Sundry", "What the marketplace is called on its pages."),
    Setting("CURRENCY", currency, "USD", "The currency of new shops (ISO 4217)."),
    Setting(
        "SEARCH_LANGUAGE",
        one_of(*LANGUAGES),
        "english",
        "The language of products and searches, for the endings of their words; `none` has none.",
    ),
    Setting("LOCALE", locale, "en_US", "How dates and amounts are written."),
    Setting(
        "AUTO_APPROVE_SHOPS",
        flag,
        _per_environment(True, False, False),
        "Whether a new shop sells at once, instead of waiting for a moderator.",
    ),
    Setting(
        "LISTING_REVIEW",
        one_of("off", "new_shops", "all"),
        _per_environment("off", "off", "new_shops"),
        "Which listings a moderator looks at before people can buy: `off`, `new_shops` (a shop's first ones) "
        "or `all`.",
    ),
    Setting(
        "LISTING_REVIEW_FIRST",
        whole(1, 1000),
        3,
        "With `new_shops`: how many listings of a shop have to be on sale once before it needs no review.",
    ),
    Setting(
        "LISTING_PICTURES",
        whole(0, 12),
        1,
        "How many pictures a listing needs before people can buy. Imported ones go on sale without.",
    ),
    Setting(
        "PAYMENT_PROVIDERS",
        some_of("sandbox", "manual"),
        "sandbox,manual",
        "Who takes payments, in the order of the checkout, parted by commas: `sandbox` moves no money, and "
        "`manual` is a bank transfer that an operator marks as paid.",
    ),
    Setting(
        "BANK_ACCOUNT",
        str,
        _per_environment(EXAMPLE_ACCOUNT, EXAMPLE_ACCOUNT, ""),
        "Where bank transfers go: name, IBAN and BIC in a line. Without one no transfer is offered.",
    ),
    Setting(
        "BANK_TRANSFER_DAYS", whole(1, 60), 7, "How long a bank transfer is waited for, with the stock held."
    ),
    Setting("HOLD_MINUTES", whole(1, 1440), 20, "How long stock is held for an order that is not yet paid."),
    Setting(
        "ORDER_SHIP_REMINDER_DAYS",
        whole(0, 60),
        0,
        "How long after the day that it promised a shop is reminded to send an order. This and the other "
        "periods of orders count for those that are placed from then on.",
    ),
    Setting(
        "ORDER_CANCEL_DAYS",
        whole(1, 365),
        7,
        "How long after that day an order of which nothing was sent is cancelled and refunded.",
    ),
    Setting(
        "ORDER_ARRIVAL_REMINDER_DAYS",
        whole(1, 365),
        12,
        "How long after the last parcel left its buyer is asked whether it has arrived.",
    ),
    Setting(
        "ORDER_DELIVERED_DAYS",
        whole(1, 365),
        14,
        "How long after the last parcel left an order counts as delivered.",
    ),
    Setting(
        "ORDER_COMPLETE_DAYS",
        whole(1, 365),
        14,
        "How long after its delivery an order is completed.",
    ),
    Setting("GUEST_CART_DAYS", whole(1, 365), 30, "How long a visitor's cart is kept after its last change."),
    Setting("CART_DAYS", whole(1, 730), 180, "How long a member's cart is kept after its last change."),
    Setting(
        "MESSAGE_MAIL_SECONDS",
        seconds,
        180.0,
        "How long after the last message somebody is mailed about those that they did not read, in seconds.",
    ),
    Setting(
        "REVIEW_DAYS",
        whole(1, 3650),
        180,
        "How long after its delivery something may be reviewed, and the review be edited.",
    ),
    Setting(
        "REPORTS_TO_HIDE",
        whole(0, 1000),
        3,
        "How many people have to report a listing or a review to hide it until a moderator decides; 0 never.",
    ),
    Setting("SESSION_IDLE_DAYS", whole(1, 365), 14, "A session ends when it is not used for this long."),
    Setting("SESSION_MAX_DAYS", whole(1, 365), 60, "A session ends this long after signing in, used or not."),
    Setting(
        "SESSION_MODERATOR_HOURS",
        whole(1, 168),
        12,
        "A moderator's session ends this long after signing in.",
    ),
    Setting(
        "SESSION_COOKIE_SECURE",
        flag,
        _per_environment(False, False, True),
        "Whether cookies travel over HTTPS only. Production refuses to go without.",
    ),
    Setting("TRUSTED_PROXIES", whole(0, 5), 0, "How many proxies in front set the X-Forwarded headers."),
    Setting(
        "API_LIMIT",
        whole(0, 100_000),
        _per_environment(0, 0, 600),
        "How many requests a minute the API answers somebody who is signed in or brings a token; 0 any.",
    ),
    Setting(
        "API_LIMIT_VISITORS",
        whole(0, 100_000),
        _per_environment(0, 0, 120),
        "How many requests a minute the API answers one address without an account; 0 any.",
    ),
    Setting(
        "API_LIMIT_SEARCHES",
        whole(0, 100_000),
        _per_environment(0, 0, 60),
        "How many of these may be searches; 0 any.",
    ),
    Setting(
        "MESSAGE_LIMIT",
        whole(0, 10_000),
        _per_environment(0, 0, 20),
        "How many messages a minute somebody may write; 0 any.",
    ),
    Setting(
        "CONVERSATION_LIMIT",
        whole(0, 10_000),
        _per_environment(0, 0, 20),
        "How many conversations an hour somebody may begin; 0 any.",
    ),
    Setting(
        "CONVERSATION_LIMIT_NEW",
        whole(1, 10_000),
        5,
        "How many of these in the first week of an account.",
    ),
    Setting("REQUEST_TIMEOUT", seconds, 1.5, "How long the database may take for one request, in seconds."),
    Setting("THREADS", whole(1, 1000), 8, "How many requests a process answers at once."),
    Setting("SLOW_MS", whole(0, 60_000), 100, "From how many milliseconds on a database command is logged."),
    Setting(
        "DRAIN_SECONDS",
        whole(0, 15),
        _per_environment(0, 0, 2),
        "How long a worker that was told to stop still serves, while `/health/ready` says it goes.",
    ),
    Setting(
        "FRESH_SECONDS",
        whole(0, 60),
        _per_environment(1, 0, 1),
        "How long a public page or list is answered again as it was, to visitors without a cookie; 0 never.",
    ),
    Setting(
        "HEALTH_TOKEN",
        token,
        "",
        "Opens `/health` to operators, as `Authorization: Bearer …`. Without one only development shows it.",
    ),
    Setting(
        "LEASE_SECONDS",
        seconds,
        30.0,
        "How long the lock of a command outlives its process, in seconds; the same everywhere.",
    ),
    Setting("LOG_LEVEL", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "The least that is logged."),
)
