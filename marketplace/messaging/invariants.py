"""What must hold of the stored conversations: no number is missing, and lists know what is unread."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..catalog.services import pictures
from ..shared.checks import Finding, Invariant
from .repositories import conversations, messages


def _numbers() -> Iterator[Finding]:
    for row in messages.misnumbered():
        sentence = f"It has {row['count']} messages up to number {row['last']}, and says {row['last_seq']}."
        yield Finding("conversations", row["_id"], sentence)


def _unread() -> Iterator[Finding]:
    for row in conversations.misread():
        read = f"Of {row['last_seq']} messages the {row['side']} has read {row['read_seq']}"
        sentence = f"{read}, and its lists say otherwise."
        yield Finding("conversations", row["_id"], sentence)


def _files() -> Iterator[Finding]:
    rows = messages.files()
    while batch := dict(islice(rows, 500)):
        missing = pictures.missing_files({name for names in batch.values() for name in names})
        for message_id, names in batch.items():
            for name in sorted(missing.intersection(names)):
                yield Finding("messages", message_id, f"Its file {name} is not there.")


INVARIANTS = (
    Invariant("The messages of a conversation are numbered from 1 without a gap.", "conversations", _numbers),
    Invariant("A conversation is unread where there is something to read.", "conversations", _unread),
    Invariant("The files of messages are stored.", "messages", _files),
)
