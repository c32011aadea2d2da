"""What messaging does in the background."""

from __future__ import annotations

from ..shared.outbox import Delivery, delivers


@delivers("message.sent")
def see_message(told: Delivery) -> None:
    """Nothing waits for a message yet."""
