"""Moderation: people report what breaks the rules, and moderators decide about it.

Read `process` first: it is the table of what moderators can do with what was reported. Other contexts use
`services`, `values` and `errors`.
"""

from flask import Flask

from ..accounts import services as accounts
from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the deliveries and the invariants of moderation."""
    from . import (
        api,
        background,  # noqa: F401 - it declares its deliveries
        invariants,
        pages,
        repositories,
        services,
    )

    app.register_blueprint(pages.blueprint)
    json_api.register_blueprint(api.blueprint)
    json_api.register_blueprint(api.admin_blueprint)
    app.context_processor(lambda: {"reports_to_decide": repositories.subjects.count_open})
    checks.register(*invariants.INVARIANTS)
    accounts.hold("reports", scrub=services.forget_person)
    accounts.count_for("shop", "Reported", repositories.subjects.count_of_shop)
    accounts.count_for("user", "Reported", repositories.subjects.count_of_owner)
