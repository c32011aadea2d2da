"""Waiting for the next message, so that it appears as soon as it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...shared import wakeups
from ..documents import Conversation
from ..repositories import conversations
from .seats import Seat


def topic_of(conversation: Conversation) -> str:
    """What those are woken by who wait for a message in it."""
    return f"conversation {conversation.pk}"


def await_message(seat: Seat, *, after: int, seconds: float, before_look: Callable[[], Any]) -> bool:
    """Whether there is a message after this number, now or within so many seconds.

    `before_look` is called before the database is asked once more, long after the last time. Raises
    wakeups.Crowded when as many wait already as may.
    """
    conversation = seat.conversation
    if conversation.last_seq > after:
        return True
    found = wakeups.wait(
        topic_of(conversation),
        lambda: conversations.last_seq(conversation.pk) > after,
        seconds=seconds,
        by=str(seat.user_id),
        before_look=before_look,
    )
    return bool(found)
