"""Bringing in the orders of another marketplace as finished history.

Sellers become closed shops, what they sold archived listings, and each row a purchase with an order for each
seller. What is odd about a row is reported and stored as it is. Nothing of it is live: there is no stock, no
mail, no timer, and nobody can take a step of an imported order. Rows are written in batches, each in one
transaction, and are known again by their id: a run that was killed is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path

from ....shared.outbox import silent
from .anomalies import KINDS, Anomaly
from .rows import FileMissing
from .run import HistoryCounts, Refusal, Run

__all__ = ["KINDS", "Anomaly", "FileMissing", "HistoryCounts", "Refusal", "import_orders"]


def import_orders(
    folder: Path,
    *,
    zone: tzinfo = UTC,
    odd: Callable[[Anomaly], None] = lambda _: None,
    refused: Callable[[Refusal], None] = lambda _: None,
    progress: Callable[[str, int, HistoryCounts], None] = lambda *_: None,
) -> HistoryCounts:
    """Take every order that can be taken from the folder's three files, and answer what became of them.

    Times without a zone are in `zone`. `odd` hears of each anomaly, `refused` of each row that is not taken,
    `progress` of every 200 lines: the file, its bytes read so far, and the counts. A file that breaks off
    ends the run; what was read before it is kept, and `complete` is False. Raises FileMissing, and Conflict
    when another import writes the same orders all the time.
    """
    with silent():
        return Run(folder, zone, odd, refused, progress).run()
