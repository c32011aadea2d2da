"""Stopping without losing a visitor: say "not ready" first, and stop a moment later.

A load balancer learns from `/health/ready` that a process goes, and needs a moment to send its visitors
elsewhere. During that moment, `MARKETPLACE_DRAIN_SECONDS`, a worker that was told to stop serves as before,
but lets nobody wait for messages.
"""

from __future__ import annotations

import signal
from typing import Any

from ..shared import wakeups

_begun = False


def has_begun() -> bool:
    """Whether this process was told to stop."""
    return _begun


def before_stopping(worker: Any) -> None:
    """Let a worker of gunicorn drain between SIGTERM and its own graceful stop; for `post_worker_init`.

    An alarm of the system ends the drain, because a signal's handler may start no thread. Gunicorn
    repeats SIGTERM each second while it replaces a worker: only the first one counts.
    """
    seconds = worker.wsgi.config["DRAIN_SECONDS"]
    stop = worker.handle_exit

    def begin(*_: Any) -> None:
        global _begun
        if not _begun:
            _begun = True
            wakeups.release()
            signal.setitimer(signal.ITIMER_REAL, seconds or 0.001)

    signal.signal(signal.SIGTERM, begin)
    signal.signal(signal.SIGALRM, stop)
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.siginterrupt(number, False)
