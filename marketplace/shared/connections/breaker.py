"""After an outage requests fail at once, and one probe per process looks when the database is back.

A request that ran out of time says little: its query may just be slow. The breaker opens when the driver has
not heard from a primary either, or when the probe does not get an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum

#: The driver hears from each server once a second; after this many seconds without, it does not answer.
SILENCE = 1.1

#: Seconds that a probe may take.
WITHIN = 0.5

#: Seconds between two probes.
PAUSE = 0.25


class Found(Enum):
    """What a probe found."""

    ANSWERS = "answers"
    SILENT = "silent"
    BUSY = "busy"  #: there was no connection to ask with, so nothing is known


class Breaker:
    """`lets_through` tells whether there is a point in asking; `suspect` is called after each outage.

    `probe` asks the server once, `WITHIN` a time; `silence` tells for how long it has not spoken.
    """

    def __init__(self, probe: Callable[[], Found], silence: Callable[[], float]) -> None:
        self.is_open = False
        self._probe = probe
        self._silence = silence
        self._lock = threading.Lock()
        self._prober: threading.Thread | None = None
        self._closed = threading.Event()
        self._known = threading.Event()
        self._known.set()

    def lets_through(self) -> bool:
        """Whether to ask the server; waits for a probe that has just begun, and tells what it found."""
        if not self.is_open:
            self._known.wait(WITHIN)
        return not self.is_open

    def suspect(self) -> None:
        """Somebody got no answer: open if nobody gets one, and probe until the server answers."""
        if self._closed.is_set():
            return
        if self._silence() > SILENCE:
            self.is_open = True
        with self._lock:
            if self._prober is None:
                self._known.clear()
                self._prober = threading.Thread(
                    target=self._probe_until_it_answers, name="probe", daemon=True
                )
                self._prober.start()

    def close(self) -> None:
        """Stop for good, with the client that it guards."""
        self._closed.set()
        self.is_open = False

    def _probe_until_it_answers(self) -> None:
        try:
            while not self._closed.is_set():
                found = self._probe()
                if found is Found.ANSWERS:
                    break
                if found is Found.SILENT:
                    self.is_open = True
                self._known.set()
                self._closed.wait(PAUSE)
        finally:  # whatever goes wrong here, nobody is cut off for good: the next request looks again
            with self._lock:
                self._prober = None
                self.is_open = False
                self._known.set()
