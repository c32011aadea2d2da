"""`flask docs`: the documents that are made from the code."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

#: Where the page on the model lies, from the folder of the project.
MODEL = Path("docs") / "model.md"


@click.group("docs")
def docs() -> None:
    """Make the documents that follow from the code."""


@docs.command("model")
@click.option("--check", is_flag=True, help="Write nothing; fail when the page is stale.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), default=MODEL, show_default=True)
@with_appcontext
def model(*, check: bool, to: Path) -> None:
    """Write the page on the data model: contexts, diagrams, invariants, indexes and shard keys."""
    from ..model import page  # reads the source, which nothing else here needs

    made = page()
    stands = to.read_text(encoding="utf-8") if to.exists() else ""
    if made == stands:
        click.echo(f"{to} is up to date.")
    elif check:
        raise click.ClickException(f"{to} is stale. Run: flask docs model")
    else:
        to.write_text(made, encoding="utf-8")
        click.echo(f"{to} is written.")
