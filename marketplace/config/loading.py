"""Where the values of settings come from, and what production demands of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from .settings import DEVELOPMENT_SECRET, PREFIX, SETTINGS, Environment, Setting


class ConfigurationError(click.ClickException):
    """The settings do not let the application start; the sentence says which one to set, and to what.

    At a terminal the `flask` command prints the sentence alone.
    """


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
