"""What must hold of the stored conversations: no number is missing, and lists know what is unread."""

from __future__ import annotations

from collections.abc import Iterator

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


INVARIANTS = (
    Invariant("The messages of a conversation are numbered from 1 without a gap.", "conversations", _numbers),
    Invariant("A conversation is unread where there is something to read.", "conversations", _unread),
)
