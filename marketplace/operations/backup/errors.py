"""How a backup, a restore or a verification ends when it does not end well."""

from __future__ import annotations


class BackupFailed(Exception):
    """No backup was made; the sentence says why and what to do."""


class Damaged(Exception):
    """The folder is not a whole backup: the sentence names the file and what is wrong with it."""


class RestoreRefused(Exception):
    """The restore did not begin, and the database is as it was."""


class RestoreFailed(Exception):
    """The restore ended before it touched what was there; only its own leftovers are to be swept up."""


class RestoreInterrupted(Exception):
    """The restore ended while it replaced collections; the same command goes on where it stopped."""


class Differs(Exception):
    """What was restored is not what the backup holds."""
