"""Messaging: buyers and shops talk, about products, orders, or each other's questions.

Read `documents` first: what a conversation protects. Others use `services`, `values` and `errors`.
"""

from flask import Flask

from ..shared import checks
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the API, the deliveries and the invariants of messaging."""
    from . import (
        api,
        background,  # noqa: F401 - it declares its deliveries
        invariants,
    )

    json_api.register_blueprint(api.blueprint)
    checks.register(*invariants.INVARIANTS)
