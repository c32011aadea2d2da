"""The commands of operations: `flask db-migrate`, `flask seed`, `flask servers`."""

from __future__ import annotations

from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup

from ..shared import connections
from . import migrations, seeding
from .cli_servers import servers

db_migrate = AppGroup(
    "db-migrate",
    invoke_without_command=True,
    help="Bring the database up to date (or `status`, or `down` to undo the latest step).",
)


@db_migrate.command("up")
def up() -> None:
    """Apply every migration that is pending."""
    done = _or_fail(migrations.migrate)
    click.echo(f"{len(done)} applied." if done else "Nothing to do: the database is up to date.")


@db_migrate.command("status")
def status() -> None:
    """List every migration and when it was applied."""
    records = migrations.applied(connections.database())
    names = {migration.name: migration.title for migration in migrations.known()}
    for name in sorted(names.keys() | records.keys()):
        at: datetime | None = records[name]["applied_at"] if name in records else None
        state = f"{at:%Y-%m-%d %H:%M} UTC" if at else "pending"
        click.echo(f"{name:<32} {state:<22} {names.get(name, 'its file is missing')}")


@db_migrate.command("down")
@click.confirmation_option(prompt="This undoes the latest migration and may delete data. Go on?")
def down() -> None:
    """Undo the latest migration."""
    name = _or_fail(migrations.revert)
    click.echo(f"{name} is undone." if name else "Nothing to undo.")


@db_migrate.result_callback()
@click.pass_context
def _finished(context: click.Context, *_: object) -> None:
    """Click calls this after the sub-command; without one the database is brought up to date."""
    if context.invoked_subcommand is None:
        context.invoke(up)


def _or_fail(run):  # type: ignore[no-untyped-def]
    try:
        return run(connections.database(), report=click.echo)
    except migrations.MigrationError as error:
        raise click.ClickException(str(error)) from None


@click.command("seed")
@click.option("--when-empty", is_flag=True, help="Do nothing when there are products already.")
def seed(when_empty: bool) -> None:
    """Load the sample shops, products, people and orders; running it again changes nothing."""
    _ = when_empty


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(db_migrate)
    app.cli.add_command(seed)
    app.cli.add_command(servers)
