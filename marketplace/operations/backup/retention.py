"""Which backups to keep: `7d,4w` is the newest of each of seven days and of each of four weeks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import manifest, names
from .dump import locked
from .errors import Damaged

Report = Callable[[str], None]

#: What tells two backups apart that a rule counts apart.
_PERIODS: dict[str, str] = {"h": "%Y-%m-%d %H", "d": "%Y-%m-%d", "w": "%G-%V", "m": "%Y-%m", "y": "%Y"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole backup: its folder and when it was made."""

    folder: Path
    at: datetime


def rules(text: str) -> dict[str, int]:
    """The number to keep for each period in `7d,4w`; raises ValueError with a sentence."""
    found: dict[str, int] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,4})([hdwmy])\s*", part)
        if not match or int(match[1]) == 0:
            raise ValueError(
                f"“{part.strip()}” is no rule. Write numbers with h, d, w, m or y, such as 7d,4w for the "
                "newest backup of each of 7 days and 4 weeks."
            )
        found[match[2]] = int(match[1])
    return found


def to_delete(backups: list[Kept], keep: dict[str, int]) -> list[Kept]:
    """The backups that no rule keeps, newest first; the newest is always kept."""
    newest_first = sorted(backups, key=lambda one: one.at, reverse=True)
    kept = set(newest_first[:1])
    for period, number in keep.items():
        seen: dict[str, Kept] = {}
        for one in newest_first:
            seen.setdefault(one.at.strftime(_PERIODS[period]), one)
        kept |= set(list(seen.values())[:number])
    return [one for one in newest_first if one not in kept]


def of_database(parent: Path, database: str) -> list[Kept]:
    """The whole backups of a database in a folder: recognised by their manifests, with nothing added."""
    found = []
    for folder in sorted(parent.iterdir()):
        if folder.is_symlink() or not folder.is_dir() or folder.name.endswith(names.PARTIAL):
            continue
        try:
            made = manifest.read(folder)
        except (Damaged, OSError):
            continue
        if not made or made["database"] != database:
            continue
        if {path.name for path in folder.iterdir()} == {names.MANIFEST, *made["files"]}:
            found.append(Kept(folder, datetime.fromisoformat(made["created_at"])))
    return found


def prune(made: Path, database: str, keep: dict[str, int]) -> list[Path]:
    """Delete the backups beside the one just made that no rule keeps, and answer their folders.

    The one just made stays even if the clock was set back. Each is renamed to `….partial` first, so that one
    deleted by half never looks whole.
    """
    deleted = []
    for one in to_delete(of_database(made.parent, database), keep):
        if one.folder == made:
            continue
        doomed = one.folder.rename(one.folder.with_name(one.folder.name + names.PARTIAL))
        shutil.rmtree(doomed)
        deleted.append(one.folder)
    return deleted


def left_behind(parent: Path) -> list[Path]:
    """The folders of backups that ended before they were whole, and that nobody writes to."""
    found = []
    for folder in sorted(parent.glob(f"*{names.PARTIAL}")):
        with locked(folder) as free:
            if free:
                found.append(folder)
    return found
