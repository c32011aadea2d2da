"""Commands about people, for whoever runs the marketplace."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from ..shared.terminal import in_a_sentence
from . import services
from .values import Role

users = AppGroup("users", help="Look after accounts.")


@users.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@in_a_sentence()
def grant(email: str, role: str) -> None:
    """Give the account with this e-mail a role, such as moderator."""
    user = services.grant(email=email, role=Role(role))
    click.echo(f"{user.email} is a {role} now.")
