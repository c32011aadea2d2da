"""The files beside the records: what is pending, late, edited, missing, interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..lease import HALF_RESTORED, is_half_restored
from . import files, records
from .base import Db
from .files import Migration
from .records import Record


@dataclass(frozen=True)
class Comparison:
    """The migrations of the code, in order, and what the database knows of each."""

    migrations: tuple[Migration, ...]
    records: Mapping[str, Record]

    @property
    def pending(self) -> list[Migration]:
        """What is not applied, in order, with what broke off on its way up."""
        return [one for one in self.migrations if not self._has(one.name)]

    def _has(self, name: str) -> bool:
        return name in self.records and self.records[name].applied

    @property
    def broken(self) -> list[Record]:
        """What began and did not end."""
        return [record for record in self.records.values() if record.broken]

    @property
    def applied(self) -> list[Record]:
        """What the database has, in the order in which it was applied."""
        return sorted(
            (record for record in self.records.values() if record.applied),
            key=lambda record: (record.at is not None, record.at, record.name),
        )

    @property
    def late(self) -> list[str]:
        """Pending ones whose name comes before one that is applied: merged after it."""
        latest = max((record.name for record in self.applied), default="")
        return [one.name for one in self.pending if one.name < latest and one.name not in self._broken_names]

    @property
    def _broken_names(self) -> set[str]:
        return {record.name for record in self.broken}

    @property
    def edited(self) -> list[str]:
        """Applied ones whose file says something else now."""
        return [
            one.name
            for one in self.migrations
            if self._has(one.name) and self.records[one.name].checksum not in (None, one.checksum)
        ]

    @property
    def missing(self) -> list[str]:
        """Applied ones that have no file."""
        names = {migration.name for migration in self.migrations}
        return [
            record.name for record in self.records.values() if record.applied and record.name not in names
        ]

    @property
    def stranded(self) -> list[str]:
        """Those that broke off and have no file, so that they cannot go on."""
        names = {migration.name for migration in self.migrations}
        return [record.name for record in self.broken if record.name not in names]

    def warnings(self) -> list[str]:
        """What a person should know before anything runs, in sentences."""
        edited = "was edited after it was applied here. Undo the edit, or say it in a new migration"
        missing = "is applied here, and its file is missing. Is this code older than the database"
        return [
            *(f"{name} comes late: later ones are applied already." for name in self.late),
            *(f"{name} {edited}." for name in self.edited),
            *(f"{name} {missing}?" for name in self.missing),
        ]


def compare(db: Db, folder: Path | None = None) -> Comparison:
    """Read the files and the records; raises MigrationError on files that are no migrations."""
    return Comparison(tuple(files.known(folder)), records.read(db))


@dataclass(frozen=True)
class Standing:
    """How the database stands to the code that runs on it, for whoever decides whether to serve."""

    #: Pending migrations of the phases expand and migrate.
    behind: list[str]
    #: Applied ones that are newer than the code.
    ahead: list[str]
    #: Migrations that began and did not end.
    broken: list[str]
    serves: bool
    sentence: str


def standing(db: Db, folder: Path | None = None) -> Standing:
    """How the database stands to the code: two small queries and the names of the files.

    A migration that runs while older code serves is of no concern to it, as long as it only expands.
    """
    names = files.names(folder)
    fields = ["state", "phase"]
    found = {one["_id"]: Record(one) for one in db[records.COLLECTION].find({}, fields).sort("_id")}
    newest = max(names, default="")
    needed = [name for name in names if not (name in found and found[name].applied)]
    needed = [name for name in needed if files.read_one(name, folder).phase != "contract"]
    broken = [name for name in needed if name in found and found[name].broken]
    behind = [name for name in needed if name not in broken]
    ahead = [name for name, one in found.items() if (one.applied or one.broken) and name > newest]
    breaking = [name for name in ahead if found[name].phase != "expand"]
    sentence = "The database is up to date."
    half_restored = is_half_restored(db)
    if half_restored:
        sentence = HALF_RESTORED
    elif broken:
        sentence = f"A migration is running or broke off: {', '.join(broken)}."
    elif behind:
        sentence = f"The database is behind the code: {', '.join(behind)}."
    elif breaking:
        sentence = f"The database is ahead of the code, which is too old for it: {', '.join(breaking)}."
    elif ahead:
        sentence = f"The database is ahead of the code, which still works on it: {', '.join(ahead)}."
    return Standing(behind, ahead, broken, not (half_restored or broken or behind or breaking), sentence)
