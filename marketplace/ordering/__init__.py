"""Ordering: carts, checkout, purchases with an order for each shop, and payments.

Other contexts use `services`, `values` (the states of an order) and `errors`. Read `process` first: it
is the table of everything that may happen to an order.
"""

from flask import Flask

from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the commands, the deliveries and the invariants of ordering."""
    from ..catalog.services.pictures import named_by as keep_pictures_named_by
    from . import api, background, cli, invariants, pages, repositories, visitors  # noqa: F401 - `background` declares

    keep_pictures_named_by(repositories.orders.picturing)
    app.register_blueprint(pages.blueprint)
    json_api.register_blueprint(api.blueprint)
    app.cli.add_command(cli.expire_unpaid)
    checks.register(*invariants.INVARIANTS)
    visitors.init_app(app)
