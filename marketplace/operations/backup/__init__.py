"""Backups that can be proven: made at one moment, checked to the last byte, restored beside what is there.

The format is mongodump's directory of one database, plus a manifest with the sums of every file.
"""

from __future__ import annotations

from .dump import back_up
from .errors import BackupFailed, Damaged, Differs, RestoreFailed, RestoreInterrupted, RestoreRefused
from .restore import restore
from .source import Source, opened
from .verify import differences, restore_test

__all__ = [
    "BackupFailed",
    "Damaged",
    "Differs",
    "RestoreFailed",
    "RestoreInterrupted",
    "RestoreRefused",
    "Source",
    "back_up",
    "differences",
    "opened",
    "restore",
    "restore_test",
]
