"""Commands about people, for whoever runs the marketplace."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from ..shared.schemas import Email
from ..shared.terminal import in_a_sentence
from . import services
from .values import Role

users = AppGroup("users", help="Look after accounts.")

_role = click.argument("role", type=click.Choice([role.value for role in Role]))


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What others call them.")
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for unless given."
)
@in_a_sentence()
def add(email: str, name: str, password: str) -> None:
    """Open an account whose e-mail address counts as confirmed."""
    try:
        address = Email().deserialize(email)
    except ValidationError as error:
        raise click.ClickException(str(error.messages[0])) from None
    user = services.register(email=address, password=password, display_name=name)
    click.echo(f"{user.email} can sign in now.")


@users.command("verify")
@click.argument("email")
@in_a_sentence()
def verify(email: str) -> None:
    """Confirm an account's e-mail address, or open one that waits to be confirmed, where no mail arrives."""
    user = services.vouch_for(email=email)
    click.echo(f"The address {user.email} is confirmed now.")


@users.command("lock")
@click.argument("email")
@in_a_sentence()
def lock(email: str) -> None:
    """Keep everybody from signing in to an account, and end its sessions."""
    user = services.lock_account(user_id=services.user_with_email(email).id)
    click.echo(f"{user.email} is locked, and signed out everywhere.")


@users.command("unlock")
@click.argument("email")
@in_a_sentence()
def unlock(email: str) -> None:
    """Let an account's person sign in again."""
    user = services.unlock_account(user_id=services.user_with_email(email).id)
    click.echo(f"{user.email} can sign in again.")


@users.command("grant")
@click.argument("email")
@_role
@in_a_sentence()
def grant(email: str, role: str) -> None:
    """Give the account with this e-mail a role: support sees, moderator decides, admin gives roles."""
    user = services.grant(email=email, role=Role(role))
    click.echo(f"{user.email} is {_named(role)} now.")


@users.command("revoke")
@click.argument("email")
@_role
@in_a_sentence()
def revoke(email: str, role: str) -> None:
    """Take a role away; there is always an admin left, once there is one."""
    user = services.revoke(email=email, role=Role(role))
    click.echo(f"{user.email} is not {_named(role)} any more.")


def _named(role: str) -> str:
    return {"support": "support", "admin": "an admin"}.get(role, f"a {role}")
