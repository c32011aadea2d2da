"""`flask db-migrate`: bring the database up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click
from flask.cli import AppGroup
from pymongo.database import Database

from ...shared import connections
from ...shared.terminal import in_a_sentence
from .. import migrations

T = TypeVar("T")


@click.group("db-migrate", cls=AppGroup, invoke_without_command=True)
@click.pass_context
def db_migrate(context: click.Context) -> None:
    """Bring the database up to date; or show its `status`, or go `down` by one step."""
    if context.invoked_subcommand is None:
        context.invoke(up)


@db_migrate.command("up")
def up() -> None:
    """Apply every migration that is pending."""
    done = _or_fail(migrations.migrate)
    click.echo(f"{len(done)} applied." if done else "Nothing to do: the database is up to date.")


@db_migrate.command("status")
def status() -> None:
    """List every migration and when it was applied."""
    _or_fail(_list_migrations)


def _list_migrations(db: Database[dict[str, Any]], *, report: migrations.Report) -> None:
    records = migrations.applied(db)
    names = {migration.name: migration.title for migration in migrations.known()}
    for name in sorted(names.keys() | records.keys()):
        at: datetime | None = records[name]["applied_at"] if name in records else None
        state = f"{at:%Y-%m-%d %H:%M} UTC" if at else "pending"
        report(f"{name:<32} {state:<22} {names.get(name, 'its file is missing')}")


@db_migrate.command("down")
@click.confirmation_option(prompt="This undoes the latest migration and may delete data. Go on?")
def down() -> None:
    """Undo the latest migration."""
    name = _or_fail(migrations.revert)
    click.echo(f"{name} is undone." if name else "Nothing to undo.")


def _or_fail(run: Callable[..., T]) -> T:
    """What the command's work answers; its refusals end the command with their sentence."""
    try:
        with in_a_sentence():
            return run(connections.database(), report=click.echo)
    except migrations.MigrationError as error:
        raise click.ClickException(str(error)) from None
