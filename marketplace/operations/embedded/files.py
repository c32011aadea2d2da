"""The small files of a stack: JSON that is never seen half-written, and logs that do not grow for ever."""

import json
import os
from pathlib import Path
from typing import Any

LARGEST_LOG = 5_000_000  #: bytes; a longer log is set aside when its server starts


def read_json(path: Path) -> dict[str, Any] | None:
    """Return what the file says, or None when it is missing or is not JSON."""
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return None


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace the file in one step; only its owner may read it."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    fresh.replace(path)


def trim_log(path: Path) -> None:
    """Set a long log aside as `….old`, in place of the one that was there."""
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".old"))


def last_lines(path: Path, count: int = 40) -> list[str]:
    """Return the end of a log, oldest line first; nothing when there is no log."""
    if not path.exists():
        return []
    return path.read_text(errors="replace").splitlines()[-count:]
