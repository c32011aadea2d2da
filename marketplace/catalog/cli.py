"""Commands of the catalog, for whoever runs the marketplace."""

from __future__ import annotations

import gzip
import json
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import with_appcontext

from ..accounts import services as accounts
from ..shared.terminal import in_a_sentence
from . import services
from .services.imports import ImportCounts, Refusal, lines_of

GZIP = b"\x1f\x8b"


@click.command("catalog-import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write the refused rows. Default: FILE's name with .errors.jsonl, in this folder.",
)
@click.option(
    "--owner", help="The e-mail of the account whose shops are opened or filled. Default: the import's own."
)
@with_appcontext
@in_a_sentence()
def catalog_import(file: Path, errors: Path | None, owner: str | None) -> None:
    """Bring in the products of FILE, JSON Lines as they are or packed with gzip.

    Each line is a product: id, source, title, price {amount_minor, currency}, and optionally brand,
    description, category_path, list_price, specs [{name, type, value}] and released_at. Products go to
    the shop of their source, which is opened when it is missing; one that somebody else opened is not
    filled. Running again changes nothing that is up to date; a run that was stopped is completed. Refused
    lines are written to a file, each with its number, field and reason.
    """
    started = time.monotonic()
    refusals = _RefusalFile(
        errors or Path(f"{file.name.split('.')[0]}.errors.jsonl"), fresh=errors is not None
    )
    with ExitStack() as opened:
        raw = opened.enter_context(file.open("rb"))
        opened.callback(refusals.close)
        bar = opened.enter_context(_progress_bar(file))

        def progress(counts: ImportCounts) -> None:
            bar.update(raw.tell() - bar.pos, counts)

        counts = services.import_catalogue(
            lines_of(_unpacked(raw, opened)),
            owner_id=_owner(owner),
            refused=refusals.write,
            progress=progress,
        )
    if counts.created or counts.updated:
        services.rebuild_dictionary()
    seconds = time.monotonic() - started
    click.echo(
        f"{counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged, "
        f"{counts.refused} refused in {seconds:.1f} seconds."
    )
    if counts.typed or counts.untyped:
        click.echo(
            f"{counts.typed:,} facts were understood as attributes; {counts.untyped:,} have the name of "
            "one and were kept as they are."
        )
    if counts.refused:
        click.echo(f"What was refused and why: {refusals.path}", err=True)
    if not counts.complete:
        raise click.ClickException(f"{file.name} breaks off before its end. What was read before is kept.")


@click.command("search-rebuild")
@click.option("--products", is_flag=True, help="First work out anew what each product is found by.")
@with_appcontext
@in_a_sentence()
def search_rebuild(products: bool) -> None:
    """Make the search's dictionary anew from the catalogue: what it corrects to, suggests and counts.

    The worker does it every day, and an import when it is done. With --products also what is stored of each
    product for the search, which every save writes: only needed after a new version weighs words anew.
    """
    started = time.monotonic()
    if products:
        click.echo(f"{services.rewrite_search():,} products are found by something else than before.")
    entries = services.rebuild_dictionary()
    click.echo(f"The dictionary has {entries:,} entries, after {time.monotonic() - started:.1f} seconds.")


@click.command("stock-verify")
@with_appcontext
@in_a_sentence()
def stock_verify() -> None:
    """Check that the numbers of every variant's stock add up."""
    found = services.stock.verify()
    for violation in found:
        click.echo(f"{violation.variant_id}: {violation.reason}")
    if found:
        raise click.ClickException(f"{len(found)} variants have wrong numbers.")
    click.echo("The stock of every variant adds up.")


@click.group("catalog")
def catalog() -> None:
    """Look after the catalogue."""


@catalog.command("rebuild-tree")
@with_appcontext
@in_a_sentence()
def rebuild_tree() -> None:
    """Put right all that derives from the tree of categories and from the attributes.

    Says what it changed, and may run while people buy.
    """
    changes = 0
    for changes, line in enumerate(services.rebuild_tree(), start=1):  # noqa: B007 - counted
        click.echo(line)
    click.echo(f"{changes} things were put right." if changes else "Everything follows from the tree.")


@click.command("ratings-verify")
@click.option("--mend", is_flag=True, help="Count the wrong ones anew.")
@with_appcontext
@in_a_sentence()
def ratings_verify(mend: bool) -> None:
    """Check that the rating of every product is that of its published reviews."""
    if mend:
        click.echo(f"{services.reviews.mend_ratings()} ratings were counted anew.")
        return
    wrong = 0
    for found in services.reviews.miscounted_ratings():
        wrong += 1
        click.echo(f"{found.product_id}: {found.sentence}")
    if wrong:
        raise click.ClickException(f"{wrong} products have a wrong rating. Mend them with --mend.")
    click.echo("The rating of every product is that of its reviews.")


@click.command("catalog-follow")
@with_appcontext
@in_a_sentence()
def catalog_follow() -> None:
    """Bring every product's place in the lists in line with its stock, its stars and its category.

    The worker does the same, a few thousand products a minute.
    """
    mean = services.refresh_mean()
    changed = services.follow_all()
    click.echo(f"{changed} products were brought in line; stars are ranked around a mean of {mean:g}.")


class _RefusalFile:
    """The refused rows as JSON Lines; without a row there is no file, unless one was asked for."""

    def __init__(self, path: Path, *, fresh: bool) -> None:
        self.path = path
        self._file: IO[str] | None = self._open() if fresh else None

    def write(self, refusal: Refusal) -> None:
        """Add a row."""
        if self._file is None:
            self._file = self._open()
        self._file.write(json.dumps(asdict(refusal)) + "\n")

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None:
            self._file.close()

    def _open(self) -> IO[str]:
        try:
            return self.path.open("w", encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{self.path} cannot be written: {error.strerror}.") from None


def _progress_bar(file: Path) -> Any:
    return click.progressbar(
        length=file.stat().st_size,
        label=f"Importing {file.name}",
        item_show_func=lambda counts: f"{counts.rows} rows" if counts else "",
        file=sys.stderr,
    )


def _unpacked(raw: IO[bytes], opened: ExitStack) -> Any:
    packed = raw.read(2) == GZIP
    raw.seek(0)
    return opened.enter_context(gzip.open(raw)) if packed else raw


def _owner(email: str | None) -> Any:
    return None if email is None else accounts.user_with_email(email).id
