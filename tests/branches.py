"""Fail when fewer branches are covered than asked for: `python -m tests.branches coverage.json 90`.

The percentage that coverage.py fails under mixes lines and branches; this one is of branches alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(report: str, least: str) -> None:
    """Compare the totals of a JSON report with the least percentage."""
    totals = json.loads(Path(report).read_text(encoding="utf-8"))["totals"]
    percent = 100 * totals["covered_branches"] / totals["num_branches"]
    line = f"Branches covered: {percent:.2f} % ({totals['covered_branches']} of {totals['num_branches']})"
    if percent < float(least):
        sys.exit(f"{line}, fewer than {least} %.")
    print(line)  # noqa: T201 - the answer of the command


if __name__ == "__main__":
    main(*sys.argv[1:])
