"""Telling those who reported something what came of it: a few at a time, each once."""

from __future__ import annotations

from bson import ObjectId

from ...shared import outbox
from ...shared.transactions import transactional
from ..repositories import reports

#: How many are told in one transaction.
CHUNK = 50


def answer_reporters(about_id: ObjectId, round_: int) -> None:
    """Have everybody told who reported it in this round; goes on where it broke off."""
    while _answer_some(about_id, round_):
        pass


@transactional
def _answer_some(about_id: ObjectId, round_: int) -> bool:
    found = reports.unanswered(about_id, round_, CHUNK)
    for report in found:
        outbox.tell("report.answered", about=report)
    if found:
        reports.mark_answered(found)
    return len(found) == CHUNK
