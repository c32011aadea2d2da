"""Accounts: who is who. People with an account, and the shops that they open.

Other contexts use `services` (users and shops by id or slug, `own_shop` at the start of every seller's
route, `require` for what a shop's state allows, `audit`, `hold` for what they keep of people who may leave,
`shop_status_changed`), `values` and `errors`.
"""

from bson import ObjectId
from flask import Flask

from ..shared import access, checks, destination
from ..shared.api import JsonApi


def init_app(app: Flask, json_api: JsonApi) -> None:
    """Register the pages, the API, the commands and the invariants of accounts; say who may do what."""
    from . import (
        api,
        background,  # noqa: F401 - it declares its deliveries
        cli,
        errors,
        invariants,
        pages,
        services,
    )

    app.register_blueprint(pages.blueprint)
    json_api.register_blueprint(api.blueprint)
    app.cli.add_command(cli.users)
    checks.register(*invariants.INVARIANTS)
    app.context_processor(pages.who_is_here)
    destination.know_members(app, pages.destination.members_country)
    directory = access.Directory(roles=_roles, owns=services.owns, bearer=services.bearer)
    access.fill_in(app, directory, missing_shop=errors.ShopNotFound)


def _roles(user_id: ObjectId) -> frozenset[str]:
    """The roles of who is asking; the same look at the user serves the header of the page."""
    from . import pages

    visitor = pages.visitor(user_id)
    return frozenset(visitor.roles) if visitor and visitor.is_active else frozenset()
