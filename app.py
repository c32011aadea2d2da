"""The composition root: the only module that knows every part of the marketplace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pymongo
from flask import Flask

from marketplace import accounts, catalog, config, operations, ordering
from marketplace.shared import api, connections, formats, http, identity, mail, notices, problems, sessions


def create_app(
    settings: dict[str, Any] | None = None,
    *,
    mongo_class: Any = pymongo.MongoClient,
    redis_client: Any = None,
) -> Flask:
    """The application, with nothing connected yet.

    `settings` override what the environment and `instance/settings.toml` say. Tests hand in a client
    class and a Redis client of their own. Raises ConfigurationError when a setting cannot be used.
    """
    app = Flask("marketplace", instance_relative_config=True)
    app.config |= config.load(os.environ, Path(app.instance_path) / "settings.toml") | (settings or {})
    app.config["TESTING"] = app.config["ENV"] == config.Environment.TESTING

    connections.init_app(
        app, locate=operations.servers_of(app), mongo_class=mongo_class, redis_client=redis_client
    )
    for part in (http, sessions, operations, identity, notices, formats, mail, problems):
        part.init_app(app)
    json_api = api.init_app(app)
    for context in (accounts, catalog, ordering):
        context.init_app(app, json_api)
    app.context_processor(lambda: {"marketplace_name": app.config["NAME"]})
    return app
