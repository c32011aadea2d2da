"""The composition root: the only module that knows every part of the marketplace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask

from marketplace import accounts, catalog, config, messaging, moderation, operations, ordering
from marketplace.shared import (
    access,
    api,
    api_security,
    connections,
    formats,
    frame,
    freshness,
    http,
    idempotency,
    identity,
    mail,
    notices,
    problems,
    quotas,
    sessions,
)
from marketplace.shared.connections.options import Profile
from marketplace.shared.json import QuickJson


def instance_folder() -> Path:
    """Where this installation keeps what is its own: local settings, and the data of embedded servers."""
    return Path(_empty_app().instance_path)


def read_settings() -> dict[str, Any]:
    """What the environment and `instance/settings.toml` say; raises ConfigurationError."""
    return config.load(os.environ, instance_folder() / "settings.toml")


def create_app(
    settings: dict[str, Any] | None = None,
    *,
    mongo_class: Any = connections.Client,
    redis_client: Any = None,
    profile: Profile = "command",
) -> Flask:
    """The application, with nothing connected yet.

    `settings` override what the environment and `instance/settings.toml` say. Tests hand in a client
    class and a Redis client of their own. `profile` is "web" where requests are answered. Raises
    ConfigurationError when a setting cannot be used.
    """
    app = _empty_app()
    app.config |= read_settings() | (settings or {})
    app.config["TESTING"] = app.config["ENV"] == config.Environment.TESTING

    connections.init_app(
        app,
        locate=operations.servers_of(app),
        mongo_class=mongo_class,
        redis_client=redis_client,
        profile=profile,
    )
    for part in (
        freshness,
        http,
        sessions,
        operations,
        identity,
        idempotency,
        quotas,
        access,
        notices,
        formats,
        frame,
        mail,
        problems,
    ):
        part.init_app(app)
    json_api = api.init_app(app)
    for context in (accounts, catalog, ordering, messaging, moderation):
        context.init_app(app, json_api)
    app.context_processor(lambda: {"marketplace_name": app.config["NAME"]})
    access.check_declared(app)
    api_security.describe(app, json_api.spec)
    return app


def _empty_app() -> Flask:
    app = http.Synchronous("marketplace", instance_relative_config=True)
    app.json = QuickJson(app)
    return app
