"""Ordering at a terminal."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask.cli import with_appcontext

from ..shared.clock import now
from ..shared.terminal import in_a_sentence
from . import services
from .services.history import KINDS, Anomaly, FileMissing, HistoryCounts, Refusal, import_orders


@click.command("expire-unpaid")
@click.option("--limit", default=1000, show_default=True, help="The most purchases to end in one run.")
@with_appcontext
@in_a_sentence()
def expire_unpaid(limit: int) -> None:
    """End the purchases that nobody paid in time; run it every minute, for instance from cron."""
    ended = services.expire_unpaid(now(), limit=limit)
    for purchase_id in ended:
        click.echo(f"{purchase_id} was not paid in time")
    click.echo(f"{len(ended)} purchase{'' if len(ended) == 1 else 's'} ended.")


def _zone(_: Any, __: Any, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"{name} is no time zone. One is America/Sao_Paulo.") from None


@click.command("orders-import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=Path("orders-import.report.jsonl"),
    show_default=True,
    help="Where to write what is odd and what was refused, a JSON object a line.",
)
@click.option(
    "--time-zone", "zone", default="UTC", show_default=True, callback=_zone, help="Where times are local."
)
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
@with_appcontext
@in_a_sentence()
def orders_import(folder: Path, report: Path, zone: ZoneInfo, as_json: bool) -> None:
    """Bring in the orders of another marketplace as finished history.

    FOLDER holds orders, products and sellers as JSON Lines, packed with gzip or not. Sellers become closed
    shops, what they sold archived listings, and each order a purchase with an order for each seller. What is
    odd is reported by kind and line and kept as it is. Running again changes nothing; a run that was stopped
    is completed. Exits with 1 when a row was refused or a file breaks off.
    """
    started = time.monotonic()
    try:
        with ExitStack() as opened:
            file = opened.enter_context(_writable(report))
            bars = _Bars(folder, opened)
            counts = import_orders(
                folder,
                zone=zone,
                odd=lambda found: _write(file, "anomaly", found),
                refused=lambda found: _write(file, "refused", found),
                progress=bars.show,
            )
    except FileMissing as error:
        raise click.ClickException(str(error)) from None
    _tell(counts, report, time.monotonic() - started, as_json)
    if not counts.complete:
        raise click.ClickException("A file breaks off before its end. What was read before is kept.")
    if counts.refused:
        raise click.ClickException(f"{counts.refused} rows were refused. {report} says which and why.")


def _writable(path: Path) -> IO[str]:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None


def _write(file: IO[str], what: str, found: Anomaly | Refusal) -> None:
    file.write(json.dumps({"what": what} | asdict(found)) + "\n")


def _tell(counts: HistoryCounts, report: Path, seconds: float, as_json: bool) -> None:
    if as_json:
        data = asdict(counts) | {"report": str(report), "seconds": round(seconds, 1)}
        click.echo(json.dumps(data | {"anomalies": dict(sorted(counts.anomalies.items()))}, indent=2))
        return
    click.echo(
        f"{counts.imported} imported as {counts.orders_made} orders of {counts.shops_made} new shops, "
        f"{counts.unchanged} unchanged, {counts.refused} refused in {seconds:.1f} seconds."
    )
    click.echo(
        f"Where payments are known, {counts.paid} was paid for what cost {counts.cost} "
        f"({counts.currency}, minor units); {counts.differing} purchases differ."
    )
    for kind, number in sorted(counts.anomalies.items()):
        click.echo(f"{number:>8}  {kind}: {KINDS[kind]}")
    click.echo(f"All of them, by line: {report}")


class _Bars:
    """A progress bar for each file, one after the other, on the standard error."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder, self._opened = folder, opened
        self._name = ""
        self._bar: Any = None

    def show(self, name: str, position: int, counts: HistoryCounts) -> None:
        """Move the bar of this file on."""
        if name != self._name:
            self._name, self._bar = name, self._next(name)
        self._bar.update(max(0, position - self._bar.pos), counts)

    def _next(self, name: str) -> Any:
        size = next(path.stat().st_size for path in self._folder.glob(f"{name}.jsonl*"))
        bar: Any = click.progressbar(
            length=size,
            label=f"Importing {name}",
            item_show_func=lambda counts: f"{getattr(counts, _ROWS[name])} rows" if counts else "",
            file=sys.stderr,
        )
        return self._opened.enter_context(bar)


_ROWS = {"sellers": "sellers", "products": "products", "orders": "rows"}
