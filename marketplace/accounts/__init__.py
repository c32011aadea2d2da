"""Accounts: who is who. People with an account, and the shops that they open.

Other contexts use `services` (users and shops by id or slug, `own_shop` at the start of every seller's
route, `shop_status_changed`, `hold` for what they keep of people who may leave), `values` and `errors`.
"""

from flask import Flask

from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the commands and the invariants of accounts."""
    from . import api, background, cli, invariants, pages  # noqa: F401 - `background` declares

    app.register_blueprint(pages.blueprint)
    json_api.register_blueprint(api.blueprint)
    app.cli.add_command(cli.users)
    checks.register(*invariants.INVARIANTS)
    app.context_processor(pages.who_is_here)
