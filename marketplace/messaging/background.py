"""What messaging does in the background."""

from __future__ import annotations

from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services


@delivers("message.sent")
def see_message(told: Delivery) -> None:
    """Nothing waits for a message yet."""


@timer("reply-times", every=3600)
def count_reply_times() -> None:
    """Work out how soon shops answer."""
    services.count_reply_times(now())


@timer("forget-deleted", every=3600)
def forget_deleted() -> None:
    """Forget what messages said that were deleted a month ago."""
    services.forget_originals(now())


@timer("forget-those-who-left", every=60)
def forget_those_who_left() -> None:
    """Remove what is left of what people wrote who deleted their account."""
    services.forget_those_who_left()
