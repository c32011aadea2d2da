"""Ordering: carts, checkout, purchases with an order for each shop, and payments.

Other contexts use `services`, `values` (the states of an order) and `errors`. Read `process` first: it
is the table of everything that may happen to an order.
"""

from flask import Flask

from ..accounts import services as accounts
from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the commands, the deliveries and the invariants of ordering."""
    from ..catalog.services.pictures import named_by as keep_pictures_named_by
    from . import (
        api,
        background,  # noqa: F401 - it declares its deliveries
        cli,
        invariants,
        pages,
        repositories,
        services,
        visitors,
        webhooks,
    )

    keep_pictures_named_by(repositories.orders.picturing)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(webhooks.blueprint)
    json_api.register_blueprint(api.blueprint)
    app.cli.add_command(cli.expire_unpaid)
    app.cli.add_command(cli.orders_import)
    checks.register(*invariants.INVARIANTS)
    accounts.hold("orders", obligations=services.obligations, scrub=services.forget_buyer)
    visitors.init_app(app)
    accounts.before_closing("orders", services.unsettled_orders)
    accounts.count_for("shop", "Orders", repositories.orders.count_of_shop)
    accounts.count_for("user", "Orders", repositories.orders.count_of_buyer)
