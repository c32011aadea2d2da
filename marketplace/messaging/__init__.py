"""Messaging: buyers and shops talk, about products, orders, or each other's questions.

Read `documents` first: what a conversation protects. Others use `services`, `values` and `errors`.
"""

from flask import Flask

from ..accounts import services as accounts
from ..ordering import services as ordering
from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the deliveries and the invariants of messaging."""
    from ..catalog.services.pictures import named_by as keep_files_named_by
    from . import (
        api,
        background,  # noqa: F401 - it declares its deliveries and timers
        invariants,
        pages,
        repositories,
        services,
    )

    app.register_blueprint(pages.blueprint)
    app.context_processor(pages.header.of_this_page)
    ordering.show_with_orders("messages", pages.order_panel.draw)
    json_api.register_blueprint(api.blueprint)
    checks.register(*invariants.INVARIANTS)
    keep_files_named_by(repositories.messages.attaching)
    accounts.hold("messages", scrub=services.forget_person)
    ordering.follow_orders("messages", services.follow_order)
