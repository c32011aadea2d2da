"""Named points at which a test may kill the process, as a power cut would: without a word.

    crash_point("checkout.held")

stands between two steps of which the second may never come. Nothing is armed outside of tests, and a point
that is not armed costs one comparison. `POINTS` lists every name; a test holds the code to it, and another
kills a process at each and looks at what is left.
"""

from __future__ import annotations

import os
import signal

#: Every point, with what is done and what is not when a process ends there.
POINTS: dict[str, str] = {
    "checkout.taken": "The cart is taken; nothing is held.",
    "checkout.held": "The pieces are held; there is no purchase.",
    "checkout.placing": "Orders are written in a transaction that is still open.",
    "checkout.placed": "The purchase is there; nobody has told the provider.",
    "checkout.begun": "The provider knows the payment; the buyer got no answer.",
    "payment.told": "The provider was told; its reference is not stored.",
    "payment.received": "The provider's report is written in a transaction that is still open.",
    "payment.allocated": "The held pieces are the order's, in a transaction that is still open.",
    "payment.applied": "The payment counts; money that has to go back has not gone.",
    "refund.taken": "The provider was asked for an order's refund; what it answered is not stored.",
    "refund.sent": "The provider sent the money back; that is not stored.",
    "expiry.released": "Pieces are released in a transaction that is still open.",
    "order.moved": "The step is on the order; it is not saved.",
    "order.shipped": "The pieces left the shelf, in a transaction that is still open.",
    "delivery.begun": "The worker has begun to deliver something.",
    "delivery.done": "It is delivered; that is not written down.",
}

_armed: str | None = None
_skip = 0


def crash_point(name: str) -> None:
    """End this process here if that is what a test asked for."""
    if _armed is not None and name == _armed:
        _count_down()


def arm(name: str, *, after: int = 0) -> None:
    """Have this process killed at the point when it passed it `after` times; KeyError where there is none."""
    global _armed, _skip
    _armed, _skip = name if POINTS[name] else None, after


def disarm() -> None:
    """Let every point be passed again."""
    global _armed
    _armed = None


def _count_down() -> None:
    global _skip
    _skip -= 1
    if _skip < 0:
        os.kill(os.getpid(), signal.SIGKILL)
