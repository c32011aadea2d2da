"""`flask servers`: the embedded MongoDB and Redis as a person at a terminal sees them."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from .. import embedded


def directory_of(app: Flask) -> Path:
    """Return where the application keeps its embedded servers."""
    return Path(app.instance_path) / "servers"


@click.group("servers", cls=AppGroup, invoke_without_command=True)
@click.pass_context
@with_appcontext
def servers(context: click.Context) -> None:
    """List the embedded servers, or stop them."""
    if context.invoked_subcommand is None:
        list_servers()


def list_servers() -> None:
    """Print a line for each embedded server that runs."""
    found = embedded.running(directory_of(current_app))
    if not found:
        click.echo("No embedded server runs here. They start with whatever needs them first.")
        return
    click.echo(f"{'SERVER':<8}{'VERSION':<10}{'PID':<9}{'UP':<10}{'MEMORY':<9}ADDRESS")
    for server in found:
        memory = f"{server.rss / 2**20:.0f} MiB"
        columns = (
            f"{server.name:<8}{server.version:<10}{server.pid:<9}{duration(server.uptime):<10}{memory:<9}"
        )
        click.echo(columns + server.address)


@servers.command("stop")
def stop_servers() -> None:
    """Stop the embedded servers. Their data stays; whatever needs them next starts them again."""
    try:
        stopped = embedded.stop(directory_of(current_app))
    except embedded.EmbeddedServersFailed as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo("The embedded servers are stopped." if stopped else "No embedded server ran here.")


def duration(seconds: float) -> str:
    """Return a length of time in its largest two units, such as `2 h 5 m`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} m"
    return f"{minutes} m {rest} s" if minutes else f"{rest} s"
