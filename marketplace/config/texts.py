"""How the texts of settings are read; each refusal (ValueError) says what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import list_currencies
from pymongo.errors import ConfigurationError as MalformedAddress
from pymongo.uri_parser import parse_uri

from ..shared.redaction import Secret


def flag(text: str) -> bool:
    """Yes or no, in one of their words."""
    lowered = text.strip().lower()
    if lowered not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ValueError("true or false")
    return lowered in ("1", "true", "yes", "on")


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers between these two, both allowed."""

    def read(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def mongodb_uri(text: str) -> str:
    """Check the form alone, without looking up hosts."""
    try:
        parse_uri(re.sub(r"^mongodb\+srv:", "mongodb:", text))
    except (MalformedAddress, ValueError):
        raise ValueError(
            "an address such as mongodb://host/?replicaSet=rs0, where special characters of the password "
            "are written as %XX"
        ) from None
    return Secret(text)


def redis_url(text: str) -> str:
    """The address of a Redis."""
    if not re.match(r"(rediss?|unix)://", text):
        raise ValueError("an address such as redis://host:6379/0")
    return Secret(text)


def base_url(text: str) -> str:
    """Where people reach the site, without a slash at the end."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError("an address such as https://shop.example.com")
    return text.rstrip("/")


def smtp_url(text: str) -> str:
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


def mail_address(text: str) -> str:
    """An address that mail can come from, with or without a name."""
    name, address = parseaddr(text)
    try:
        usable = "." in Address(name, addr_spec=address).domain or address.endswith("@localhost")
    except (ValueError, LookupError, MessageError):
        usable = False
    if not usable:
        raise ValueError("an e-mail address such as shop@example.com or Shop <shop@example.com>")
    return text


def seconds(text: str) -> float:
    """Seconds, with decimals."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0.1 <= value <= 60:
        raise ValueError("seconds from 0.1 to 60")
    return value


def token(text: str) -> str:
    """A secret of our own."""
    if not re.fullmatch(r"[\x21-\x7e]{16,}", text):
        raise ValueError("a random text of 16 characters or more, without spaces")
    return Secret(text)


def currency(text: str) -> str:
    """A currency of ISO 4217."""
    if text not in list_currencies():
        raise ValueError("three letters of ISO 4217, such as USD")
    return text


def media_store(text: str) -> str:
    """Where pictures are kept: the database, or a folder."""
    if text != "gridfs" and not (text.startswith("/") and "\0" not in text):
        raise ValueError("gridfs, or the whole path of a folder such as /srv/marketplace/pictures")
    return text


def locale(text: str) -> str:
    """A locale that Babel knows."""
    try:
        Locale.parse(text)
    except (UnknownLocaleError, ValueError):
        raise ValueError("a locale such as en_US") from None
    return text


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(" or ".join(choices))
        return text

    return read


def some_of(*choices: str) -> Callable[[str], str]:
    """A reader of one or more of these words, parted by commas."""

    def read(text: str) -> str:
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words or not set(words) <= set(choices):
            raise ValueError(f"some of {', '.join(choices)}, parted by commas")
        return ",".join(dict.fromkeys(words))

    return read
