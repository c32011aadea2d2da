"""Why a migration does not run, each named for the fact."""

from __future__ import annotations


class MigrationError(Exception):
    """A migration cannot run; the sentence says which one and what to do."""


class Unnameable(MigrationError):
    """No file name can be made of what a new migration is for."""


class Failed(MigrationError):
    """A step failed. What it had done in a transaction is undone; the record tells the rest."""


class Unexpected(MigrationError):
    """The files or the database are not what the records say."""


class Interrupted(MigrationError):
    """A step broke off where nobody can tell how far it came: a person has to look."""


class Stopped(MigrationError):
    """The run was asked to stop, and did so where it can go on."""
