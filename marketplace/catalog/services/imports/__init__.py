"""Bringing a catalogue in from JSON Lines, row by row, through the aggregate's own rules.

A row is one product with one variant; its `source` decides the shop, its `id` makes it the same product
at the next run. Rows are written in batches, each in one transaction, so a run that was killed left whole
products behind, and running again completes it. What a row said is remembered as a hash: a row that says
the same again costs nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from bson import ObjectId

from .rows import Refusal, lines_of
from .run import BATCH, ImportCounts, Run
from .shops import Shops

__all__ = ["ImportCounts", "Refusal", "import_catalogue", "lines_of"]


def import_catalogue(
    lines: Iterable[bytes],
    *,
    owner_id: ObjectId | None = None,
    refused: Callable[[Refusal], None] = lambda _: None,
    progress: Callable[[ImportCounts], None] = lambda _: None,
) -> ImportCounts:
    """Take every row that can be taken, and answer how many there were of each kind.

    Shops that are missing are opened for `owner_id`, or for a new seller's account that nobody can sign
    in to; they take the currency of their first row. One that somebody else opened is not filled. `refused`
    hears of each row that is not taken, `progress` of every 500 lines. A file that breaks off is reported
    like a row; what was read before it is kept, and `complete` is False.
    """
    run = Run(Shops(owner_id), refused)
    numbered = enumerate(lines, start=1)
    number = 0
    while True:
        try:
            number, line = next(numbered)
        except StopIteration:
            break
        except (OSError, EOFError, zlib.error) as error:
            run.refuse(Refusal(number + 1, None, None, f"The file breaks off here: {error}."))
            run.counts.complete = False
            break
        if line.strip():
            run.take(number, line)
        if number % BATCH == 0:
            progress(run.counts)
    run.finish()
    return run.counts
