"""The catalog: what is for sale. Categories, products with their variants, stock, and search.

Other contexts use `services` (`offers` for what a variant costs now, `stock` for holding, allocating and
shipping pieces, `reviews` for what was bought and delivered, `pictures.named_by` for keeping pictures that
they name), `values` and `errors`.
"""

from flask import Flask

from ..accounts import services as accounts
from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the commands, what the worker does, and the invariants of the catalog."""
    from . import (
        api,
        background,  # noqa: F401 - it declares what the worker does
        cli,
        invariants,
        pages,
        repositories,
        services,
    )

    app.register_blueprint(pages.blueprint)
    json_api.register_blueprint(api.blueprint)
    json_api.register_blueprint(api.seller_blueprint)
    json_api.register_blueprint(api.seller_stock_blueprint)
    json_api.register_blueprint(api.review_blueprint)
    json_api.register_blueprint(api.seller_review_blueprint)
    json_api.register_blueprint(api.admin_blueprint)
    app.cli.add_command(cli.catalog_import)
    app.cli.add_command(cli.search_rebuild)
    app.cli.add_command(cli.stock_verify)
    app.cli.add_command(cli.catalog)
    app.cli.add_command(cli.ratings_verify)
    app.cli.add_command(cli.catalog_follow)
    checks.register(*invariants.INVARIANTS)
    app.context_processor(pages.navigation)
    app.jinja_env.globals["drawn_cards"] = pages.drawn_cards
    services.follow_shops()
    services.follow_profiles()
    accounts.count_for("shop", "Listings", repositories.products.count_of_shop)
